public import Interfaces
public import Snap
public import State
internal import Synchronization

/// Owns plugs, slots and connections: what is connected, every operation on it, and what it grants.
///
/// The record of connections in the state is the truth; the repository in memory is what follows from it and from the
/// snaps in use. Whatever changes the repository can be repeated, and is done anew from the records at each start.
public final class InterfaceManager: Sendable {
  let store: StateStore
  /// Not owned: it owns the handlers, and they this manager.
  unowned let runner: TaskRunner
  let machine: Machine
  private let repository: Mutex<InterfaceRepository>
  private let access = Mutex<(any SnapAccess)?>(nil)

  /// - Parameters:
  ///   - store: the state; opened, and not yet run.
  ///   - runner: gets the task kinds of this manager.
  ///   - machine: what interfaces want to know.
  public init(store: StateStore, runner: TaskRunner, machine: Machine) {
    self.store = store
    self.runner = runner
    self.machine = machine
    repository = Mutex(InterfaceRepository(machine: machine))
    runner.register(TakingBack(ConnectTask(manager: self)))
    runner.register(TakingBack(DisconnectTask(manager: self)))
    runner.register(TakingBack(AutoConnect(manager: self)))
    runner.register(TakingBack(AutoDisconnect(manager: self)))
    runner.register(DiscardConnections(manager: self))
    runner.register(HotplugAddSlot(manager: self))
    runner.register(HotplugConnect(manager: self))
    runner.register(HotplugDisconnect(manager: self))
    runner.register(HotplugRemoveSlot(manager: self))
    runner.register(HotplugUpdateDevices(manager: self))
    runner.addBlockedPredicate { task, running, state in
      InterfaceTask.kinds.contains(task.kind)
        && running.contains { InterfaceTask.kinds.contains($0.kind) }
    }
    runner.addBlockedPredicate { task, _, state in state.mustWaitForEarlierDevice(task) }
  }

  /// Says where the snaps are; before ``startUp()`` and before tasks run.
  public func attach(_ snaps: any SnapAccess) { access.withLock { $0 = snaps } }

  var snaps: any SnapAccess {
    guard let snaps = access.withLock({ $0 }) else { preconditionFailure("internal error: no snaps are attached") }
    return snaps
  }

  /// Tells the rules what the device is. Connections that there are stay.
  public func setDevice(_ device: DeviceScope?) { repository.withLock { $0.device = device } }

  /// Fills the repository from what is installed and what is remembered. A snap that cannot be read has no sides.
  ///
  /// - Parameter devices: those that are there and may be slots.
  public func startUp(devices: [HotplugDevice] = []) {
    let active = store.read { snaps.activeSnaps(in: $0) }
    var fresh = InterfaceRepository(machine: machine)
    for snap in active {
      guard let info = try? snaps.info(of: snap.instance, snap.revision) else { continue }
      _ = fresh.add(info, snap.facts)
    }
    restoreHotplug(devices, &fresh)
    fresh.restore(remembered(fresh))
    repository.withLock { $0 = fresh }
  }

  /// The sides and connections as they are now.
  public var current: InterfaceRepository { repository.withLock { $0 } }

  func change<T: Sendable>(_ body: (inout InterfaceRepository) throws -> T) rethrows -> T {
    try repository.withLock { repository in try body(&repository) }
  }
}

/// What the interface tasks have in common. Source: `spec/engine.md`, "Blocked predicates" (1).
enum InterfaceTask {
  /// About the slot of one device.
  static let hotplugKinds: Set<TaskKind> = [
    HotplugAddSlot.kind, HotplugConnect.kind, HotplugDisconnect.kind, HotplugRemoveSlot.kind,
  ]

  /// Run one at a time in the whole system, with the making of profiles, which reads what they change.
  static let kinds = hotplugKinds.union([
    ConnectTask.kind, DisconnectTask.kind, AutoConnect.kind, AutoDisconnect.kind, DiscardConnections.kind,
    HotplugUpdateDevices.kind, "setup-profiles", "remove-profiles",
  ])
}

