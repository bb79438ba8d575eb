public import Snap

/// The plugs and slots of all snaps, and which of them are connected.
///
/// A value without locks: the manager keeps one beside its state, tries changes on a copy and writes it back. It holds
/// what is true now; what was said earlier (connections of a person, refusals) is the manager's record
/// (``ConnectionRecord``). Source: `spec/confinement.md` §8.
///
/// The system itself is a snap here: `snapd`, or `core` on systems of old. It has the implicit plugs and slots,
/// whether or not a snap of that name is installed, and is addressed as `system`, `snapd`, `core` or not at all.
public struct InterfaceRepository: Sendable {
  /// Every known interface by name.
  public let interfaces: [String: Interface]
  public let machine: Machine
  /// Which snap stands for the system.
  public let system: InstanceName
  /// What rules about devices look at; nil until the device knows its model.
  public var device: DeviceScope?

  var snaps: [InstanceName: Entry] = [:]
  var connected: [ConnectionID: DynamicAttributes] = [:]

  /// What hooks said of a connection's sides.
  struct DynamicAttributes: Sendable {
    var plug: Attributes
    var slot: Attributes
  }

  /// One snap with its sides by name.
  struct Entry: Sendable {
    var facts: SnapFacts
    var owner: ConnectionSide.Owner
    var plugs: [InterfaceEndName: ConnectionSide] = [:]
    var slots: [InterfaceEndName: ConnectionSide] = [:]
    var tags: [SecurityTag] = []
    /// Slots that devices brought: they stay whatever the system's snap declares.
    var deviceSlots: Set<InterfaceEndName> = []
  }

