public import Snap
public import State
public import Time

/// A snap that a store can have updates of.
public struct RefreshableSnap: Hashable, Sendable {
  public var instance: InstanceName
  public var snapID: String
  /// The one in use.
  public var revision: Revision
  public var type: SnapType
  /// Of an app: what it runs on.
  public var base: String?
  /// When its revision changed last, or it was installed.
  public var lastRefresh: Timestamp?
  /// Whether its commands are available; disabled snaps are not updated.
  public var isActive: Bool

  public init(
    instance: InstanceName, snapID: String, revision: Revision, type: SnapType, base: String? = nil,
    lastRefresh: Timestamp? = nil, isActive: Bool = true
  ) {
    self.instance = instance
    self.snapID = snapID
    self.revision = revision
    self.type = type
    self.base = base
    self.lastRefresh = lastRefresh
    self.isActive = isActive
  }
}

/// A newer revision that a store has of an installed snap.
public struct AvailableUpdate: Hashable, Sendable {
  /// Who made it.
  public struct Publisher: Hashable, Sendable {
    public var id: String
    public var username: String
    public var displayName: String
    /// `verified`, `starred`, …
    public var validation: String

    public init(id: String, username: String = "", displayName: String = "", validation: String = "") {
      self.id = id
      self.username = username
      self.displayName = displayName
      self.validation = validation
    }
  }

  public var instance: InstanceName
  public var snapID: String
  public var revision: Revision
  public var version: String
  public var type: SnapType
  public var base: String?
  /// The channel that it was found in.
  public var channel: String
  /// Of the image, bytes.
  public var size: Int64
  /// What is downloaded instead, where a delta to what is installed fits; bytes.
  public var deltaSize: Int64?
  public var publisher: Publisher?
  /// Of the image, hexadecimal, as the store says it.
  public var sha3: String
  /// `meta/snap.yaml` of the new revision, when the store was asked for it.
  public var metadata: String?

  public init(
    instance: InstanceName, snapID: String, revision: Revision, version: String, type: SnapType, base: String? = nil,
    channel: String = "", size: Int64 = 0, deltaSize: Int64? = nil, publisher: Publisher? = nil, sha3: String = "",
    metadata: String? = nil
  ) {
    self.instance = instance
    self.snapID = snapID
    self.revision = revision
    self.version = version
    self.type = type
    self.base = base
    self.channel = channel
    self.size = size
    self.deltaSize = deltaSize
    self.publisher = publisher
    self.sha3 = sha3
    self.metadata = metadata
  }
}

/// Why stores are asked.
public enum RefreshReason: Hashable, Sendable {
  /// By schedule.
  case scheduled
  /// Somebody wants to know.
  case asked
}

/// What the stores answered: it can be started without asking them again.
public protocol FoundUpdates: Sendable {
  /// Sorted by name; nothing is filtered out yet.
  var updates: [AvailableUpdate] { get }
  /// Starts the update of some of them: a change with a lane for each.
  ///
  /// - Parameters:
  ///   - chosen: some of ``updates``; not empty.
  ///   - start: how the change is called.
  ///   - mutation: applied in the same commit.
  /// - Returns: the change; nil when by now nothing of it is to be done.
  func start(
    _ chosen: [InstanceName], _ start: RefreshStart, with mutation: @escaping @Sendable (inout State, ChangeID) -> Void
  ) throws -> ChangeID?
  /// The same as tasks of a change that is under way.
  ///
  /// - Returns: what adds them; nil when by now nothing of it is to be done.
  func addition(of chosen: [InstanceName], to change: ChangeID) throws -> (@Sendable (inout State) throws -> Void)?
}

/// How the change of an automatic update is made.
public struct RefreshStart: Sendable {
  public var kind: String
  /// Of the snaps that come to be in it.
  public var summary: @Sendable ([InstanceName]) -> String

  public init(kind: String, summary: @escaping @Sendable ([InstanceName]) -> String) {
    self.kind = kind
    self.summary = summary
  }
}

/// What runs of a snap and stands in the way of its update.
public struct BusySnap: Hashable, Sendable {
  public var instance: InstanceName
  /// The names of apps.
  public var apps: [String]
  /// Until it is updated all the same.
  public var timeRemaining: Duration
  /// The menu entry of the app, without `.desktop`.
  public var desktopEntry: String?

  public init(instance: InstanceName, apps: [String], timeRemaining: Duration, desktopEntry: String? = nil) {
    self.instance = instance
    self.apps = apps
    self.timeRemaining = timeRemaining
    self.desktopEntry = desktopEntry
  }
}

/// What became of a snap in a change that is over.
public struct RefreshOutcome: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    case done
    /// Something outside the snap went wrong: the network, the disk.
    case failed(String)
    /// The new revision's own program failed: a hook, a service.
    case failedByItself(String)
    /// Nobody wants it any more, or something else in the change failed.
    case givenUp
  }
  public var instance: InstanceName
  public var revision: Revision
  public var result: Result

  public init(instance: InstanceName, revision: Revision, result: Result) {
    self.instance = instance
    self.revision = revision
    self.result = result
  }
}

/// Snaps and stores as automatic updates know them; wired by the overlord. What asks a store blocks.
public protocol RefreshingSnaps: Sendable {
  /// The installed snaps that came from a store, sorted by name.
  func refreshable(in state: State) -> [RefreshableSnap]
  /// Whether anything is installed under a name.
  func isInstalled(_ instance: InstanceName, in state: State) -> Bool
  /// Whether there is any store to ask.
  func hasStore() -> Bool
  /// Asks the stores what they have that is newer.
  ///
  /// - Parameters:
  ///   - names: of whom; nil for all.
  ///   - withMetadata: whether ``AvailableUpdate/metadata`` is wanted.
  /// - Throws: ``RefreshNetworkError`` when a store could not be reached; what else went wrong.
  func findUpdates(
    of names: Set<InstanceName>?, reason: RefreshReason, withMetadata: Bool
  ) throws -> any FoundUpdates
  /// What runs of a snap, when it puts the update off; remembers since when it does. Nil when nothing runs, or when it
  /// has been put off for as long as it can be.
  func inhibit(_ instance: InstanceName, longest: Duration) throws -> BusySnap?
  /// The same, only looking.
  func busy(_ instance: InstanceName, longest: Duration) throws -> BusySnap?
  /// Downloads a revision and leaves it where the update will find it.
  func preDownload(_ instance: InstanceName, _ revision: Revision, in context: TaskContext) async throws
  /// Tells users' sessions that an update waits for apps to be closed.
  func tellPending(_ busy: BusySnap)
  /// Tells users' sessions that an update which they were told of is done.
  func tellFinished(_ instance: InstanceName)
  /// The snaps that have a say in updates (hook `gate-auto-refresh`), and which of the updates concern them: their own,
  /// their base's, those of snaps whose content they use.
  func gating(_ updates: [AvailableUpdate], in state: State) -> [InstanceName: [InstanceName]]
  /// Adds the hook to a change.
  func addGate(of instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID
  /// What became of the snaps of a change that is over.
  func outcomes(of change: ChangeID, in state: State) -> [RefreshOutcome]
  /// Whether a snap with the right to do so (`snapd-control`, `refresh-schedule: managed`) is installed.
  func canManageRefreshes() -> Bool
}

/// No store could be reached: tried again sooner than another failure.
public struct RefreshNetworkError: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