extension ActiveSnap {
  /// The snap as the repository knows it.
  var facts: SnapFacts {
    SnapFacts(instance, revision: revision, snapID: snapID, publisherID: publisherID, declaration: declaration)
  }
}

extension InterfaceRepository {
  /// Takes connections apart; those that are not there are fine.
  mutating func end(_ ids: some Sequence<ConnectionID>) {
    for id in ids where isConnected(id) { _ = try? disconnect(id) }
  }
}

// What the snaps' own tasks ask for.
extension InterfaceManager {
  /// Takes the plugs and slots of a revision that is about to be used, in place of those of the one before.
  ///
  /// - Returns: the snaps connected with it, whose profiles may name the old revision, and the plugs and slots that
  ///   are left out, in the reference's words.
  public func adopt(_ info: SnapInfo, _ snap: ActiveSnap) -> (peers: [InstanceName], remark: String?) {
    let records = remembered(current)
    return change { repository in
      let before = Set(repository.neighbours(of: snap.instance))
      repository.remove(snap.instance)
      let bad = repository.add(info, snap.facts)
      repository.restore(records, of: snap.instance)
      return (
        before.union(repository.neighbours(of: snap.instance)).sorted(),
        bad.isEmpty ? nil : BadInterface.summary(bad, of: snap.instance)
      )
    }
  }

  /// Takes the plugs and slots of a revision unless they are there. What connects with it at this moment stays.
  public func ensureAdopted(_ info: SnapInfo, _ snap: ActiveSnap) {
    guard current.facts(of: snap.instance)?.revision != snap.revision else { return }
    _ = adopt(info, snap)
  }

  /// Takes what is declared of a snap anew: rules and publisher count for whatever is connected from now on. What is
  /// connected stays, as in the reference.
  public func redeclare(_ snap: ActiveSnap) {
    change { repository in
      guard repository.facts(of: snap.instance)?.revision == snap.revision else { return }
      repository.redeclare(snap.facts)
    }
  }

  /// Whether the rules let a snap with these plugs and slots be installed.
  ///
  /// - Parameter dangerous: nobody has signed for the snap, and a person asked for it.
  public func checkInstallation(_ info: SnapInfo, _ snap: ActiveSnap, dangerous: Bool) throws {
    try current.checkInstallation(info, snap.facts, dangerous: dangerous)
  }

  /// Forgets the plugs and slots of a snap that is going out of use.
  ///
  /// - Returns: the snaps that were connected with it.
  public func forget(_ instance: InstanceName) -> [InstanceName] {
    change { repository in
      let peers = repository.neighbours(of: instance)
      repository.remove(instance)
      return peers
    }
  }

  /// What each side of a snap gives.
  public func parts(of instance: InstanceName) throws -> [SideGrants] { try current.parts(of: instance) }

  /// What the system's own sides give: exports of drivers, pins of its slots.
  public func systemParts() throws -> [SideGrants] {
    let repository = current
    return try repository.parts(of: repository.system)
  }

  /// Adds the connecting of what belongs together by the rules.
  public func addAutoConnect(
    for instance: InstanceName, to change: ChangeID, in state: inout State
  ) throws -> TaskID {
    state.newTask(
      AutoConnect.self, input: SnapReference(instance: instance),
      summary: "Automatically connect eligible plugs and slots of snap \"\(instance)\"", in: change)
  }

  /// Adds the disconnecting of everything a snap is connected with.
  public func addAutoDisconnect(
    for instance: InstanceName, to change: ChangeID, in state: inout State
  ) throws -> TaskID {
    state.newTask(
      AutoDisconnect.self, input: SnapReference(instance: instance),
      summary: "Disconnect interfaces of snap \"\(instance)\"", in: change)
  }

  /// Adds the forgetting of everything that is remembered of a snap's connections.
  public func addDiscardConnections(
    of instance: InstanceName, to change: ChangeID, in state: inout State
  ) throws -> TaskID {
    state.newTask(
      DiscardConnections.self, input: SnapReference(instance: instance),
      summary: "Discard interface connections for snap \"\(instance)\"", in: change)
  }
}

/// The input of tasks about all connections of one snap.
struct SnapReference: Codable, Equatable, Sendable {
  var instance: InstanceName
}
