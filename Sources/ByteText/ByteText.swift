/// Text judged by its bytes.
///
/// Swift's String is made of Characters: a combining character belongs to the one before it, "\r\n" is one, and texts
/// are equal when Unicode calls them equivalent. The kernel, systemd, AppArmor and all other readers see bytes. So
/// whatever decides over text from outside (a snap, an image, a request, the machine) asks these, never `split`,
/// `contains`, `hasPrefix` and `==`: "/a/../\u{301}b" has a `..` in it, and "\r\n" has a line's end.
extension StringProtocol where SubSequence == Substring {
  /// The parts between separators, without the empty ones unless they are asked for.
  ///
  /// - Parameter separator: an ASCII character.
  public func byteSplit(
    _ separator: Unicode.Scalar, maxSplits: Int = .max, keepingEmpty: Bool = false
  ) -> [Substring] {
    self[...].utf8.split(
      separator: UInt8(ascii: separator), maxSplits: maxSplits, omittingEmptySubsequences: !keepingEmpty
    ).map { Substring($0) }
  }

  /// Where an ASCII character is first.
  public func byteIndex(of character: Unicode.Scalar) -> Index? { utf8.firstIndex(of: UInt8(ascii: character)) }

  /// What follows a text that this one begins with; nil when it begins otherwise.
  public func bytes(after prefix: some StringProtocol) -> Substring? {
    hasBytePrefix(prefix) ? Substring(self[...].utf8.dropFirst(prefix.utf8.count)) : nil
  }
}

extension StringProtocol {
  /// Whether the text begins with another.
  public func hasBytePrefix(_ prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }

  /// Whether the text ends with another.
  public func hasByteSuffix(_ suffix: some StringProtocol) -> Bool {
    utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// Whether an ASCII character is anywhere in the text.
  public func hasByte(_ character: Unicode.Scalar) -> Bool { utf8.contains(UInt8(ascii: character)) }

  /// Whether another text is anywhere in this one.
  public func hasBytes(_ text: String) -> Bool {
    var rest = utf8[...]
    while rest.count >= text.utf8.count {
      if rest.starts(with: text.utf8) { return true }
      rest = rest.dropFirst()
    }
    return false
  }

  /// Whether two texts are the same, and not only equivalent.
  public func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// A text as a key: equivalent texts with other bytes are other keys, as they are other files.
public struct ExactText: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let text: String

  public init(_ text: some StringProtocol) { self.text = String(text) }
  public init(stringLiteral value: String) { text = value }

  public static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasSameBytes(as: right.text) }

  public static func < (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  public var description: String { text }
}
