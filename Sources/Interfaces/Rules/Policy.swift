public import Snap

/// A snap that is to be installed, judged by the rules for installation (`spec/assertions-and-store.md` §5).
public struct InstallCandidate: Sendable {
  /// Its plugs and slots, checked by their interfaces.
  public var sides: [ConnectionSide]
  /// The rules of its declaration; nil when it has none.
  public var declaration: DeclarationRules?
  public var interfaces: [String: Interface]
  public var machine: Machine
  public var device: DeviceScope?

  public init(
    sides: [ConnectionSide], declaration: DeclarationRules?, interfaces: [String: Interface], machine: Machine,
    device: DeviceScope? = nil
  ) {
    self.sides = sides
    self.declaration = declaration
    self.interfaces = interfaces
    self.machine = machine
    self.device = device
  }

  /// Slots first, then plugs, each in the order of names.
  ///
  /// - Throws: ``InterfaceError`` in the reference's words for the first side that is refused.
  public func check() throws(InterfaceError) {
    for side in ordered {
      guard let (rules, context) = rules(for: side) else { continue }
      let subject = subject(side)
      let what = "by \(quoted(side.name)) \(side.role.rawValue) rule of interface \(quoted(side.interface))\(context)"
      if rules.denyInstallation.match(subject) {
        throw InterfaceError("installation denied \(what)", kind: .policy)
      }
      if !rules.allowInstallation.match(subject) {
        throw InterfaceError("installation not allowed \(what)", kind: .policy)
      }
    }
  }

  /// For a snap that is installed without a declaration (`--dangerous`): only that its type may have such slots at
  /// all. A denial is not looked at, so that a person can try a snap that a declaration would allow.
  ///
  /// - Throws: ``InterfaceError`` in the reference's words.
  public func checkMinimally() throws(InterfaceError) {
    for side in ordered where side.role == .slot {
      guard let rules = interfaces[side.interface]?.slotRules, case .any(let alternatives) = rules.allowInstallation
      else { continue }
      let typed = alternatives.filter { $0.slotSnapTypes?.isEmpty == false }
      guard !typed.isEmpty else { continue }
      let holds = typed.contains { alternative in
        Constraints(slotSnapTypes: alternative.slotSnapTypes, onClassic: alternative.onClassic).hold(for: subject(side))
      }
      guard !holds else { continue }
      throw InterfaceError(
        "installation not allowed by \(quoted(side.name)) slot rule of interface \(quoted(side.interface))",
        kind: .policy)
    }
  }

  private var ordered: [ConnectionSide] {
    sides.filter { $0.role == .slot }.sorted { $0.name < $1.name }
      + sides.filter { $0.role == .plug }.sorted { $0.name < $1.name }
  }

  private func subject(_ side: ConnectionSide) -> RuleSubject {
    RuleSubject(
      plug: side.role == .plug ? side : nil, slot: side.role == .slot ? side : nil, machine: machine, device: device)
  }

  private func rules(for side: ConnectionSide) -> (SideRules, context: String)? {
    if let declaration,
      let rules = side.role == .plug ? declaration.plugs[side.interface] : declaration.slots[side.interface]
    {
      return (rules, " for \(quoted(declaration.snapName)) snap")
    }
    guard let interface = interfaces[side.interface] else { return nil }
    return (side.role == .plug ? interface.plugRules : interface.slotRules, "")
  }
}

/// A plug and a slot that may be connected, judged by the rules for connections.
public struct ConnectCandidate: Sendable {
  public var connection: Connection
  /// The interface, for the base declaration's rules.
  public var interface: Interface
  public var plugDeclaration: DeclarationRules?
  public var slotDeclaration: DeclarationRules?
  public var device: DeviceScope?

  public init(
    _ connection: Connection, interface: Interface, plugDeclaration: DeclarationRules? = nil,
    slotDeclaration: DeclarationRules? = nil, device: DeviceScope? = nil
  ) {
    self.connection = connection
    self.interface = interface
    self.plugDeclaration = plugDeclaration
    self.slotDeclaration = slotDeclaration
    self.device = device
  }

  /// How many slots and plugs the rule lets be connected by themselves; one unless it says `*`.
  public struct Arity: Hashable, Sendable {
    public var anyNumberOfSlots = false
    public var anyNumberOfPlugs = false
  }

  /// Whether a person may connect them.
  ///
  /// - Throws: ``InterfaceError`` in the reference's words.
  public func checkConnect() throws(InterfaceError) { _ = try check(automatically: false) }

