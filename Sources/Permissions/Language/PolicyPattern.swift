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
    var isEscaped = false
    var braces = 0
    var inClass = false
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      if byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "\"") { throw .byte(byte) }
      if isEscaped {
        // What PatternText escapes, and the NUL of an abstract address. No backslash: AppArmor's parser takes the
        // second of two for the escape of a quote behind it, and reads on beyond the text's end.
        let isNUL = byte == UInt8(ascii: "x") && bytes[(index + 1)...].starts(with: "00".utf8)
        guard isNUL || "*?[]{}^,@$".utf8.contains(byte) else { throw .byte(UInt8(ascii: "\\")) }
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "["):
        // A class of nothing: parsers disagree on what its bracket closes.
        let rest = bytes[(index + 1)...]
        guard inClass || !rest.starts(with: "]".utf8) && !rest.starts(with: "^]".utf8) else { throw .unbalanced }
        inClass = true
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
    guard braces == 0, !inClass, !isEscaped else { throw .unbalanced }
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

  /// - Throws: when the text is empty, or has a control character, a quote or a backslash, which no escape makes safe
  ///   in every language.
  public init(_ text: String) throws(PolicyPattern.Invalid) {
    guard !text.isEmpty else { throw .empty }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7f { throw .byte(UInt8(scalar.value)) }
      if scalar == "\"" || scalar == "\\" { throw .byte(UInt8(ascii: scalar)) }
      if "*?[]{}^,@$".unicodeScalars.contains(scalar) { escaped.unicodeScalars.append("\\") }
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
