public import Interfaces
internal import Permissions
internal import Snap
public import State

/// Devices that come and go. Each becomes a change, like everything that alters what snaps may do, so that a daemon that
/// is killed meanwhile carries on.
extension InterfaceManager {
  /// More slots than this are not made of devices: somebody plays with a programmable one.
  private static let most = 256

  /// The subsystems whose devices may be slots. Interfaces are asked for each device; these are looked through at start.
  public static let hotplugSubsystems: Set<String> = ["tty", "hidraw"]

  /// Takes what happened to devices since the last call.
  ///
  /// - Parameter events: in order; `isGone` for those that went.
  /// - Returns: the change, if there is anything to do.
  @discardableResult
  public func handle(_ events: [(device: HotplugDevice, isGone: Bool)]) throws -> [ChangeID] {
    let repository = current
    // Devices that snaps may open by a pattern: they have to be shown, and their numbers allowed.
    let nodes = Set(events.compactMap(\.device.node))
    let watchers = nodes.isEmpty ? [] : try affected(nodes, repository)
    let changes = try store.write { state in
      var changes: [ChangeID] = []
      for event in events {
        for interface in repository.interfaces.keys.sorted() {
          guard let make = repository.interfaces[interface]?.hotplug else { continue }
          if event.isGone {
            changes += try remove(event.device, interface, &state)
          } else if let slot = make(event.device) {
            changes += try add(event.device, interface, slot, repository, &state)
          }
        }
      }
      if !watchers.isEmpty {
        let change = state.newChange(kind: "hotplug-update-devices", summary: "Update devices of snaps")
        _ = state.newTask(
          HotplugUpdateDevices.self, input: SnapReferences(instances: watchers), summary: "Update devices of snaps",
          in: change)
        snaps.setAffected(watchers, of: change, in: &state)
        changes.append(change)
      }
      return changes
    }
    if !changes.isEmpty { runner.ensure() }
    return changes
  }

  /// At start: the slots of devices that are still there are there before anything is connected, and events are made of
  /// what came and went meanwhile.
  func restoreHotplug(_ present: [HotplugDevice], _ repository: inout InterfaceRepository) {
    for (_, record) in store.read({ $0.all(RecordKind<HotplugRecord>.hotplugSlots) }) where !record.isGone {
      guard present.contains(where: { HotplugNames.key(of: $0) == record.key }) else { continue }
      try? repository.addSystemSlot(record.slot, interface: record.interface)
    }
  }

  /// What has happened to devices since the records were written.
  public func missedEvents(_ present: [HotplugDevice]) -> [(device: HotplugDevice, isGone: Bool)] {
    let keys = Set(present.compactMap(HotplugNames.key))
    var gone: [(device: HotplugDevice, isGone: Bool)] = []
    for (_, record) in store.read({ $0.all(RecordKind<HotplugRecord>.hotplugSlots) })
    where !record.isGone && !keys.contains(record.key) {
      gone.append((HotplugDevice(devicePath: record.devicePath, subsystem: "", node: nil, properties: [:]), true))
    }
    return gone + present.map { ($0, false) }
  }

  private func affected(_ nodes: Set<String>, _ repository: InterfaceRepository) throws -> [InstanceName] {
    let active = store.read { snaps.activeSnaps(in: $0) }.map(\.instance)
    return active.filter { instance in
      guard instance != repository.system, let grants = try? repository.snapGrants(of: instance) else { return false }
      let rules = grants.files.filter { $0.effect == .allow && $0.pattern.rawValue.hasPrefix("/dev/") }
      return rules.contains { rule in nodes.contains { rule.pattern.matches($0) } }
    }
  }

  // MARK: Slots

