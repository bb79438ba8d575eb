internal import ByteText

/// What a provider of content says it is compatible with: words that have to be the same, and ranges of numbers that
/// have to meet.
///
/// A label is one or more dimensions; a dimension is a word followed by numbers or ranges: `engine-3-(0..4)-gpu-1`.
/// Several are joined by `AND`, and such groups by `OR`: ``CompatibilityExpression``.
/// Source: `spec/assertions-and-store.md` §5 (`$SLOT_COMPAT`); the form is that of the reference's documentation of
/// the content interface.
public struct CompatibilityLabel: Hashable, Sendable {
  /// A word and its numbers; a word without numbers stands for the number 0.
  public struct Dimension: Hashable, Sendable {
    public var tag: String
    public var ranges: [ClosedRange<UInt32>]
  }

  public let dimensions: [Dimension]

  /// At most this many bytes.
  static let limit = 512

  /// - Throws: ``InterfaceError`` when the text is no label.
  public init(_ text: String) throws(InterfaceError) {
    let bad = InterfaceError("compatibility label \(quoted(text)) is not valid")
    guard text.utf8.count <= Self.limit else { throw bad }
    var dimensions: [Dimension] = []
    for part in text.split(separator: "-", omittingEmptySubsequences: false) {
      if let range = Self.range(part) {
        guard !dimensions.isEmpty else { throw bad }
        dimensions[dimensions.count - 1].ranges.append(range)
      } else {
        guard let first = part.utf8.first, first.isASCIILower,
          part.utf8.allSatisfy({ $0.isASCIILower || $0.isASCIIDigit }),
          !dimensions.contains(where: { $0.tag == part })
        else { throw bad }
        dimensions.append(Dimension(tag: String(part), ranges: []))
      }
    }
    self.dimensions = dimensions.map { $0.ranges.isEmpty ? Dimension(tag: $0.tag, ranges: [0...0]) : $0 }
  }

  /// `3` or `(0..4)`.
  private static func range(_ part: Substring) -> ClosedRange<UInt32>? {
    if let number = number(part) { return number...number }
    guard part.first == "(", part.last == ")" else { return nil }
    let inside = part.dropFirst().dropLast()
    guard let dots = inside.firstIndex(of: "."), let low = number(inside[..<dots]) else { return nil }
    let rest = inside[dots...]
    guard rest.hasPrefix(".."), let high = number(rest.dropFirst(2)), low <= high else { return nil }
    return low...high
  }

  /// Digits without a leading zero.
  private static func number(_ text: Substring) -> UInt32? {
    guard let first = text.utf8.first, text.utf8.allSatisfy({ $0.isASCIIDigit }),
      first != 0x30 || text.utf8.count == 1
    else { return nil }
    return UInt32(text)
  }

  /// Whether both have the same words in the same order, and ranges that meet.
  public func isCompatible(with other: CompatibilityLabel) -> Bool {
    guard dimensions.count == other.dimensions.count else { return false }
    return zip(dimensions, other.dimensions).allSatisfy { left, right in
      left.tag == right.tag && left.ranges.count == right.ranges.count
        && zip(left.ranges, right.ranges).allSatisfy { $0.overlaps($1) }
    }
  }
}

/// What an attribute `compatibility` says: groups of labels, one of which has to fit.
public struct CompatibilityExpression: Hashable, Sendable {
  /// Joined by `OR`; each joined by `AND`.
  public let groups: [[CompatibilityLabel]]

  /// - Throws: ``InterfaceError`` when a part is no label.
  public init(_ text: String) throws(InterfaceError) {
    let words = text.split(separator: " ")
    guard text.utf8.count <= 1024 else { throw InterfaceError("compatibility label \(quoted(text)) is not valid") }
    var groups: [[CompatibilityLabel]] = [[]]
    for (index, word) in words.enumerated() {
      switch (index.isMultiple(of: 2), word) {
      case (true, _): groups[groups.count - 1].append(try CompatibilityLabel(String(word)))
      case (false, "AND"): continue
      case (false, "OR"): groups.append([])
      default: throw InterfaceError("compatibility label \(quoted(text)) is not valid")
      }
    }
    guard !words.count.isMultiple(of: 2) else {
      throw InterfaceError("compatibility label \(quoted(text)) is not valid")
    }
    self.groups = groups
  }

  /// Whether a group of one fits a group of the other: each label has its match on both sides.
  public func isCompatible(with other: CompatibilityExpression) -> Bool {
    groups.contains { left in
      other.groups.contains { right in
        left.allSatisfy { label in right.contains { label.isCompatible(with: $0) } }
          && right.allSatisfy { label in left.contains { label.isCompatible(with: $0) } }
      }
    }
  }
}
