public import Interfaces
public import Snap
public import State

/// What interfaces need of the snaps that are installed; wired by the overlord.
public protocol SnapAccess: Sendable {
  /// The active snaps, at the revision in use.
  func activeSnaps(in state: State) -> [ActiveSnap]
  /// The metadata of an installed revision.
  func info(of instance: InstanceName, _ revision: Revision) throws -> SnapInfo
  /// Compiles and writes what is enforced for a snap anew, and brings its namespaces and the machine to it.
  ///
  /// - Returns: what went wrong that keeps nothing from working, for the log of the task.
  func rewriteProfiles(of instance: InstanceName) throws -> [String]
  /// Brings the machine to what the system's own sides are connected with; returns the same.
  func rewriteSystemArtefacts() throws -> [String]
  /// Refuses when an unfinished change works on one of the snaps.
  func refuseConflicts(with instances: [InstanceName], in state: State) throws
  /// Says which snaps a change works on.
  func setAffected(_ instances: [InstanceName], of change: ChangeID, in state: inout State)
  /// Whether the configuration of the system lets a snap's plug be connected by itself, where rules would do it.
  func mayAutoConnect(_ interface: String, plugOf instance: InstanceName, in state: State) -> Bool
  /// What the gadget in use asks to be connected; nothing when there is no gadget.
  func gadgetConnections() throws -> [GadgetConnection]
  /// Adds the running of a hook; a snap that does not have it makes it a task that does nothing.
  ///
  /// - Parameters:
  ///   - undo: the hook that runs when the change is undone.
  ///   - connection: what the hook is about, for `snapctl`.
  func addHook(
    _ hook: String, of instance: InstanceName, undo: String, ignoreError: Bool, connection: ConnectionID,
    to change: ChangeID, in state: inout State
  ) throws -> TaskID
}

/// A snap in use.
public struct ActiveSnap: Sendable {
  public var instance: InstanceName
  public var revision: Revision
  public var type: SnapType
  /// The store's identifier; nil for a snap from a file.
  public var snapID: String?
  /// The account that publishes it, by its declaration.
  public var publisherID: String?
  /// The rules of its declaration; nil for a snap without one.
  public var declaration: DeclarationRules?

  public init(
    instance: InstanceName, revision: Revision, type: SnapType, snapID: String? = nil, publisherID: String? = nil,
    declaration: DeclarationRules? = nil
  ) {
    self.instance = instance
    self.revision = revision
    self.type = type
    self.snapID = snapID
    self.publisherID = publisherID
    self.declaration = declaration
  }
}