  private func add(
    _ device: HotplugDevice, _ interface: String, _ slot: HotplugSlot, _ repository: InterfaceRepository,
    _ state: inout State
  ) throws -> [ChangeID] {
    guard let key = HotplugNames.key(of: device) else { return [] }
    let known = state.all(RecordKind<HotplugRecord>.hotplugSlots).map(\.value)
    var record = HotplugRecord(
      name: "", interface: interface, attributes: slot.attributes, key: key, isGone: false,
      devicePath: device.devicePath)
    if let old = known.first(where: { $0.interface == interface && $0.key == key }) {
      record.name = old.name
      if old == record { return [] }
      // Two of the same maker without serial numbers: the second is no return of the first.
      if !old.isGone, old.devicePath != device.devicePath, isWaiting(old.name, state) == false { return [] }
    } else {
      guard known.count(where: { !$0.isGone }) < Self.most else { return [] }
      let base = slot.name.isEmpty ? HotplugNames.name(of: device, fallback: interface) : slot.name
      let used = Set(known.map(\.name)).union(repository.slots(of: repository.system).map(\.name.rawValue))
        .union(repository.plugs(of: repository.system).map(\.name.rawValue))
      record.name = HotplugNames.unique(base, in: used)
      // Taken before the task runs, so that the next device of the batch gets another name.
      var reserved = record
      reserved.isGone = true
      state[.hotplugSlots, record.name] = reserved
    }
    let change = state.newChange(
      kind: "hotplug-add-slot-\(interface)",
      summary: "Add hotplug slot \"\(record.name)\" of interface \"\(interface)\"")
    let input = HotplugSetup(record: record)
    let add = state.newTask(
      HotplugAddSlot.self, input: input, summary: "Create slot for device \(record.name) with hotplug key", in: change)
    let connect = state.newTask(
      HotplugConnect.self, input: input, summary: "Recreate connections of interface \"\(interface)\"", in: change)
    state.chain([add, connect])
    return [change]
  }

  private func remove(_ device: HotplugDevice, _ interface: String, _ state: inout State) throws -> [ChangeID] {
    var changes: [ChangeID] = []
    for (name, record) in state.all(RecordKind<HotplugRecord>.hotplugSlots)
    where record.interface == interface && record.devicePath == device.devicePath
      && (!record.isGone || isWaiting(name, state))
    {
      let change = state.newChange(
        kind: "hotplug-remove-\(interface)",
        summary: "Remove hotplug connections and slots of interface \"\(interface)\"")
      let input = HotplugSetup(record: record)
      let disconnect = state.newTask(
        HotplugDisconnect.self, input: input, summary: "Disable connections of interface \"\(interface)\"", in: change)
      let remove = state.newTask(
        HotplugRemoveSlot.self, input: input, summary: "Remove slot of interface \"\(interface)\"", in: change)
      state.chain([disconnect, remove])
      changes.append(change)
    }
    return changes
  }

  /// Whether tasks about a slot are still to be done.
  private func isWaiting(_ name: String, _ state: State) -> Bool { !state.hotplugTasks(of: name).isEmpty }
}

extension State {
  /// The tasks about a device's slot that are still to be done.
  fileprivate func hotplugTasks(of name: String) -> [TaskRecord] {
    unreadyChanges.flatMap { tasks(of: $0.id) }.filter { task in
      !task.status.isReady && (try? task.input(as: HotplugSetup.self))?.record.name == name
    }
  }

  /// Whether an earlier change of the same slot is still to be done: what happened to a device is followed in its order
  /// (the reference's `hotplug-seq-wait`), also when one of the steps fails.
  func mustWaitForEarlierDevice(_ task: TaskRecord) -> Bool {
    guard InterfaceTask.hotplugKinds.contains(task.kind), let setup = try? task.input(as: HotplugSetup.self) else {
      return false
    }
    return hotplugTasks(of: setup.record.name).contains { $0.change != task.change && $0.id < task.id }
  }
}

extension HotplugRecord {
  var slot: HotplugSlot { HotplugSlot(name: name, label: "", attributes: attributes) }
}

/// The input of tasks about several snaps.
struct SnapReferences: Codable, Equatable, Sendable {
  var instances: [InstanceName]
}