  /// Whether the system connects them by itself.
  ///
  /// - Throws: ``InterfaceError`` in the reference's words.
  public func checkAutoConnect() throws(InterfaceError) -> Arity { try check(automatically: true) }

  private func check(automatically: Bool) throws(InterfaceError) -> Arity {
    let plug = connection.plug.interface
    let slot = connection.slot.interface
    guard plug == slot else {
      throw InterfaceError(
        "cannot connect mismatched plug interface \(quoted(plug)) to slot interface \(quoted(slot))", kind: .policy)
    }
    guard let (rules, side, context) = rules else { return Arity() }
    let kind = automatically ? "auto-connection" : "connection"
    let what = "by \(side) rule of interface \(quoted(plug))\(context)"
    let subject = RuleSubject(
      plug: connection.plug, slot: connection.slot, machine: connection.machine, device: device)
    if (automatically ? rules.denyAutoConnection : rules.denyConnection).match(subject) {
      throw InterfaceError("\(kind) denied \(what)", kind: .policy)
    }
    guard let allowed = (automatically ? rules.allowAutoConnection : rules.allowConnection).matching(subject) else {
      throw InterfaceError("\(kind) not allowed \(what)", kind: .policy)
    }
    return Arity(
      anyNumberOfSlots: allowed.anyNumberOfSlots ?? false, anyNumberOfPlugs: allowed.anyNumberOfPlugs ?? false)
  }

  /// The one rule that decides: the first there is of the plug's declaration, the slot's, the base declaration's for
  /// the plug, and its for the slot.
  private var rules: (SideRules, side: String, context: String)? {
    let name = interface.name
    if let declaration = plugDeclaration, let rules = declaration.plugs[name] {
      return (rules, "plug", " for \(quoted(declaration.snapName)) snap")
    }
    if let declaration = slotDeclaration, let rules = declaration.slots[name] {
      return (rules, "slot", " for \(quoted(declaration.snapName)) snap")
    }
    // A base declaration that says nothing of a side has the defaults there.
    if interface.plugRules != SideRules() { return (interface.plugRules, "plug", "") }
    if interface.slotRules != SideRules() { return (interface.slotRules, "slot", "") }
    return nil
  }
}

extension InterfaceRepository {
  /// Whether a person may connect a plug with a slot.
  ///
  /// - Throws: ``InterfaceError`` when there is no such side or a rule refuses.
  public func checkConnect(_ id: ConnectionID) throws(InterfaceError) { try candidate(id).checkConnect() }

  /// Whether the system connects them by itself, by the rules alone.
  @discardableResult
  public func checkAutoConnect(_ id: ConnectionID) throws(InterfaceError) -> ConnectCandidate.Arity {
    try candidate(id).checkAutoConnect()
  }

  private func candidate(_ id: ConnectionID) throws(InterfaceError) -> ConnectCandidate {
    guard let plug = plug(id.plug) else { throw .noPlug(id.plug.name.rawValue, id.plug.snap.rawValue) }
    guard let slot = slot(id.slot) else { throw .noSlot(id.slot.name.rawValue, id.slot.snap.rawValue) }
    return try candidate(plug, slot)
  }

  func candidate(_ plug: ConnectionSide, _ slot: ConnectionSide) throws(InterfaceError) -> ConnectCandidate {
    guard let interface = interfaces[plug.interface] else {
      throw InterfaceError("internal error: unknown interface \(quoted(plug.interface))")
    }
    return ConnectCandidate(
      Connection(plug: plug, slot: slot, machine: machine), interface: interface,
      plugDeclaration: snaps[plug.snap.instance]?.facts.declaration,
      slotDeclaration: snaps[slot.snap.instance]?.facts.declaration, device: device)
  }

  /// Whether a snap may be installed with the sides it has; those that its interfaces refuse are left out first.
  ///
  /// - Parameter dangerous: The snap has no declaration that anybody signed, and a person asked for it.
  /// - Throws: ``InterfaceError`` in the reference's words.
  public func checkInstallation(_ info: SnapInfo, _ facts: SnapFacts, dangerous: Bool) throws(InterfaceError) {
    var copy = self
    copy.snaps[facts.instance] = nil
    copy.add(info, facts)
    let declared = Set(info.plugs.map(\.name) + info.slots.map(\.name))
    let sides = (copy.plugs(of: facts.instance) + copy.slots(of: facts.instance)).filter { declared.contains($0.name) }
    let candidate = InstallCandidate(
      sides: sides, declaration: facts.declaration, interfaces: interfaces, machine: machine, device: device)
    if dangerous { try candidate.checkMinimally() } else { try candidate.check() }
  }
}
