internal import JSONValues

/// JSON in the one form that is signed: keys sorted, two spaces for each level. Source:
/// `spec/assertions-and-store.md` §1.
enum CanonicalJSON {
  /// - Throws: ``AssertionError`` when the text is no JSON. A text with a key twice has another form than it was
  ///   written in.
  static func of(_ bytes: [UInt8]) throws(AssertionError) -> [UInt8] {
    // Tabs stand at the beginning of lines alone: in texts they are escaped.
    var text: [UInt8] = []
    for byte in try parse(bytes).prettyText.utf8 {
      if byte == UInt8(ascii: "\t") { text += Array("  ".utf8) } else { text.append(byte) }
    }
    return text
  }

  static func parse(_ bytes: [UInt8]) throws(AssertionError) -> JSONValue {
    do { return try JSONValue(parsing: bytes) } catch { throw AssertionError("\(error)") }
  }
}

extension JSONValue {
  /// The texts of a list of texts.
  var strings: [String]? {
    guard let items = array else { return nil }
    let strings = items.compactMap(\.string)
    return strings.count == items.count ? strings : nil
  }
}
