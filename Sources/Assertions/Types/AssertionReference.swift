/// What an assertion is called by: its type and primary key, all parts of it.
public struct AssertionReference: Hashable, Sendable, CustomStringConvertible {
  public let type: AssertionType
  /// In the order of ``AssertionType/primaryKey``.
  public let key: [String]

  public init(_ type: AssertionType, _ key: [String]) {
    self.type = type
    self.key = key
  }

  /// - Returns: nil unless the headers have the whole key; what may be left out may be.
  public init?(_ type: AssertionType, _ headers: [String: String]) {
    var key: [String] = []
    for name in type.primaryKey {
      guard let value = headers[name] ?? type.optionalKeys[name] else { return nil }
      key.append(value)
    }
    self.init(type, key)
  }

  /// The key as headers.
  public var headers: [String: String] {
    Dictionary(zip(type.primaryKey, key).map { ($0, $1) }, uniquingKeysWith: { $1 })
  }

  /// `model (generic-classic; series:16 brand-id:generic)`.
  public var description: String {
    guard key.count == type.primaryKey.count, !key.isEmpty else {
      return "\(type) (\(type.primaryKey.isEmpty ? "-" : "???"))"
    }
    let shown = zip(type.primaryKey, key).filter { type.optionalKeys[$0] != $1 }
    let plain = shown.filter { type.optionalKeys[$0.0] == nil }
    guard let last = plain.last else { return "\(type) (-)" }
    let rest = plain.dropLast() + shown.filter { type.optionalKeys[$0.0] != nil }
    guard !rest.isEmpty else { return "\(type) (\(last.1))" }
    return "\(type) (\(last.1); \(rest.map { "\($0):\($1)" }.joined(separator: " ")))"
  }
}
