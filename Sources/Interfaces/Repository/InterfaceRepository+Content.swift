internal import Snap

/// What content there is, whoever has it. Source: `spec/engine.md` §8, "content tag".
extension InterfaceRepository {
  /// Whether a slot has content of this name.
  public func offersContent(_ label: String) -> Bool {
    contentSlots.contains { $0["content"] == .string(label) }
  }

  /// Whether a slot says that it is compatible.
  public func offersContent(compatibleWith label: String) -> Bool {
    guard let wanted = try? CompatibilityExpression(label) else { return false }
    return contentSlots.contains { slot in
      guard case .string(let text)? = slot["compatibility"], let has = try? CompatibilityExpression(text) else {
        return false
      }
      return wanted.isCompatible(with: has)
    }
  }

  private var contentSlots: [ConnectionSide] { slots.filter { $0.interface == "content" } }
}
