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

  /// What `snap install` says of aliases.
  public enum Aliasing: String, Codable, Sendable {
    /// `--unaliased`: automatic aliases are switched off.
    case unaliased
    /// `--prefer`: those of other snaps that are in the way are switched off.
    case prefer
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
