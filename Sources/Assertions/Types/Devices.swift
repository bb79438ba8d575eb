internal import ByteText
public import Time

/// A device asks for a serial, and proves to have a key.
public struct SerialRequest: AssertionValue {
  public let brandID: String
  public let model: String
  public let requestID: String
  /// What the device would like; empty when it does not care.
  public let serial: String
  public let deviceKey: PublicKey
  public var ownKey: PublicKey? { deviceKey }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    brandID = try headers.notEmpty("brand-id")
    model = try headers.matching("model", TextForm.model)
    requestID = try headers.notEmpty("request-id")
    serial = try headers.optional("serial")
    deviceKey = try headers.key("device-key")
    guard deviceKey.id == headers.headers["sign-key-sha3-384"]?.text else {
      throw AssertionError("device key does not match included signing key id")
    }
  }
}

/// A device asks for a session with a store; signed by the key of its serial.
public struct DeviceSessionRequest: AssertionValue {
  public let brandID: String
  public let model: String
  public let serial: String
  public let nonce: String
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    brandID = try headers.notEmpty("brand-id")
    model = try headers.matching("model", TextForm.model)
    serial = try headers.notEmpty("serial")
    nonce = try headers.notEmpty("nonce")
    timestamp = try headers.time("timestamp")
  }
}

/// Somebody whom a brand lets log in to its devices.
public struct SystemUser: AssertionValue {
  public let brandID: String
  public let email: String
  public let models: [String]
  public let serials: [String]
  public let name: String
  public let username: String
  /// As crypt(3) makes it; empty without one.
  public let password: String
  public let forcePasswordChange: Bool
  public let sshKeys: [String]
  public let since: Timestamp
  public let until: Timestamp
  /// When the user is gone again; nil for never, or with the validity when ``lastsUntilExpiry``.
  public let lastsUntilExpiry: Bool

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    brandID = try headers.notEmpty("brand-id")
    email = try headers.notEmpty("email")
    let parts = email.byteSplit("@", keepingEmpty: true)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !email.hasByte(" ") else {
      throw AssertionError("\"email\" header must be a RFC 5322 compliant email address: \(quoted(email))")
    }
    for series in try headers.texts("series") where series != "16" {
      throw AssertionError("\"series\" header must list \"16\" only")
    }
    models = try headers.texts("models")
    serials = try headers.texts("serials")
    if !serials.isEmpty {
      guard content.format >= 1 else {
        throw AssertionError("the \"serials\" header is only supported for format 1 or greater")
      }
      guard models.count == 1 else {
        throw AssertionError("in the presence of the \"serials\" header \"models\" must specify exactly one model")
      }
    }
    name = try headers.optional("name")
    username = try headers.matching("username", TextForm.userName)
    password = try headers.optional("password")
    if !password.isEmpty { try Self.check(password) }
    forcePasswordChange = try headers.boolean("force-password-change")
    guard !forcePasswordChange || !password.isEmpty else {
      throw AssertionError("cannot use \"force-password-change\" with an empty \"password\"")
    }
    sshKeys = try headers.texts("ssh-keys")
    since = try headers.time("since")
    until = try headers.time("until")
    guard until >= since else { throw AssertionError("'until' time cannot be before 'since' time") }
    if headers.has("user-presence") {
      guard content.format >= 2 else {
        throw AssertionError("the \"user-presence\" header is only supported for format 2 or greater")
      }
      _ = try headers.oneOf("user-presence", ["until-expiration"])
      lastsUntilExpiry = true
    } else {
      lastsUntilExpiry = false
    }
  }

  /// `$6$salt$hash` or `$6$rounds=N$salt$hash` of crypt(3), SHA-512.
  private static func check(_ password: String) throws(AssertionError) {
    var parts = password.byteSplit("$", keepingEmpty: true).map(String.init)
    guard parts.count >= 4, parts[0].isEmpty else {
      throw AssertionError(
        "\"password\" header must be a hashed password of the form \"$integer-id$salt$hash\", see crypt(3)")
    }
    guard parts[1] == "6" else {
      throw AssertionError("\"password\" header has unsupported hash id \(quoted(parts[1]))")
    }
    if let rounds = parts[2].bytes(after: "rounds=") {
      guard TextForm.positive(String(rounds)) else {
        throw AssertionError("\"password\" header has invalid number of rounds: \(quoted(rounds))")
      }
      parts.remove(at: 2)
    }
    func isClean(_ text: String) -> Bool {
      !text.isEmpty
        && text.utf8.allSatisfy {
          $0.isASCIIAlphanumeric || $0 == 46 || $0 == 47
        }
    }
    guard parts.count == 4, isClean(parts[2]), isClean(parts[3]), parts[3].utf8.count == 86 else {
      throw AssertionError("\"password\" header has invalid chars in hash or salt")
    }
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    // Its own times stand in for a timestamp: the key has to be good from the first to the last of them.
  }
}

