internal import ByteText
internal import Time

/// `refresh.hold`: until when no snap is refreshed by itself.
public struct RefreshHold: SystemOption {
  static let name = "refresh.hold"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard !text.isEmpty, !text.hasSameBytes(as: "forever"), Timestamp(text) == nil else { return }
    throw ConfigurationError.invalidValue("refresh.hold cannot be parsed: \(Self.problem(text))")
  }

  /// What Go says of a text that is no time: the first part of its layout that does not fit, with what is there.
  private static func problem(_ text: String) -> String {
    let layout = "2006-01-02T15:04:05Z07:00"
    let parts: [(name: String, digits: Int)] = [
      ("2006", 4), ("-", 0), ("01", 2), ("-", 0), ("02", 2), ("T", 0), ("15", 2), (":", 0), ("04", 2), (":", 0),
      ("05", 2),
    ]
    var rest = Array(text.utf8)[...]
    let prefix = "parsing time \(quoted(text))"
    for part in parts {
      let size = max(part.digits, 1)
      let found = rest.prefix(size)
      let fits =
        part.digits > 0
        ? found.count == size && found.allSatisfy(\.isASCIIDigit) : found.elementsEqual(part.name.utf8)
      guard fits else {
        let there = quoted(String(decoding: rest, as: UTF8.self))
        return "\(prefix) as \(quoted(layout)): cannot parse \(there) as \(quoted(part.name))"
      }
      rest = rest.dropFirst(size)
    }
    let hasZone = rest.contains { "Zz+-".utf8.contains($0) }
    guard hasZone else {
      let there = quoted(String(decoding: rest, as: UTF8.self))
      return "\(prefix) as \(quoted(layout)): cannot parse \(there) as \"Z07:00\""
    }
    return "\(prefix): value out of range"
  }
}
