public import Assertions
internal import ByteText

extension DeclarationRules {
  /// The rules of a snap's declaration.
  ///
  /// - Throws: ``RuleError`` naming the rule that cannot be read.
  public init(_ declaration: SnapDeclaration) throws(RuleError) {
    try self.init(
      snapName: declaration.snapName, plugs: RuleValue(.map(declaration.stanzas.plugs)),
      slots: RuleValue(.map(declaration.stanzas.slots)))
  }
}

extension RuleValue {
  /// A value of a header, as rules are read from.
  public init(_ value: HeaderValue) {
    switch value {
    case .text(let text): self = .text(text)
    case .list(let list): self = .list(list.map { RuleValue($0) })
    case .map(let map): self = .map(map.mapValues { RuleValue($0) })
    }
  }
}

/// What a key may sign: the constraints of account-key assertions, in the language of rules. Source:
/// `spec/assertions-and-store.md` §4, §5.
public enum KeyConstraint {
  /// Whether headers fit a constraint: each header that it names is there and matches.
  public static func fits(_ constraint: HeaderValue, _ headers: Headers) -> Bool {
    guard let patterns = constraint.map?["headers"]?.map, !patterns.isEmpty else { return false }
    return patterns.allSatisfy { name, pattern in headers[name].map { matches(pattern, $0) } ?? false }
  }

  private static func matches(_ pattern: HeaderValue, _ value: HeaderValue) -> Bool {
    // Each element of a list has to match, as with attributes.
    if let list = value.list { return list.allSatisfy { matches(pattern, $0) } }
    switch pattern {
    case .text(let text):
      // No header refers to others: what has a meaning for attributes has none here.
      guard let value = value.text, !text.hasBytePrefix("$") else { return false }
      return RulePattern.matches(text, value)
    case .list(let alternatives): return alternatives.contains { matches($0, value) }
    case .map(let map):
      guard let value = value.map else { return false }
      return map.allSatisfy { key, pattern in value[key].map { matches(pattern, $0) } ?? false }
    }
  }
}
