public import Artefacts
public import Snap
public import State

/// What the operations on snaps need of plugs and slots; wired by the overlord.
public protocol SnapConnections: Sendable {
  /// Takes the plugs and slots of a revision that is about to be used, in place of those of the one before.
  ///
  /// - Returns: the snaps connected with it, whose profiles may name the old revision, and what a person should know:
  ///   plugs and slots that are left out.
  func adopt(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, snapID: String?
  ) -> (peers: [InstanceName], remark: String?)
  /// The same where a revision is about to be used whose plugs and slots were taken already, by a daemon that was killed
  /// since: the next one knows those of active snaps only. Does nothing when they are known.
  func ensureAdopted(_ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, snapID: String?)
  /// What is declared of snaps in use has changed.
  func redeclare(_ instances: [InstanceName])
  /// Whether the rules let a snap with these plugs and slots be installed.
  ///
  /// - Parameters:
  ///   - snapID: the store's identifier; nil when nobody has signed for the snap.
  ///   - dangerous: nobody has signed for the snap, and a person asked for it.
  func checkInstallation(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, snapID: String?, dangerous: Bool
  ) throws
  /// Whether a slot of the content interface that is here has what a plug looks for.
  func isSupplied(_ label: WantedContent.Label) -> Bool
  /// Forgets the plugs and slots of a snap that is going out of use.
  ///
  /// - Returns: the snaps that were connected with it.
  func forget(_ instance: InstanceName) -> [InstanceName]
  /// What each plug and slot of a snap gives to its apps and hooks. Every side is asked: once is enough for whatever is
  /// made at one time.
  func parts(of instance: InstanceName) throws -> [GrantPart]
  /// What the system's own plugs and slots give.
  func systemParts() throws -> [GrantPart]
  /// Adds a task that connects what belongs together by the rules.
  func addAutoConnect(for instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID
  /// Adds a task that disconnects everything a snap is connected with.
  func addAutoDisconnect(for instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID
  /// Adds a task that forgets everything remembered of a snap's connections.
  func addDiscardConnections(of instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID
}
