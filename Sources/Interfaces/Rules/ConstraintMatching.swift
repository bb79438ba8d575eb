internal import Snap

/// Who is judged by a rule: the sides, what is known of their snaps, and the machine.
struct RuleSubject {
  var plug: ConnectionSide?
  var slot: ConnectionSide?
  var machine: Machine
  var device: DeviceScope?
}

extension SideRules.Alternatives {
  /// Whether any of the alternatives holds.
  func match(_ subject: RuleSubject) -> Bool { matching(subject) != nil }

  /// The first alternative that holds; its word on how many sides may be connected counts.
  func matching(_ subject: RuleSubject) -> Constraints? {
    switch self {
    case .always: Constraints()
    case .never: nil
    case .any(let alternatives): alternatives.first { $0.hold(for: subject) }
    }
  }
}

extension Constraints {
  /// Whether everything that is said holds. Source: `spec/assertions-and-store.md` §5.
  func hold(for subject: RuleSubject) -> Bool {
    holdForMachine(subject) && holdForPlug(subject) && holdForSlot(subject)
  }

  private func holdForPlug(_ subject: RuleSubject) -> Bool {
    let plug = subject.plug
    return Self.type(plug, plugSnapTypes)
      && Self.name(plug, plugNames)
      && Self.id(plug?.snap.snapID, plugSnapIDs, special: [:])
      && Self.id(
        plug?.snap.publisherID, plugPublisherIDs, special: ["$SLOT_PUBLISHER_ID": subject.slot?.snap.publisherID])
      && (plugAttributes?.holds(for: plug, subject) ?? true)
  }

  private func holdForSlot(_ subject: RuleSubject) -> Bool {
    let slot = subject.slot
    return Self.type(slot, slotSnapTypes)
      && Self.name(slot, slotNames)
      && Self.id(slot?.snap.snapID, slotSnapIDs, special: [:])
      && Self.id(
        slot?.snap.publisherID, slotPublisherIDs, special: ["$PLUG_PUBLISHER_ID": subject.plug?.snap.publisherID])
      && (slotAttributes?.holds(for: slot, subject) ?? true)
  }

  private func holdForMachine(_ subject: RuleSubject) -> Bool {
    let machine = subject.machine
    switch onClassic {
    case nil: break
    case .no: guard !machine.isClassic else { return false }
    case .yes: guard machine.isClassic else { return false }
    case .distributions(let names):
      guard machine.isClassic, names.contains(where: machine.isDistribution) else { return false }
    }
    if let onCoreDesktop, onCoreDesktop != machine.isCoreDesktop { return false }
    return holdForDevice(subject.device)
  }

  private func holdForDevice(_ device: DeviceScope?) -> Bool {
    guard onStore != nil || onBrand != nil || onModel != nil else { return true }
    guard let device else { return false }
    if let onStore, !onStore.contains(device.store), Set(onStore).isDisjoint(with: device.friendlyStores) {
      return false
    }
    if let onBrand, !onBrand.contains(device.brand) { return false }
    if let onModel, !onModel.contains("\(device.brand)/\(device.model)") { return false }
    return true
  }

  private static func type(_ side: ConnectionSide?, _ kinds: [SnapKind]?) -> Bool {
    guard let kinds, !kinds.isEmpty else { return true }
    guard let type = side?.snap.type else { return false }
    return kinds.contains(SnapKind(type))
  }

  private static func name(_ side: ConnectionSide?, _ patterns: [String]?) -> Bool {
    guard let patterns, !patterns.isEmpty else { return true }
    guard let side else { return false }
    return patterns.contains { pattern in
      pattern == "$INTERFACE" ? side.name.rawValue == side.interface : RulePattern.matches(pattern, side.name.rawValue)
    }
  }

  /// An id that is not known matches nothing.
  private static func id(_ id: String?, _ admitted: [String]?, special: [String: String?]) -> Bool {
    guard let admitted, !admitted.isEmpty else { return true }
    guard let id, !id.isEmpty else { return false }
    return admitted.contains { candidate in
      candidate.hasPrefix("$") ? special[candidate] == id : candidate == id
    }
  }
}

extension Constraints.SnapKind {
  /// How rules call a snap's type: both snaps that can be the system are `core`.
  init(_ type: SnapType) {
    switch type {
    case .os, .snapd: self = .core
    case .app: self = .app
    case .gadget: self = .gadget
    case .kernel: self = .kernel
    case .base: self = .base
    }
  }
}

extension Machine {
  /// Whether this is the distribution of a rule: `ubuntu`, or `ubuntu/core` with a variant (`VARIANT_ID`).
  func isDistribution(_ name: String) -> Bool {
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.first == distribution else { return false }
    return parts.count == 1 || parts[1] == variant
  }
}

extension AttributeConstraint {
  /// Whether the attributes of a side are as the constraint has it.
  func holds(for side: ConnectionSide?, _ subject: RuleSubject) -> Bool {
    guard let side else { return false }
    switch self {
    case .map(let entries):
      return entries.allSatisfy { key, constraint in constraint.holds(entry: side[key], subject) }
    case .anyOf(let alternatives):
      return alternatives.contains { $0.holds(for: side, subject) }
    default:
      return false
    }
  }

  /// What is not there satisfies `$MISSING` alone.
  private func holds(entry value: AttributeValue?, _ subject: RuleSubject) -> Bool {
    if case .missing = self { return value == nil || value == .null }
    guard let value, value != .null else { return false }
    return holds(value, subject)
  }

  private func holds(_ value: AttributeValue, _ subject: RuleSubject) -> Bool {
    switch self {
    case .missing: return false
    case .anyOf(let alternatives): return alternatives.contains { $0.holds(value, subject) }
    case .map(let entries):
      if case .list(let elements) = value { return elements.allSatisfy { holds($0, subject) } }
      guard case .map(let map) = value else { return false }
      return entries.allSatisfy { key, constraint in constraint.holds(entry: map[key], subject) }
    case .matches(let pattern):
      if case .list(let elements) = value { return elements.allSatisfy { holds($0, subject) } }
      guard let text = value.scalarText else { return false }
      return RulePattern.matches(pattern, text)
    case .slotAttribute(let path): return value == subject.slot?[path]
    case .plugAttribute(let path): return value == subject.plug?[path]
    case .compatibleWithSlot(let path): return Self.areCompatible(value, subject.slot?[path])
    case .compatibleWithPlug(let path): return Self.areCompatible(value, subject.plug?[path])
    case .plugPublisherID: return Self.isID(value, subject.plug?.snap.publisherID)
    case .slotPublisherID: return Self.isID(value, subject.slot?.snap.publisherID)
    }
  }

  private static func isID(_ value: AttributeValue, _ id: String?) -> Bool {
    guard let id, !id.isEmpty else { return false }
    return value == .string(id)
  }

  private static func areCompatible(_ value: AttributeValue, _ other: AttributeValue?) -> Bool {
    guard case .string(let left) = value, case .string(let right)? = other,
      let left = try? CompatibilityExpression(left), let right = try? CompatibilityExpression(right)
    else { return false }
    return left.isCompatible(with: right)
  }
}

extension AttributeValue {
  /// What patterns look at: texts, truth values and whole numbers; nothing else.
  var scalarText: String? {
    switch self {
    case .string(let text): text
    case .bool(let bool): bool ? "true" : "false"
    case .integer(let integer): String(integer)
    case .null, .number, .list, .map: nil
    }
  }
}
