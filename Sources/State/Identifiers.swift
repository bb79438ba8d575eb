/// What a task does, by name ("mount-snap"). Kinds that nobody registered are done without doing anything, so that
/// a state written by a newer version does not hang (`spec/engine.md` §2).
public struct TaskKind: RawRepresentable, Hashable, Codable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }
  public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
  public var description: String { rawValue }
}

/// A number given once and never again; its text is decimal, as clients see it.
public protocol Identifier: RawRepresentable<Int>, Hashable, Comparable, Codable, Sendable, CustomStringConvertible,
  LosslessStringConvertible, ExpressibleByIntegerLiteral
{
  init(rawValue: Int)
}

extension Identifier {
  /// Parses the decimal text of a positive number; nothing else is an id.
  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let number = Int(text)
    else { return nil }
    self.init(rawValue: number)
  }
  public init(integerLiteral value: Int) { self.init(rawValue: value) }
  public init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(Int.self))
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  public var description: String { String(rawValue) }
}

/// Names a change.
public struct ChangeID: Identifier {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}

/// Names a task, across all changes.
public struct TaskID: Identifier {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}

/// Groups tasks of a change that fail together and are undone together. Tasks that joined none are in lane 0.
public struct Lane: Identifier {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// Where tasks are that joined no lane.
  public static let none: Lane = 0
}

/// Names a notice.
public struct NoticeID: Identifier {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}
