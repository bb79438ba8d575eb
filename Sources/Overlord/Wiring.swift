internal import Artefacts
internal import AssertionManager
internal import ConfigurationManager
internal import Host
internal import InterfaceManager
internal import Interfaces
internal import Permissions
internal import RefreshManager
internal import Snap
internal import SnapManager
internal import State

/// Interfaces as the operations on snaps know them.
struct ConnectionsOfSnaps: SnapConnections {
  let interfaces: InterfaceManager
  let assertions: AssertionManager
  let store: StateStore

  func adopt(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, snapID: String?
  ) -> (peers: [InstanceName], remark: String?) {
    interfaces.adopt(info, snap(instance, revision, info.type, snapID))
  }

  func ensureAdopted(_ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, snapID: String?) {
    interfaces.ensureAdopted(info, snap(instance, revision, info.type, snapID))
  }

  func redeclare(_ instances: [InstanceName]) {
    for instance in instances {
      guard let record = store.read({ $0[snap: instance] }) else { continue }
      interfaces.redeclare(snap(instance, record.current, record.type, record.snapID))
    }
  }

  func checkInstallation(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, snapID: String?, dangerous: Bool
  ) throws {
    try interfaces.checkInstallation(info, snap(instance, revision, info.type, snapID), dangerous: dangerous)
  }

  private func snap(
    _ instance: InstanceName, _ revision: Revision, _ type: SnapType, _ snapID: String?
  ) -> ActiveSnap {
    let declaration = ActiveSnapDeclaration(of: snapID, assertions)
    return ActiveSnap(
      instance: instance, revision: revision, type: type, snapID: snapID, publisherID: declaration.publisherID,
      declaration: declaration.rules)
  }

  func isSupplied(_ label: WantedContent.Label) -> Bool {
    switch label {
    case .content(let text): interfaces.current.offersContent(text)
    case .compatibility(let text): interfaces.current.offersContent(compatibleWith: text)
    }
  }

  func forget(_ instance: InstanceName) -> [InstanceName] { interfaces.forget(instance) }

  func parts(of instance: InstanceName) throws -> [GrantPart] { try interfaces.parts(of: instance).map(GrantPart.init) }

  func systemParts() throws -> [GrantPart] { try interfaces.systemParts().map(GrantPart.init) }

  func addAutoConnect(for instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID {
    try interfaces.addAutoConnect(for: instance, to: change, in: &state)
  }

  func addAutoDisconnect(for instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID {
    try interfaces.addAutoDisconnect(for: instance, to: change, in: &state)
  }

  func addDiscardConnections(of instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID {
    try interfaces.addDiscardConnections(of: instance, to: change, in: &state)
  }
}

extension GrantPart {
  fileprivate init(_ part: SideGrants) { self.init(interface: part.interface, tags: part.tags, grants: part.grants) }
}

/// Configuration as the operations on snaps know it.
struct ConfigurationOfSnaps: SnapConfiguration {
  func keep(_ instance: InstanceName, for revision: Revision, in state: inout State) {
    ConfigurationManager.keep(instance, for: revision, in: &state)
  }

  func restore(_ instance: InstanceName, of revision: Revision, in state: inout State) {
    ConfigurationManager.restore(instance, of: revision, in: &state)
  }

  func forget(_ instance: InstanceName, _ revision: Revision?, in state: inout State) {
    ConfigurationManager.forget(instance, revision, in: &state)
    // A snap that is gone holds nothing and is held by nobody.
    if revision == nil { RefreshManager.forget(instance, in: &state) }
  }

  func retainedRevisions(in state: State) -> Int { RefreshRetain.value(in: state) }

  func longestInhibition(in state: State) -> Duration {
    .seconds(RefreshOptions(in: state).maxInhibitionDays * 86400 - 1)
  }

  func vitalityRank(of instance: InstanceName, in state: State) -> Int? { VitalityHint.rank(of: instance, in: state) }
}

/// Snaps and interfaces as the options of the system know them.
struct MachineOfOptions: SystemMachine {
  let directories: Directories
  /// Not owned: the overlord has both.
  unowned let snaps: SnapManager
  unowned let interfaces: InterfaceManager

  func managesRefreshes() -> Bool {
    let repository = interfaces.current
    return repository.instances.flatMap { repository.connected(of: $0) }.contains {
      $0.plug.interface == "snapd-control" && $0.plug.attributes["refresh-schedule"] == .string("managed")
    }
  }

  /// No assertions are known here yet, so none of a store is.
  func storeHasAddress(_ store: String) -> Bool? { nil }

  func rewriteServices(of instances: [InstanceName], ranks: [InstanceName: Int]) throws {
    for instance in instances { try snaps.rewriteServices(of: instance, vitalityRank: ranks[instance]) }
  }

  func rewriteAllProfiles() throws { try snaps.rewriteAllProfiles() }
}

/// Snaps as the interfaces know them.
struct SnapsOfInterfaces: SnapAccess {
  /// Not owned: the overlord has both.
  unowned let snaps: SnapManager
  let assertions: AssertionManager

  func activeSnaps(in state: State) -> [ActiveSnap] {
    state.all(RecordKind<SnapState>.snaps).compactMap { key, record in
      guard record.active, let instance = try? InstanceName(key) else { return nil }
      let declaration = ActiveSnapDeclaration(of: record.snapID, assertions)
      return ActiveSnap(
        instance: instance, revision: record.current, type: record.type, snapID: record.snapID,
        publisherID: declaration.publisherID, declaration: declaration.rules)
    }
  }

  func info(of instance: InstanceName, _ revision: Revision) throws -> SnapInfo {
    try snaps.info(of: instance, revision)
  }

  func rewriteProfiles(of instance: InstanceName) throws -> [String] { try snaps.rewriteProfiles(of: instance) }

  func rewriteSystemArtefacts() throws -> [String] { try snaps.writeSystemArtefacts() }

  func refuseConflicts(with instances: [InstanceName], in state: State) throws {
    try state.refuseConflicts(with: instances)
  }

  func setAffected(_ instances: [InstanceName], of change: ChangeID, in state: inout State) {
    state.setChangeData(instances.map(\.description), SnapManager.affectedSnapsKey, of: change)
  }

  func mayAutoConnect(_ interface: String, plugOf instance: InstanceName, in state: State) -> Bool {
    switch AutoConnection.value(of: interface, in: state) {
    case .always: true
    case .never: false
    case .verified:
      state[snap: instance]?.snapID.flatMap(snaps.signatures.publisher(of:))?.validation == "verified"
    }
  }

  func gadgetConnections() throws -> [GadgetConnection] { try snaps.gadget()?.connections ?? [] }

  func addHook(
    _ hook: String, of instance: InstanceName, undo: String, ignoreError: Bool, connection: ConnectionID,
    to change: ChangeID, in state: inout State
  ) throws -> TaskID {
    try snaps.addHook(
      hook, of: instance, undo: undo, ignoreError: ignoreError, connection: connection.description, to: change,
      in: &state)
  }
}
