internal import Snap

/// What would let something through that was refused.
public struct Suggestion: Hashable, Sendable {
  public var interface: String
  public var means: Means
  /// A plug of this kind takes a declaration of the store's.
  public var isSuperPrivileged: Bool

  public enum Means: Hashable, Sendable {
    /// Connect a plug of the app; the slot is named when there is a choice.
    case connect(plug: EndReference, slot: EndReference?)
    /// Give the app a plug that its snap has.
    case bind(plug: EndReference)
    /// Give the snap such a plug, with lists of these attributes.
    case declare([String: [String]])
  }

  public init(interface: String, means: Means, isSuperPrivileged: Bool = false) {
    self.interface = interface
    self.means = means
    self.isSuperPrivileged = isSuperPrivileged
  }

  /// The command that does it; nil when it takes another snap.
  public var command: String? {
    guard case .connect(let plug, let slot) = means else { return nil }
    return "snap connect \(plug)" + (slot.map { " \($0)" } ?? "")
  }

  /// One line for people.
  public var description: String {
    switch means {
    case .connect: command ?? ""
    case .bind(let plug):
      "plug \(quoted(plug.name)) would grant this, but the app does not have it"
        + (plug.name.rawValue == interface ? "" : " (interface \(quoted(interface)))")
    case .declare(let attributes) where attributes.isEmpty:
      "plug \(quoted(interface)) would grant this, but the snap does not have it"
    case .declare(let attributes):
      "needs plug \(interface) with "
        + attributes.sorted { $0.key < $1.key }.map { "\($0): [\($1.joined(separator: ", "))]" }.joined(separator: "; ")
    }
  }
}

extension Suggestion: CustomStringConvertible {}
