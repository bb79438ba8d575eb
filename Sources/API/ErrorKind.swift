/// Why a request failed, for programs: the `kind` of an error result (`spec/features.md` §3).
public enum ErrorKind: String, Codable, Hashable, Sendable, CaseIterable {
  case twoFactorRequired = "two-factor-required"
  case twoFactorFailed = "two-factor-failed"
  case loginRequired = "login-required"
  case invalidAuthData = "invalid-auth-data"
  case passwordPolicy = "password-policy"
  case authCancelled = "auth-cancelled"
  case termsNotAccepted = "terms-not-accepted"
  case noPaymentMethods = "no-payment-methods"
  case paymentDeclined = "payment-declined"
  case snapAlreadyInstalled = "snap-already-installed"
  case snapNotInstalled = "snap-not-installed"
  case snapNotFound = "snap-not-found"
  case appNotFound = "app-not-found"
  case snapLocal = "snap-local"
  case snapNeedsDevMode = "snap-needs-devmode"
  case snapNeedsClassic = "snap-needs-classic"
  case snapNeedsClassicSystem = "snap-needs-classic-system"
  case snapNotClassic = "snap-not-classic"
  case snapNoUpdateAvailable = "snap-no-update-available"
  case snapRevisionNotAvailable = "snap-revision-not-available"
  case snapChannelNotAvailable = "snap-channel-not-available"
  case snapArchitectureNotAvailable = "snap-architecture-not-available"
  case snapChangeConflict = "snap-change-conflict"
  case quotaChangeConflict = "quota-change-conflict"
  case notSnap = "snap-not-a-snap"
  case interfacesUnchanged = "interfaces-unchanged"
  case badQuery = "bad-query"
  case configNoSuchOption = "option-not-found"
  case assertionNotFound = "assertion-not-found"
  case configOptionNotAvailable = "option-not-available"
  case unsuccessful
  case networkTimeout = "network-timeout"
  case dnsFailure = "dns-failure"
  case insufficientDiskSpace = "insufficient-disk-space"
  case validationSetNotFound = "validation-set-not-found"
  case appArmorPromptingNotRunning = "apparmor-prompting-not-running"
  case promptNotFound = "interfaces-requests-prompt-not-found"
  case ruleNotFound = "interfaces-requests-rule-not-found"
  case promptInvalidFields = "interfaces-requests-invalid-fields"
  case patchedRuleHasNoPermissions = "interfaces-requests-patched-rule-has-no-permissions"
  case newSessionRuleNoSession = "interfaces-requests-new-session-rule-no-session"
  case replyNotMatchRequest = "interfaces-requests-reply-not-match-request"
  case ruleConflict = "interfaces-requests-rule-conflict"
  case missingSnapResourcePair = "missing-snap-resource-pair"
  case invalidPassphrase = "invalid-passphrase"
  case invalidPIN = "invalid-pin"
  case unsupported
  case unsupportedSystemKeyVersion = "unsupported-system-key-version"
  case keyslotsNotFound = "keyslots-not-found"
  case keyslotsAlreadyExist = "keyslots-already-exist"
  case insufficientContainerCapacity = "insufficient-container-capacity"
  case invalidRecoveryKey = "invalid-recovery-key"
  /// Only in `maintenance`: the daemon is about to start anew.
  case daemonRestart = "daemon-restart"
  /// Only in `maintenance`: the machine is about to start anew.
  case systemRestart = "system-restart"
}

/// The result of a failed request, and the `maintenance` of any envelope.
public struct ErrorResult: Codable, Hashable, Sendable {
  /// What went wrong, for people.
  public var message: String
  /// The kind as it was sent; use `kind`.
  public var kindText: String?
  /// Details whose shape the kind decides, such as the snap's name.
  public var value: JSONValue?

  public init(message: String, kind: ErrorKind? = nil, value: JSONValue? = nil) {
    self.message = message
    self.kindText = kind?.rawValue
    self.value = value
  }

  /// The kind, when it was sent and is known here.
  public var kind: ErrorKind? { kindText.flatMap(ErrorKind.init) }

  enum CodingKeys: String, CodingKey {
    case message, value
    case kindText = "kind"
  }
}
