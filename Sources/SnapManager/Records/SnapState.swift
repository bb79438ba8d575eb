public import Snap
public import State

/// What the system remembers about one installed snap: which revisions it has, which one is in use, how it was
/// installed. One row of the state; keys as the reference names them (`spec/features.md` §7).
public struct SnapState: Codable, Equatable, Sendable {
  /// One installed revision and where it came from.
  public struct Installed: Codable, Equatable, Sendable {
    /// Without instance key.
    public var name: SnapName
    public var revision: Revision
    /// The store's identifier; absent for a snap installed from a file.
    public var snapID: String?
    /// The channel that this revision was taken from.
    public var channel: String?

    enum CodingKeys: String, CodingKey {
      case name, revision, channel
      case snapID = "snap-id"
    }

    public init(name: SnapName, revision: Revision, snapID: String? = nil, channel: String? = nil) {
      self.name = name
      self.revision = revision
      self.snapID = snapID
      self.channel = channel
    }
  }

  /// Of the current revision; it never changes over refreshes.
  public var type: SnapType
  /// Oldest first; after a revert, revisions behind ``current`` are newer ones that were abandoned.
  public var sequence: [Installed]
  /// Whether the snap's commands and services are available.
  public var active: Bool
  /// The revision in use, also while the snap is disabled.
  public var current: Revision
  /// The channel that is followed, as `track/risk[/branch]`; empty for a snap installed from a file.
  public var channel: String
  /// The store that the snap came from, and that alone is asked for its refreshes; nil for a snap from a file.
  public var store: String?
  /// The cohort whose revisions are followed.
  public var cohortKey: String?
  /// Whether refreshes go on that the publishers of other snaps have not validated.
  public var ignoreValidation: Bool?
  /// Whose credentials the store is asked with; nil for nobody's.
  public var userID: Int?
  /// Revisions behind ``current`` that a refresh may come back to, all the same: a revert may say so.
  public var unblocked: [Revision]?
  /// How the snap was installed.
  public var flags: SnapFlags
  /// The base of the current revision, so that "who uses this base" needs no image.
  public var base: String?
  /// Seconds since 1970 of the last change of revision.
  public var lastRefresh: Int64?
  /// Services (the names of their apps) that the administrator had switched off. While the snap is linked the host
  /// knows which are; this remembers them while it is not, and those that the revision in use does not have.
  public var disabledServices: [String]
  /// Stored parts of ``aliases``.
  var aliasTargets: [String: AliasTarget]?
  var autoAliasesDisabled: Bool?
  var aliasesPending: Bool?
  /// Seconds since 1970 when running apps first stood in the way of a refresh that is still to be made.
  public var refreshInhibited: Int64?

  enum CodingKeys: String, CodingKey {
    case type, sequence, active, current, channel, flags, base
    case aliasTargets = "aliases"
    case autoAliasesDisabled = "auto-aliases-disabled"
    case aliasesPending = "aliases-pending"
    case refreshInhibited = "refresh-inhibited-time"
    case store, unblocked
    case cohortKey = "cohort-key"
    case ignoreValidation = "ignore-validation"
    case userID = "user-id"
    case lastRefresh = "last-refresh-time"
    case disabledServices = "last-active-disabled-services"
  }

  public init(
    type: SnapType, sequence: [Installed], active: Bool, current: Revision, channel: String = "",
    flags: SnapFlags = SnapFlags(), base: String? = nil, lastRefresh: Int64? = nil, disabledServices: [String] = []
  ) {
    self.type = type
    self.sequence = sequence
    self.active = active
    self.current = current
    self.channel = channel
    self.flags = flags
    self.base = base
    self.lastRefresh = lastRefresh
    self.disabledServices = disabledServices
  }

  /// The store's identifier of a revision; nil for one from a file.
  public func snapID(of revision: Revision) -> String? { sequence.first { $0.revision == revision }?.snapID }

  /// The store's identifier of the revision in use; nil for one from a file.
  public var snapID: String? { snapID(of: current) }

  /// The revisions that a refresh does not go to by itself: those that a revert went back from.
  public var blocked: [Revision] {
    guard let index = sequence.firstIndex(where: { $0.revision == current }) else { return [] }
    return sequence[(index + 1)...].map(\.revision).filter { !(unblocked ?? []).contains($0) }
  }

  /// Whether a revision is installed.
  public func has(_ revision: Revision) -> Bool { sequence.contains { $0.revision == revision } }

  /// The revision that a plain `snap revert` goes back to: the one installed before the current one.
  public var previous: Revision? {
    guard let index = sequence.firstIndex(where: { $0.revision == current }), index > 0 else { return nil }
    return sequence[index - 1].revision
  }

  /// The revision the next image from a file gets: one more than any local revision so far.
  public static func nextLocalRevision(after state: SnapState?) -> Revision {
    var highest: UInt32 = 0
    for installed in state?.sequence ?? [] {
      if case .local(let number) = installed.revision { highest = max(highest, number) }
    }
    return .local(highest + 1)
  }
}

/// How a snap was installed, as the flags of `snap install` say. Refreshes keep them.
public struct SnapFlags: Codable, Equatable, Sendable {
  /// `--devmode`: what confinement would refuse is allowed.
  public var devmode = false
  /// `--jailmode`: confined even if the snap asks for devmode.
  public var jailmode = false
  /// `--classic`: a snap that asks for it runs without a sandbox.
  public var classic = false
  /// The image is a directory of the developer's, bound in place (`snap try`).
  public var trymode = false

  public init(devmode: Bool = false, jailmode: Bool = false, classic: Bool = false, trymode: Bool = false) {
    self.devmode = devmode
    self.jailmode = jailmode
    self.classic = classic
    self.trymode = trymode
  }

  /// The confinement that a snap gets with these flags.
  public func effective(_ declared: Confinement) -> Confinement {
    if jailmode { return .strict }
    if devmode { return .devmode }
    if classic && declared == .classic { return .classic }
    return .strict
  }
}

extension RecordKind where Value == SnapState {
  /// The installed snaps, by instance name.
  public static let snaps = RecordKind<SnapState>("snaps")
}

extension State {
  /// The installed snap of an instance name.
  public subscript(snap instance: InstanceName) -> SnapState? {
    get { self[.snaps, instance.description] }
    set { self[.snaps, instance.description] = newValue }
  }
}
