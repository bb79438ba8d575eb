public import Snap

/// What is known of an installed snap beside its own words.
public struct SnapFacts: Sendable {
  public var instance: InstanceName
  public var revision: Revision
  /// The store's id, when it came from a store.
  public var snapID: String?
  /// The account that published it, by its declaration.
  public var publisherID: String?
  /// The rules of its declaration; nil for a snap without one.
  public var declaration: DeclarationRules?

  public init(
    _ instance: InstanceName, revision: Revision, snapID: String? = nil, publisherID: String? = nil,
    declaration: DeclarationRules? = nil
  ) {
    self.instance = instance
    self.revision = revision
    self.snapID = snapID
    self.publisherID = publisherID
    self.declaration = declaration
  }
}

/// A plug or slot that is left out of the repository: the snap is installed without it.
public struct BadInterface: Hashable, Sendable {
  public var role: ConnectionSide.Role
  public var name: InterfaceEndName
  /// The reference's sentence.
  public var reason: String

  public init(role: ConnectionSide.Role, name: InterfaceEndName, reason: String) {
    self.role = role
    self.name = name
    self.reason = reason
  }

  /// All of a snap's in one line, in the reference's form: names that have one reason are together.
  public static func summary(_ bad: [BadInterface], of instance: InstanceName) -> String {
    let reasons = Dictionary(grouping: bad, by: \.reason).sorted { $0.key < $1.key }
    let texts = reasons.map { reason, sides in
      sides.map(\.name.rawValue).sorted().joined(separator: ", ") + " (\(reason))"
    }
    return "snap \(quoted(instance)) has bad plugs or slots: \(texts.joined(separator: "; "))"
  }
}

/// Which apps and hooks of a snap have a side.
///
/// A side that no app and no hook names belongs to all of them (`spec/features.md` §4).
struct SideBinding {
  private let plugs: [InterfaceEndName: [SecurityTag]]
  private let slots: [InterfaceEndName: [SecurityTag]]
  let allTags: [SecurityTag]

  init(_ info: SnapInfo, _ instance: InstanceName) {
    let boundSlots = Set(info.apps.flatMap(\.slots) + info.hooks.flatMap(\.slots))
    var plugs: [InterfaceEndName: [SecurityTag]] = [:]
    var slots: [InterfaceEndName: [SecurityTag]] = [:]
    var all: [SecurityTag] = []
    for app in info.apps {
      let tag = SecurityTag.app(app.name, of: instance)
      all.append(tag)
      for plug in info.plugs(of: app) { plugs[plug.name, default: []].append(tag) }
      for slot in info.slots(of: app) { slots[slot.name, default: []].append(tag) }
    }
    for hook in info.hooks {
      let tag = SecurityTag.hook(hook.name, of: instance)
      all.append(tag)
      for plug in info.plugs(of: hook) { plugs[plug.name, default: []].append(tag) }
      for slot in info.slots where hook.slots.contains(slot.name.rawValue) || !boundSlots.contains(slot.name.rawValue) {
        slots[slot.name, default: []].append(tag)
      }
    }
    self.plugs = plugs
    self.slots = slots
    allTags = all
  }

  func tags(ofPlug end: InterfaceEnd) -> [SecurityTag] { plugs[end.name] ?? [] }
  func tags(ofSlot end: InterfaceEnd) -> [SecurityTag] { slots[end.name] ?? [] }
}