  /// An empty repository: only the system is there.
  ///
  /// - Parameters:
  ///   - interfaces: What is known; the builtin ones outside of tests.
  ///   - system: The snap that stands for the system.
  public init(
    interfaces: [Interface] = Interface.builtin, machine: Machine = Machine(), system: SystemSnap = .snapd
  ) {
    self.interfaces = Dictionary(interfaces.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.machine = machine
    self.system = system.instance
    addSystem(SnapFacts(self.system, revision: .local(1)), type: system == .core ? .os : .snapd)
  }

  /// Snaps that can stand for the system.
  public enum SystemSnap: String, Sendable {
    case snapd, core

    var instance: InstanceName {
      do { return try InstanceName(rawValue) } catch { preconditionFailure("\(error)") }
    }
  }

  // MARK: - Snaps

  /// Puts a snap's plugs and slots in, in place of those an earlier revision had. Connections whose sides are still
  /// there stay, without another look by their interface; who wants that removes the snap first and restores after.
  ///
  /// - Returns: The sides that are left out: their interface is not known, or refuses them.
  @discardableResult
  public mutating func add(_ info: SnapInfo, _ facts: SnapFacts) -> [BadInterface] {
    if facts.instance == system { addSystem(facts, type: info.type) }
    let isSystem = facts.instance == system
    let owner = ConnectionSide.Owner(
      instance: facts.instance, revision: facts.revision, type: info.type, snapID: facts.snapID,
      publisherID: facts.publisherID, isSystem: isSystem)
    var entry = isSystem ? snaps[system] ?? Entry(facts: facts, owner: owner) : Entry(facts: facts, owner: owner)
    let binding = SideBinding(info, facts.instance)
    entry.tags = binding.allTags
    var bad: [BadInterface] = []
    for role in [ConnectionSide.Role.plug, .slot] {
      for end in role == .plug ? info.plugs : info.slots {
        var side = ConnectionSide(
          role: role, name: end.name, interface: end.interface, snap: owner, attributes: Attributes(end),
          tags: role == .plug ? binding.tags(ofPlug: end) : binding.tags(ofSlot: end), label: end.label)
        do throws(InterfaceError) {
          try check(&side)
        } catch {
          bad.append(BadInterface(role: role, name: end.name, reason: error.description))
          continue
        }
        if role == .plug { entry.plugs[end.name] = side } else { entry.slots[end.name] = side }
      }
    }
    snaps[facts.instance] = entry
    connected = connected.filter { id, _ in
      guard id.involves(facts.instance) else { return true }
      guard let plug = side(.plug, id.plug), let slot = side(.slot, id.slot) else { return false }
      return plug.interface == slot.interface
    }
    return bad
  }

  /// Adds a snap, given what is known of it one by one.
  @discardableResult
  public mutating func add(
    _ info: SnapInfo, as instance: InstanceName, revision: Revision, snapID: String? = nil,
    publisherID: String? = nil, declaration: DeclarationRules? = nil
  ) -> [BadInterface] {
    add(
      info,
      SnapFacts(instance, revision: revision, snapID: snapID, publisherID: publisherID, declaration: declaration))
  }

  /// Takes what is declared of a snap anew; its sides and connections stay.
  public mutating func redeclare(_ facts: SnapFacts) {
    guard var entry = snaps[facts.instance] else { return }
    entry.facts = facts
    entry.owner.snapID = facts.snapID
    entry.owner.publisherID = facts.publisherID
    for name in entry.plugs.keys { entry.plugs[name]?.snap = entry.owner }
    for name in entry.slots.keys { entry.slots[name]?.snap = entry.owner }
    snaps[facts.instance] = entry
  }

  /// Takes a snap out, with its connections. Of the system only what its snap declared goes.
  ///
  /// - Returns: The connections that were made with it.
  @discardableResult
  public mutating func remove(_ instance: InstanceName) -> [ConnectionID] {
    guard instance != system else {
      addSystem(SnapFacts(system, revision: .local(1)), type: snaps[system]?.owner.type ?? .snapd)
      let gone = connected.keys.filter { connection($0) == nil }
      for id in gone { connected[id] = nil }
      return gone.sorted()
    }
    snaps[instance] = nil
    let gone = connected.keys.filter { $0.involves(instance) }
    for id in gone { connected[id] = nil }
    return gone.sorted()
  }

  /// Adds a slot of the system, which a device brought.
  ///
  /// - Throws: When the interface does not take its attributes, or the name is in use.
  public mutating func addSystemSlot(_ slot: HotplugSlot, interface: String) throws(InterfaceError) {
    guard let name = try? InterfaceEndName(slot.name), var entry = snaps[system] else {
      throw InterfaceError("invalid slot name: \(quoted(slot.name))")
    }
    guard entry.slots[name] == nil, entry.plugs[name] == nil else {
      throw InterfaceError("snap \(quoted(system)) has slots or plugs conflicting on name \(quoted(slot.name))")
    }
    var side = ConnectionSide(
      role: .slot, name: name, interface: interface, snap: entry.owner, attributes: slot.attributes, label: slot.label)
    try check(&side)
    entry.slots[name] = side
    entry.deviceSlots.insert(name)
    snaps[system] = entry
  }

  /// Takes a slot of the system away, with its connections.
  @discardableResult
  public mutating func removeSystemSlot(_ name: InterfaceEndName) -> [ConnectionID] {
    snaps[system]?.slots[name] = nil
    snaps[system]?.deviceSlots.remove(name)
    let gone = connected.keys.filter { $0.slot == EndReference(system, name) }
    for id in gone { connected[id] = nil }
    return gone.sorted()
  }

  /// Gives the system its implicit sides; what its snap declared is dropped.
  private mutating func addSystem(_ facts: SnapFacts, type: SnapType) {
    let owner = ConnectionSide.Owner(
      instance: system, revision: facts.revision, type: type, snapID: facts.snapID, publisherID: facts.publisherID,
      isSystem: true)
    var entry = Entry(facts: facts, owner: owner)
    for name in snaps[system]?.deviceSlots ?? [] {
      guard var slot = snaps[system]?.slots[name] else { continue }
      slot.snap = owner
      entry.slots[name] = slot
      entry.deviceSlots.insert(name)
    }
    for interface in interfaces.values {
      guard let name = try? InterfaceEndName(interface.name) else { continue }
      if interface.implicitSlot.holds(on: machine) {
        entry.slots[name] = ConnectionSide(role: .slot, name: name, interface: interface.name, snap: owner)
      }
      if interface.implicitPlug.holds(on: machine) {
        entry.plugs[name] = ConnectionSide(role: .plug, name: name, interface: interface.name, snap: owner)
      }
    }
    snaps[system] = entry
  }

  private func check(_ side: inout ConnectionSide) throws(InterfaceError) {
    guard let interface = interfaces[side.interface] else {
      throw InterfaceError("unknown interface \(quoted(side.interface))")
    }
    switch side.role {
    case .plug: try interface.checkPlug(&side)
    case .slot: try interface.checkSlot(&side)
    }
  }

  // MARK: - Looking up

  public func interface(named name: String) -> Interface? { interfaces[name] }

  /// Every snap that is in, the system included.
  public var instances: [InstanceName] { snaps.keys.sorted() }

  public func facts(of instance: InstanceName) -> SnapFacts? { snaps[instance]?.facts }

  /// A snap's plugs by name.
  public func plugs(of instance: InstanceName) -> [ConnectionSide] {
    (snaps[instance]?.plugs.values).map { $0.sorted { $0.name < $1.name } } ?? []
  }

  /// A snap's slots by name.
  public func slots(of instance: InstanceName) -> [ConnectionSide] {
    (snaps[instance]?.slots.values).map { $0.sorted { $0.name < $1.name } } ?? []
  }

  /// Every plug, by snap and name.
  public var plugs: [ConnectionSide] { instances.flatMap { plugs(of: $0) } }
  /// Every slot, by snap and name.
  public var slots: [ConnectionSide] { instances.flatMap { slots(of: $0) } }

  public func plug(_ reference: EndReference) -> ConnectionSide? { side(.plug, reference) }
  public func slot(_ reference: EndReference) -> ConnectionSide? { side(.slot, reference) }

  func side(_ role: ConnectionSide.Role, _ reference: EndReference) -> ConnectionSide? {
    let entry = snaps[reference.snap]
    return role == .plug ? entry?.plugs[reference.name] : entry?.slots[reference.name]
  }

  /// The instance that a name in a request means: `system`, `core`, `snapd` and nothing are the system.
  public func instance(named name: String) -> InstanceName? {
    switch name {
    case "", "system", "core", "snapd": system
    default: try? InstanceName(name)
    }
  }

  /// A connection of an older state with the system's snap of today: `core` once had what `snapd` has.
  public func remapped(_ id: ConnectionID) -> ConnectionID {
    var id = id
    if let plug = remapped(id.plug, .plug) { id.plug = plug }
    if let slot = remapped(id.slot, .slot) { id.slot = slot }
    return id
  }

  private func remapped(_ end: EndReference, _ role: ConnectionSide.Role) -> EndReference? {
    guard end.snap != system, end.snap.rawValue == "core" || end.snap.rawValue == "snapd",
      side(role, end) == nil
    else { return nil }
    return EndReference(system, end.name)
  }
}
