/// A text that may stand in a policy: a name, an address or a path, with the glob characters of AppArmor
/// (`*`, `**`, `?`, `[a-z]`, `[^x]`, `{a,b}`) and its variables (`@{pid}`).
///
/// The type is the wall against policy injection (CVE-2021-4120): it holds no byte that could end a quoted text, a
/// line or a rule in any output language. A literal is our own text; a text from a snap gets in through
/// ``PatternText``, which takes the glob characters' meaning away.
public struct PolicyPattern: Hashable, Sendable {
  public let rawValue: String

  /// Why a text is no pattern.
  public enum Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    /// A control character, a quote, or a backslash that is no known escape.
    case byte(UInt8)
    case unbalanced
    case notAbsolute, unclean

    public var description: String {
      switch self {
      case .empty: "the pattern is empty"
      case .byte(let byte): "the pattern has the byte \(byte)"
      case .unbalanced: "the pattern has a bracket without its partner"
      case .notAbsolute: "the path does not begin with /"
      case .unclean: "the path is not clean"
      }
    }
  }

  /// - Throws: when a byte could mean something else in a policy, or brackets are not in pairs.
  public init(_ text: String) throws(Invalid) {
    guard !text.isEmpty else { throw .empty }
    var escaped = false
    var braces = 0
    var inClass = false
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "\"") { throw .byte(byte) }
      if escaped {
        // What PatternText escapes, and the NUL of an abstract address.
        guard "\\*?[]{}^,@$x".utf8.contains(byte) else { throw .byte(UInt8(ascii: "\\")) }
        escaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): escaped = true
      case UInt8(ascii: "["): inClass = true
      case UInt8(ascii: "]"):
        guard inClass else { throw .unbalanced }
        inClass = false
      case UInt8(ascii: "{"): if !inClass { braces += 1 }
      case UInt8(ascii: "}"):
        if !inClass {
          braces -= 1
          guard braces >= 0 else { throw .unbalanced }
        }
      default: break
      }
    }
    guard braces == 0, !inClass, !escaped else { throw .unbalanced }
    rawValue = text
  }
}

extension PolicyPattern: ExpressibleByStringInterpolation, CustomStringConvertible {
  public init(stringLiteral value: String) { self = Self.ours(value) }

  public init(stringInterpolation: PatternInterpolation) { self = Self.ours(stringInterpolation.text) }

  /// A pattern of our own source; a wrong one is a programmer's mistake, which the walk over all interfaces finds.
  private static func ours(_ text: String) -> PolicyPattern {
    do { return try PolicyPattern(text) } catch { preconditionFailure("\(text): \(error)") }
  }

  public var description: String { rawValue }
}

/// Builds a pattern from literals and texts that cannot change its meaning.
public struct PatternInterpolation: StringInterpolationProtocol {
  var text = ""

  public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

  public mutating func appendLiteral(_ literal: String) { text += literal }

  /// Only checked texts: there is no way to put a plain `String` into a pattern.
  public mutating func appendInterpolation(_ value: PatternText) { text += value.escaped }

  /// A part that is a pattern already.
  public mutating func appendInterpolation(_ value: PolicyPattern) { text += value.rawValue }
}

/// A text without any special meaning, made fit to stand inside a pattern: glob characters are escaped.
public struct PatternText: Hashable, Sendable {
  /// With a backslash before each character that patterns give a meaning.
  public let escaped: String
  /// As it was given, for languages without patterns.
  public let text: String

  /// - Throws: when the text has a control character or a quote, which no escape makes safe.
  public init(_ text: String) throws(PolicyPattern.Invalid) {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7f { throw .byte(UInt8(scalar.value)) }
      if scalar == "\"" { throw .byte(UInt8(ascii: "\"")) }
      if "\\*?[]{}^,@$".unicodeScalars.contains(scalar) { escaped.unicodeScalars.append("\\") }
      escaped.unicodeScalars.append(scalar)
    }
    self.escaped = escaped
    self.text = text
  }

  public init(_ number: Int) {
    escaped = String(number)
    text = escaped
  }
}
