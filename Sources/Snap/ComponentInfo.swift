internal import YAML

/// A part of a snap that is published and installed by itself, as the snap describes it. Source: `spec/features.md` §4.
public struct ComponentInfo: Sendable {
  /// What a component holds.
  public enum Kind: String, Hashable, Sendable {
    case standard, test
    case kernelModules = "kernel-modules"
  }

  /// Named by the rules of snaps.
  public var name: SnapName
  public var kind: Kind
  public var summary = ""
  public var description = ""
  /// Only `install`, `pre-refresh`, `post-refresh` and `remove`; without slots.
  public var hooks: [HookInfo] = []

  public init(name: SnapName, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  init(_ name: String, _ node: Node) throws(InvalidText) {
    let name = try SnapName(name)
    let keys = try Keys<ComponentKey>(node, as: "snap.componentYaml")
    let unknown: (String) -> InvalidText = { InvalidText.snapYAML("unknown component type \($0)") }
    guard let kind = try keys.choice(.type, Kind.self, unknown) else { throw unknown("\"\"") }
    self.init(name: name, kind: kind)
    summary = try keys.text(.summary) ?? ""
    description = try keys.text(.description) ?? ""
    for (key, value) in try keys.entries(.hooks, as: "map[string]snap.componentHookYaml") {
      guard ComponentInfo.hookNames.contains(key) else {
        throw InvalidText("unsupported component hook: \(InvalidText.quote(key))")
      }
      let hook = try HookInfo(try HookName(key), value, as: "snap.componentHookYaml")
      guard hook.slots.isEmpty else {
        throw InvalidText("component hooks cannot have slots: \(InvalidText.quote(key)) of component \"\(name)\"")
      }
      hooks.append(hook)
    }
  }

  private static let hookNames: Set<String> = ["install", "pre-refresh", "post-refresh", "remove"]
}
