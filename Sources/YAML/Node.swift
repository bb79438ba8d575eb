/// A parsed YAML document: scalars, sequences and mappings with the places they stand at.
public struct Node: Sendable {
  /// What the node is.
  public indirect enum Content: Sendable {
    /// `isPlain` is whether it was written without quotes, so that `true` and `"true"` differ.
    case scalar(String, isPlain: Bool)
    case sequence([Node])
    /// In the order of the document; keys are unique.
    case mapping([(key: String, value: Node)])
  }

  /// The scalar, or what is in it.
  public let content: Content
  /// 1 for the first line.
  public let line: Int

  public init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// `null`, `~` or nothing.
  public var isNull: Bool {
    if case .scalar(let text, true) = content { return ["", "~", "null", "Null", "NULL"].contains(text) }
    return false
  }

  /// The text of a scalar that is not null.
  public var string: String? {
    if case .scalar(let text, _) = content, !isNull { return text }
    return nil
  }

  /// A plain scalar that YAML 1.1 takes for a truth value.
  public var bool: Bool? {
    guard case .scalar(let text, true) = content else { return nil }
    switch text {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return true
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return false
    default: return nil
    }
  }

  /// A plain scalar that is a whole number: decimal, `0x`, `0o` or leading-zero octal, `0b`, with `_` anywhere.
  public var integer: Int? {
    guard case .scalar(let text, true) = content else { return nil }
    var digits = text.filter { $0 != "_" }
    let negative = digits.hasPrefix("-")
    if negative || digits.hasPrefix("+") { digits.removeFirst() }
    let magnitude: Int?
    if digits.hasPrefix("0x") {
      magnitude = Int(digits.dropFirst(2), radix: 16)
    } else if digits.hasPrefix("0b") {
      magnitude = Int(digits.dropFirst(2), radix: 2)
    } else if digits.hasPrefix("0o") {
      magnitude = Int(digits.dropFirst(2), radix: 8)
    } else if digits.hasPrefix("0"), digits.count > 1 {
      magnitude = Int(digits, radix: 8)
    } else {
      magnitude = digits.first?.isNumber == true ? Int(digits) : nil
    }
    return magnitude.map { negative ? -$0 : $0 }
  }

  /// The elements of a sequence.
  public var sequence: [Node]? {
    if case .sequence(let nodes) = content { return nodes }
    return nil
  }

  /// The entries of a mapping.
  public var mapping: [(key: String, value: Node)]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// The value of a key of a mapping.
  public subscript(key: String) -> Node? { mapping?.first { $0.key == key }?.value }

  /// What it is, in words for messages.
  public var kind: String {
    switch content {
    case .scalar: isNull ? "null" : "a scalar"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }
}
