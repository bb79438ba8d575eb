internal import Permissions
internal import Snap

/// Reads a side's attributes as the types that interfaces expect.
struct AttributeReader {
  let side: ConnectionSide

  subscript(path: String) -> AttributeValue? { side[path] }

  func string(_ path: String) -> String? {
    if case .string(let text)? = side[path] { text } else { nil }
  }

  func integer(_ path: String) -> Int? {
    if case .integer(let number)? = side[path] { number } else { nil }
  }

  func flag(_ path: String) -> Bool? {
    if case .bool(let flag)? = side[path] { flag } else { nil }
  }

  /// A list of texts; nothing when any element is something else.
  func strings(_ path: String) -> [String]? {
    guard case .list(let items)? = side[path] else { return nil }
    var texts: [String] = []
    for item in items {
      guard case .string(let text) = item else { return nil }
      texts.append(text)
    }
    return texts
  }

  /// A list of mappings; nothing when any element is something else.
  func maps(_ path: String) -> [[String: AttributeValue]]? {
    guard case .list(let items)? = side[path] else { return nil }
    var maps: [[String: AttributeValue]] = []
    for item in items {
      guard case .map(let map) = item else { return nil }
      maps.append(map)
    }
    return maps
  }
}

extension ConnectionSide {
  var read: AttributeReader { AttributeReader(side: self) }

  /// `snap:slot`, as messages name a side.
  var reference: String { "\(snap.instance):\(name)" }
}

extension AttributeValue {
  /// The value as Go's `%v` prints it, for the reference's messages.
  var goText: String {
    switch self {
    case .null: "<nil>"
    case .bool(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text): text
    case .list(let items): "[" + items.map(\.goText).joined(separator: " ") + "]"
    case .map(let map):
      "map[" + map.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.goText)" }.joined(separator: " ") + "]"
    }
  }
}

/// A text in quotes, as messages have it.
func quoted(_ text: String) -> String { InvalidText.quote(text) }

/// A text that has to be whole in every output language.
func patternText(_ text: String) throws(InterfaceError) -> PatternText {
  do { return try PatternText(text) } catch { throw InterfaceError("cannot use \(quoted(text)): \(error)") }
}

/// A match of udev, made of checked values.
func udevRule(_ match: String) throws(InterfaceError) -> UdevRule {
  do { return try UdevRule(match) } catch { throw InterfaceError("cannot use \(quoted(match)) as a match of udev") }
}
