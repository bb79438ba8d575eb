internal import Permissions

/// Reads the actions out of a snap's polkit policy file (polkit(8), "DECLARING ACTIONS").
///
/// A small part of XML, read strictly: elements, attributes, text, comments and the five named entities. Documents with
/// types of their own are refused. What has no meaning for a confined service (vendor, icon, translations) is passed
/// over; annotations, by which polkit runs programs and implies other actions, are refused.
enum PolkitPolicyReader {
  struct Invalid: Error, Equatable, CustomStringConvertible { let description: String }

  /// - Throws: when the text is no policy, or an action is not the prefix's.
  static func actions(of bytes: [UInt8], prefix: String) throws -> [PolkitAction] {
    var parser = XMLReader(bytes: bytes)
    let root = try parser.document()
    guard root.name == "policyconfig" else { throw Invalid(description: "it is no <policyconfig>") }
    var actions: [PolkitAction] = []
    for element in root.children {
      switch element.name {
      case "action": actions.append(try action(element, prefix))
      case "vendor", "vendor_url", "icon_name": break
      default: throw Invalid(description: "unknown element <\(element.name)>")
      }
    }
    return actions
  }

  private static func action(_ element: XMLReader.Element, _ prefix: String) throws -> PolkitAction {
    guard let id = element.attributes["id"] else { throw Invalid(description: "an action has no id") }
    var (description, message) = ("", "")
    var allowed: [String: PolkitAction.Authorization] = [:]
    for child in element.children {
      switch child.name {
      // The first, which is in no language, or whichever comes last without one.
      case "description": if child.attributes["xml:lang"] == nil { description = child.text }
      case "message": if child.attributes["xml:lang"] == nil { message = child.text }
      case "vendor", "vendor_url", "icon_name": break
      case "defaults":
        for rule in child.children {
          guard ["allow_any", "allow_inactive", "allow_active"].contains(rule.name) else {
            throw Invalid(description: "unknown element <\(rule.name)>")
          }
          guard let value = PolkitAction.Authorization(rawValue: rule.text.trimmed) else {
            throw Invalid(description: "unknown authorization in <\(rule.name)>")
          }
          allowed[rule.name] = value
        }
      case "annotate": throw Invalid(description: "annotations of actions are not supported")
      default: throw Invalid(description: "unknown element <\(child.name)>")
      }
    }
    return try PolkitAction(
      id: id, prefix: prefix, description: description.trimmed, message: message.trimmed,
      any: allowed["allow_any"] ?? .no, inactive: allowed["allow_inactive"] ?? .no,
      active: allowed["allow_active"] ?? .no)
  }
}

/// The reading of XML that ``PolkitPolicyReader`` needs.
struct XMLReader {
  struct Element {
    /// ASCII letters, digits, `_`, `-`, `.` and `:` only.
    var name: String
    var attributes: [String: String] = [:]
    var children: [Element] = []
    var text = ""
  }

  private let bytes: [UInt8]
  private var index = 0
  private var elements = 0

  private static let deepest = 8
  private static let most = 4096

  init(bytes: [UInt8]) { self.bytes = bytes }

  private func invalid(_ reason: String) -> PolkitPolicyReader.Invalid {
    let line = bytes[..<min(index, bytes.count)].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    return PolkitPolicyReader.Invalid(description: "line \(line): \(reason)")
  }

  mutating func document() throws -> Element {
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else { throw invalid("it is no text") }
    try skipAround()
    let root = try element(depth: 0)
    try skipAround()
    guard index == bytes.count else { throw invalid("there is more than one element") }
    return root
  }

  /// Passes over what may stand around the root: spaces, comments, `<?xml …?>`, `<!DOCTYPE …>`.
  private mutating func skipAround() throws {
    while true {
      skipSpaces()
      if take("<!--") {
        try skip(past: "-->")
      } else if take("<?") {
        try skip(past: "?>")
      } else if take("<!DOCTYPE") {
        let start = index
        try skip(past: ">")
        // Types of its own: entities that stand for others, files that are read.
        guard !bytes[start..<index].contains(UInt8(ascii: "[")) else { throw invalid("it declares types of its own") }
      } else {
        return
      }
    }
  }

  private mutating func element(depth: Int) throws -> Element {
    guard depth < Self.deepest, elements < Self.most else { throw invalid("there are too many elements") }
    elements += 1
    guard take("<") else { throw invalid("an element is expected") }
    var element = Element(name: try name())
    while true {
      let spaces = skipSpaces()
      if take("/>") { return element }
      if take(">") { break }
      guard spaces else { throw invalid("a space is expected") }
      let key = try name()
      skipSpaces()
      guard take("=") else { throw invalid("a value is expected") }
      skipSpaces()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
        throw invalid("a value is expected")
      }
      let quote = bytes[index]
      index += 1
      let value = try text { $0 == quote }
      index += 1
      guard element.attributes.updateValue(value, forKey: key) == nil else {
        throw invalid("an attribute is there twice")
      }
    }
    while true {
      element.text += try text { $0 == UInt8(ascii: "<") }
      if take("<!--") {
        try skip(past: "-->")
      } else if take("</") {
        guard try name() == element.name else { throw invalid("<\(element.name)> is not closed") }
        skipSpaces()
        guard take(">") else { throw invalid("a tag is not closed") }
        return element
      } else {
        element.children.append(try self.element(depth: depth + 1))
      }
    }
  }

  private mutating func name() throws -> String {
    let start = index
    while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
    guard index > start, index - start <= 64 else { throw invalid("a name is expected") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// Characters up to one that ends them, which must come.
  private mutating func text(until isEnd: (UInt8) -> Bool) throws -> String {
    var result: [UInt8] = []
    while index < bytes.count, !isEnd(bytes[index]) {
      guard bytes[index] != UInt8(ascii: "<") else { throw invalid("< in a value") }
      if bytes[index] == UInt8(ascii: "&") {
        let entities: [(String, String)] = [
          ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
        ]
        guard let entity = entities.first(where: { take($0.0) }) else { throw invalid("an unknown entity") }
        result += Array(entity.1.utf8)
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    guard index < bytes.count else { throw invalid("it ends too early") }
    return String(decoding: result, as: UTF8.self)
  }

  @discardableResult
  private mutating func skipSpaces() -> Bool {
    let start = index
    while index < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[index]) { index += 1 }
    return index > start
  }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[index...].starts(with: text.utf8) else { return false }
    index += text.utf8.count
    return true
  }

  private mutating func skip(past text: String) throws {
    while index < bytes.count {
      if take(text) { return }
      index += 1
    }
    throw invalid("it ends too early")
  }
}

extension String {
  /// Without spaces and line breaks at both ends.
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