/// A store of its own.
public struct StoreAssertion: AssertionValue {
  public let store: String
  public let operatorID: String
  /// Empty when devices have to know it otherwise.
  public let url: String
  public let friendlyStores: [String]
  public let location: String
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    store = try headers.notEmpty("store")
    operatorID = try headers.notEmpty("operator-id")
    url = try headers.optional("url")
    if !url.isEmpty { try Self.check(url) }
    friendlyStores = try headers.texts("friendly-stores")
    location = try headers.optional("location")
    timestamp = try headers.time("timestamp")
  }

  private static func check(_ url: String) throws(AssertionError) {
    guard let rest = url.bytes(after: "https://") ?? url.bytes(after: "http://") else {
      throw AssertionError("\"url\" header scheme must be \"https\" or \"http\": \(quoted(url))")
    }
    guard let host = rest.byteSplit("/", maxSplits: 1, keepingEmpty: true).first, !host.isEmpty else {
      throw AssertionError("\"url\" header must have a host: \(quoted(url))")
    }
    guard !rest.hasByte("?") else { throw AssertionError("\"url\" header must not have a query: \(quoted(url))") }
    guard !rest.hasByte("#") else { throw AssertionError("\"url\" header must not have a fragment: \(quoted(url))") }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw AssertionError("\"url\" header must be a valid URL: \(quoted(url))")
    }
  }

  public var prerequisites: [AssertionReference] { [AssertionReference(.account, [operatorID])] }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    guard known.isTrusted(account: assertion.authorityID) else {
      throw AssertionCheckError(
        "store assertion \(quoted(store)) is not signed by a directly trusted authority: \(assertion.authorityID)")
    }
    guard try known.knows(account: operatorID) else {
      throw AssertionCheckError(
        "store assertion \(quoted(store)) does not have a matching account assertion for the operator "
          + quoted(operatorID))
    }
    try known.requireSameAuthority(assertion)
  }
}

/// What a system that is installed once and copied begins with.
public struct Preseed: AssertionValue {
  public let brandID: String
  public let model: String
  public let systemLabel: String
  public let artifactDigest: String
  public let snaps: [Snap]
  public let timestamp: Timestamp?

  /// A snap in it.
  public struct Snap: Sendable, Hashable {
    public let name: String
    public let id: String
    /// Zero for one that no store has.
    public let revision: Int
  }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    _ = try headers.series()
    brandID = try headers.notEmpty("brand-id")
    model = try headers.matching("model", TextForm.model)
    systemLabel = try headers.matching("system-label", TextForm.model)
    artifactDigest = try headers.digest("artifact-sha3-384")
    timestamp = try headers.time("timestamp")
    guard let maps = try headers.maps("snaps"), !maps.isEmpty else {
      throw AssertionError("\"snaps\" header is mandatory")
    }
    var snaps: [Snap] = []
    for map in maps {
      let name = try HeaderReader(map, place: "of snap").matching("name", TextForm.name)
      let item = HeaderReader(map, place: "of snap \(quoted(name))")
      let snap = Snap(
        name: name, id: try item.optionalMatching("id", TextForm.snapID),
        revision: try item.integer("revision", default: 0, atLeast: 1))
      guard snap.id.isEmpty == (snap.revision == 0) else {
        throw AssertionError("snap \(quoted(name)) must have both an id and a revision, or none of them")
      }
      guard !snaps.contains(where: { $0.name == name }) else {
        throw AssertionError("cannot list the same snap \(quoted(name)) multiple times")
      }
      snaps.append(snap)
    }
    self.snaps = snaps
  }

  public var prerequisites: [AssertionReference] { [AssertionReference(.model, ["16", brandID, model])] }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    if assertion.authorityID == brandID { return }
    let model = try known.value(.model, ["16", brandID, model], as: Model.self)
    guard model?.preseedAuthorities.contains(assertion.authorityID) == true else {
      throw AssertionCheckError(
        "preseed authority-id \(quoted(assertion.authorityID)) is not allowed by the model assertion")
    }
  }
}

/// A program that repairs devices.
public struct Repair: AssertionValue {
  public let brandID: String
  public let id: Int
  public let summary: String
  public let series: [String]
  public let architectures: [String]
  public let models: [String]
  public let modes: [String]
  public let bases: [String]
  public let isDisabled: Bool
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    brandID = try content.requireAuthority("brand-id", "brand")
    let number = try headers.matching("repair-id", TextForm.positive)
    id = Int(number) ?? 0
    summary = try headers.notEmpty("summary")
    guard !summary.hasByte("\n") else { throw AssertionError("\"summary\" header cannot have newlines") }
    series = try headers.texts("series")
    models = try headers.texts("models")
    architectures = try headers.texts("architectures")
    modes = try headers.texts("modes") { ["run", "recover"].contains($0) }
    bases = try headers.texts("bases", TextForm.name)
    isDisabled = try headers.boolean("disabled")
    timestamp = try headers.time("timestamp")
  }
}
