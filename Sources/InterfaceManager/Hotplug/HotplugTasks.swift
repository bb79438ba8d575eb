internal import Interfaces
internal import Snap
internal import State

/// `hotplug-add-slot`: the system has a slot for a device that came.
struct HotplugAddSlot: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "hotplug-add-slot"
  let manager: InterfaceManager

  func `do`(_ setup: HotplugSetup, in context: TaskContext) async throws -> TaskOutcome {
    let record = setup.record
    try manager.change { repository in
      if let name = try? InterfaceEndName(record.name), let old = repository.slot(EndReference(repository.system, name))
      {
        // The same device under another node: its connections are made again by the next task.
        guard old.interface != record.interface || old.attributes != record.attributes else { return }
        _ = repository.removeSystemSlot(name)
      }
      try repository.addSystemSlot(record.slot, interface: record.interface)
    }
    context.atCompletion { state in state[.hotplugSlots, record.name] = record }
    return .done
  }
}

/// `hotplug-connect`: what was connected with the device before is so again, and what rules connect.
struct HotplugConnect: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "hotplug-connect"
  let manager: InterfaceManager

  func `do`(_ setup: HotplugSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let name = try? InterfaceEndName(setup.record.name) else { return .done }
    let repository = manager.current
    let slot = EndReference(repository.system, name)
    guard repository.slot(slot) != nil else { return .done }
    var records: [ConnectionID: ConnectionRecord] = [:]
    for (id, var record) in manager.remembered(repository)
    where id.slot == slot && !record.isUndesired && record.interface == setup.record.interface {
      record.isHotplugGone = false
      record.hotplugKey = setup.record.key
      record.slotAttributes = setup.record.attributes
      records[id] = record
    }
    let found = repository.autoConnections(of: repository.system, remembered: manager.remembered(repository))
    for wanted in found.connections where wanted.id.slot == slot {
      var record = try manager.connect(ConnectionSetup(connection: wanted.id, auto: true))
      record.hotplugKey = setup.record.key
      records[wanted.id] = record
    }
    let failed = manager.change { $0.restore(records) }
    for (id, error) in failed { context.log("cannot connect \(id) again: \(error)") }
    try manager.rewriteProfiles(of: records.keys.flatMap(\.snaps), context)
    context.atCompletion { [records] state in for (id, record) in records { state[connection: id] = record } }
    return .done
  }
}

/// `hotplug-disconnect`: nobody is connected with a device that went; what was is remembered.
struct HotplugDisconnect: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "hotplug-disconnect"
  let manager: InterfaceManager

  func `do`(_ setup: HotplugSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let name = try? InterfaceEndName(setup.record.name) else { return .done }
    let repository = manager.current
    let slot = EndReference(repository.system, name)
    var records: [ConnectionID: ConnectionRecord] = [:]
    for (id, var record) in manager.remembered(repository) where id.slot == slot && !record.isUndesired {
      record.isHotplugGone = true
      record.hotplugKey = setup.record.key
      records[id] = record
    }
    manager.change { $0.end($0.connected(with: slot)) }
    context.checkpoint("disconnected")
    try manager.rewriteProfiles(of: records.keys.flatMap(\.snaps), context)
    context.atCompletion { [records] state in for (id, record) in records { state[connection: id] = record } }
    return .done
  }
}

/// `hotplug-remove-slot`: the slot is gone. Its name stays the device's as long as connections are remembered.
struct HotplugRemoveSlot: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "hotplug-remove-slot"
  let manager: InterfaceManager

  func `do`(_ setup: HotplugSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let name = try? InterfaceEndName(setup.record.name) else { return .done }
    let slot = EndReference(manager.current.system, name)
    manager.change { _ = $0.removeSystemSlot(name) }
    var record = setup.record
    record.isGone = true
    let isRemembered = manager.remembered(manager.current).keys.contains { $0.slot == slot }
    context.atCompletion { [record] state in
      state[.hotplugSlots, record.name] = isRemembered ? record : nil
    }
    return .done
  }
}

/// `hotplug-update-devices`: snaps that may open some of the devices by a pattern see those that are there.
struct HotplugUpdateDevices: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "hotplug-update-devices"
  let manager: InterfaceManager

  func `do`(_ setup: SnapReferences, in context: TaskContext) async throws -> TaskOutcome {
    try manager.rewriteProfiles(of: setup.instances, context)
    return .done
  }
}
