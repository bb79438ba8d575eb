public import Snap

/// What one operation does to one snap: the input of its tasks, fixed when the change is made.
///
/// The reference finds out some of this as tasks run and shares it between them; here it is all known and
/// checked before the change exists, so a task can be repeated after a crash with exactly the same input.
public struct SnapSetup: Codable, Equatable, Sendable {
  /// Where the content of a revision comes from.
  public enum Source: Codable, Equatable, Sendable {
    /// An image that the daemon received and keeps under this path until it is in its place.
    case image(path: String)
    /// A directory of the developer's (`snap try`).
    case directory(path: String)
    /// An image that a store has.
    case store(StoreDownload)
    /// A revision that is installed already (revert, enable).
    case installed
  }

  /// The snap, under the name it is installed as.
  public var instance: InstanceName
  /// The revision that the task is about.
  public var revision: Revision
  public var type: SnapType
  /// For messages; empty when the operation does not need it.
  public var version: String
  /// `base` of the revision; nil means `core` for an app.
  public var base: String?
  /// Where the revision's content comes from.
  public var source: Source
  /// What the record will say once the revision is linked.
  public var flags: SnapFlags
  /// Whether running apps do not stand in the way.
  public var ignoreRunning: Bool
  /// What the operation is, for messages and for inhibited apps.
  public var purpose: Purpose
  /// What becomes of the snap's aliases, when it is not the usual.
  public var aliasing: Aliasing?

  /// Snaps that content is wanted of, and that come before this one.
  public var providers: [InstanceName]?
  /// The content that is wanted of others: where nobody has it, the snap that is named for it is brought or refreshed,
  /// if a store has it.
  public var wantedContent: [WantedContent]?

  /// What `snap install` says of aliases.
  public enum Aliasing: String, Codable, Sendable {
    /// `--unaliased`: automatic aliases are switched off.
    case unaliased
    /// `--prefer`: those of other snaps that are in the way are switched off.
    case prefer
  }
  /// What the record will say of the store it came from; nil where nothing changes.
  public var tracking: Tracking?
  /// Whether the snap was asked for by nobody: it comes because another needs it.
  public var isPrerequisite: Bool?
  /// Whether the tasks are of an automatic refresh.
  public var isAutomatic: Bool?
  /// What a `prerequisites` task does; nil is all of it.
  public var prerequisites: Prerequisites?

  /// The two tasks of this kind that go with a download: what is missing begins to come before it, and is there after it.
  public enum Prerequisites: String, Codable, Sendable {
    case begin, await
  }

  /// What is remembered of the store that a snap comes from. Source: `spec/features.md` §7 (SnapState).
  public struct Tracking: Codable, Equatable, Sendable {
    /// The store's identifier of the snap; nil takes away nothing.
    public var snapID: String?
    /// The name under which the store is set up.
    public var store: String?
    /// The channel that is followed from now on, in full; nil keeps the one before.
    public var channel: String?
    /// The channel that the revision was found in.
    public var revisionChannel: String?
    /// The cohort from now on; empty leaves it, nil keeps it.
    public var cohortKey: String?
    /// Whether validation is ignored from now on; nil keeps it.
    public var ignoreValidation: Bool?
    /// Whose credentials the store is asked with; nil keeps them.
    public var userID: Int?

    public init(
      snapID: String? = nil, store: String? = nil, channel: String? = nil, revisionChannel: String? = nil,
      cohortKey: String? = nil, ignoreValidation: Bool? = nil, userID: Int? = nil
    ) {
      self.snapID = snapID
      self.store = store
      self.channel = channel
      self.revisionChannel = revisionChannel
      self.cohortKey = cohortKey
      self.ignoreValidation = ignoreValidation
      self.userID = userID
    }
  }
  /// The revision in use before the operation; nil for a first install.
  public var previous: Revision?

  /// The operations that share tasks.
  public enum Purpose: String, Codable, Sendable {
    case install, refresh, revert, remove, enable, disable
  }

  public init(
    instance: InstanceName, revision: Revision, type: SnapType, version: String = "", base: String? = nil,
    source: Source = .installed, flags: SnapFlags = SnapFlags(), ignoreRunning: Bool = false, purpose: Purpose
  ) {
    self.instance = instance
    self.revision = revision
    self.type = type
    self.version = version
    self.base = base
    self.source = source
    self.flags = flags
    self.ignoreRunning = ignoreRunning
    self.purpose = purpose
  }
}
