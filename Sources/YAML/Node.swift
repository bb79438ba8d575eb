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
    case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON": return true
    case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF": return false
    default: return nil
    }
  }

  /// A plain scalar that is a whole number: decimal, `0x`, `0o` or leading-zero octal, `0b`, with `_` anywhere.
  public var integer: Int? {
    guard case .scalar(let text, true) = content, text.utf8.count <= 100 else { return nil }
    var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix = 10
    if digits.count > 1, digits.first == UInt8(ascii: "0") {
      // The letter, whatever its case.
      switch digits.dropFirst().first.map({ $0 | 0x20 }) {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: radix = 0
      }
      digits = radix == 0 ? digits.dropFirst() : digits.dropFirst(2)
      if radix == 0 { radix = 8 }
    }
    // A second sign would pass as part of the number.
    guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
    return Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix)
  }

  /// A plain scalar that is a number with a fraction or an exponent, or `.inf`, `-.inf`, `.nan`.
  public var float: Double? {
    guard case .scalar(let text, true) = content, text.utf8.count <= 100, integer == nil else { return nil }
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
    case "-.inf", "-.Inf", "-.INF": return -.infinity
    case ".nan", ".NaN", ".NAN": return .nan
    default: break
    }
    let digits = text.filter { $0 != "_" }
    // What `Double` takes beyond YAML's floats: words, and hexadecimal.
    guard digits.utf8.contains(where: { (0x30...0x39).contains($0) }),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) })
    else { return nil }
    return Double(digits)
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

  /// The tag that the value has without being told, as in go-yaml's messages: `!!str`, `!!int`, `!!seq` and others.
  public var tag: String {
    switch content {
    case .sequence: "!!seq"
    case .mapping: "!!map"
    case .scalar:
      if isNull {
        "!!null"
      } else if bool != nil {
        "!!bool"
      } else if integer != nil {
        "!!int"
      } else if float != nil {
        "!!float"
      } else {
        "!!str"
      }
    }
  }
}
