/// A value of a declaration's header: text, list or map. Headers have no other kinds; `true` is a text there.
public indirect enum RuleValue: Hashable, Sendable {
  case text(String)
  case list([RuleValue])
  case map([String: RuleValue])
}

extension RuleValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  public init(stringLiteral value: String) { self = .text(value) }
  public init(arrayLiteral elements: RuleValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, RuleValue)...) {
    self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
