internal import ByteText
internal import YAML

/// The keys of one map of `snap.yaml`, read into types with errors that say where. Values of the wrong kind are
/// refused in the words of the library that the reference parses YAML with.
struct Keys<Key: RawRepresentable<String>> {
  private let node: Node

  /// - Parameter type: what the reference reads the map into, for messages.
  init(_ node: Node, as type: String) throws(InvalidText) {
    guard node.mapping != nil || node.isNull else { throw InvalidText.mismatch(node, type) }
    self.node = node
  }

  /// The value of a key; nothing when it is null.
  func value(_ key: Key) -> Node? { node[key.rawValue].flatMap { $0.isNull ? nil : $0 } }

  /// A text; numbers and truth values are taken as they are written.
  func text(_ key: Key) throws(InvalidText) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.string else { throw InvalidText.mismatch(node, "string") }
    return text
  }

  /// A list of texts.
  func texts(_ key: Key) throws(InvalidText) -> [String]? {
    guard let node = value(key) else { return nil }
    return try node.texts()
  }

  func integer(_ key: Key, as type: String) throws(InvalidText) -> Int? {
    guard let node = value(key) else { return nil }
    guard let number = node.integer else { throw InvalidText.mismatch(node, type) }
    return number
  }

  func integers(_ key: Key) throws(InvalidText) -> [Int] {
    guard let node = value(key) else { return [] }
    guard let elements = node.sequence else { throw InvalidText.mismatch(node, "[]int") }
    var numbers: [Int] = []
    for element in elements {
      guard let number = element.integer else { throw InvalidText.mismatch(element, "int") }
      numbers.append(number)
    }
    return numbers
  }

  /// A mode of a socket.
  func mode(_ key: Key) throws(InvalidText) -> UInt32? {
    guard let number = try integer(key, as: "fs.FileMode") else { return nil }
    guard let mode = UInt32(exactly: number) else { throw InvalidText.mismatch(value(key) ?? node, "fs.FileMode") }
    return mode
  }

  /// One of a few words.
  func choice<C: RawRepresentable<String>>(
    _ key: Key, _ type: C.Type, _ complaint: (String) -> InvalidText
  ) throws(InvalidText) -> C? {
    guard let text = try text(key) else { return nil }
    guard let choice = C(rawValue: text) else { throw complaint(InvalidText.quote(text)) }
    return choice
  }

  /// A duration as Go writes it: `10s`, `1m30s`, `100ms`.
  func duration(_ key: Key) throws(InvalidText) -> Duration? {
    guard let text = try text(key) else { return nil }
    do throws(InvalidText) { return try Duration(parsing: text) } catch {
      throw InvalidText.snapYAML(error.description)
    }
  }

  /// The entries of a map.
  func entries(_ key: Key, as type: String) throws(InvalidText) -> [(key: String, value: Node)] {
    guard let node = value(key) else { return [] }
    guard let entries = node.mapping else { throw InvalidText.mismatch(node, type) }
    return entries
  }

  /// Environment variables, in order.
  func variables(_ key: Key) throws(InvalidText) -> [SnapInfo.Variable] {
    var variables: [SnapInfo.Variable] = []
    for (name, value) in try entries(key, as: "map[string]string") {
      guard !name.isEmpty, !name.hasByte("="), !name.hasByte("\0") else {
        throw InvalidText("invalid environment variable name \(InvalidText.quote(name))")
      }
      guard let text = value.isNull ? "" : value.string else { throw InvalidText.mismatch(value, "string") }
      variables.append(SnapInfo.Variable(name, text))
    }
    return variables
  }
}

extension Node {
  /// A list of texts.
  func texts() throws(InvalidText) -> [String] {
    guard let elements = sequence else { throw InvalidText.mismatch(self, "[]string") }
    var texts: [String] = []
    for element in elements {
      guard let text = element.isNull ? "" : element.string else { throw InvalidText.mismatch(element, "string") }
      texts.append(text)
    }
    return texts
  }
}

extension InvalidText {
  /// What is wrong with `snap.yaml` as YAML.
  static func snapYAML(_ problem: String) -> InvalidText { InvalidText("cannot parse snap.yaml: \(problem)") }

  /// A value of the wrong kind. `type` is what the reference reads it into.
  fileprivate static func mismatch(_ node: Node, _ type: String) -> InvalidText {
    var shown = ""
    if case .scalar(let text, _) = node.content {
      let scalars = text.unicodeScalars
      let short = text.utf8.count > 10 ? String(String.UnicodeScalarView(scalars.prefix(7))) + "..." : text
      shown = " `\(plain(short))`"
    }
    return snapYAML("yaml: unmarshal errors:\n  line \(node.line): cannot unmarshal \(node.tag)\(shown) into \(type)")
  }
}
