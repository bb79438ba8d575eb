/// Reads headers: lines of `name: value`, and what is indented below `name:`.
///
/// The text is at most 128 KiB and each level of nesting has more indentation than the one around it, so nesting is no
/// deeper than a few hundred levels. Source: `spec/assertions-and-store.md` §1.
struct HeaderParser {
  private typealias Line = ArraySlice<UInt8>
  private let lines: [Line]

  /// - Throws: ``AssertionError`` when the text is not UTF-8, not headers, or has one of them twice.
  static func parse(_ text: ArraySlice<UInt8>) throws(AssertionError) -> Headers {
    guard let text = String(validating: text, as: UTF8.self) else { throw AssertionError("header is not utf8") }
    let parser = HeaderParser(
      lines: Array(text.utf8)[...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false))
    var headers: Headers = [:]
    var at = 0
    while at < parser.lines.count {
      let line = parser.lines[at]
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        throw AssertionError("header entry missing ':' separator: \(quote(line))")
      }
      let name = line[..<colon]
      guard HeaderName.isValid(name) else { throw AssertionError("invalid header name: \(quote(name))") }
      let value = try parser.entry(after: line[(colon + 1)...], &at, indent: 0)
      guard headers.updateValue(value, forKey: string(name)) == nil else {
        throw AssertionError("repeated header: \(quote(name))")
      }
    }
    return headers
  }

  private init(lines: [Line]) { self.lines = lines }

  /// The value that `rest` of the line at `at` begins; `at` is behind it afterwards.
  private func entry(after rest: Line, _ at: inout Int, indent: Int) throws(AssertionError) -> HeaderValue {
    let line = at
    at += 1
    if let first = rest.first {
      guard first == UInt8(ascii: " ") else {
        throw AssertionError(
          "header entry should have a space or newline (for multiline) before value: \(quote(lines[line]))")
      }
      return .text(string(rest.dropFirst()))
    }
    if at < lines.count, let nested = unindented(lines[at], indent + 2), let first = nested.first {
      if first == UInt8(ascii: "-") { return try list(&at, indent: indent) }
      if first != UInt8(ascii: " ") { return try map(&at, indent: indent) }
    }
    return try multiline(&at, indent: indent)
  }

  private func multiline(_ at: inout Int, indent: Int) throws(AssertionError) -> HeaderValue {
    var text: [UInt8] = []
    let first = at
    while at < lines.count, let part = unindented(lines[at], indent + 4) {
      if at > first { text.append(UInt8(ascii: "\n")) }
      text += part
      at += 1
    }
    guard at > first else {
      let found = at == lines.count ? "EOF" : quote(lines[at])
      throw AssertionError(
        "expected \(indent + 4) chars nesting prefix after multiline introduction \(quote(lines[at - 1])): \(found)")
    }
    return .text(string(text[...]))
  }

  private func list(_ at: inout Int, indent: Int) throws(AssertionError) -> HeaderValue {
    var list: [HeaderValue] = []
    while at < lines.count, let item = unindented(lines[at], indent + 2), item.first == UInt8(ascii: "-") {
      list.append(try entry(after: item.dropFirst(), &at, indent: indent + 2))
    }
    return .list(list)
  }

  private func map(_ at: inout Int, indent: Int) throws(AssertionError) -> HeaderValue {
    var map: [String: HeaderValue] = [:]
    while at < lines.count, let item = unindented(lines[at], indent + 2) {
      guard let colon = item.firstIndex(of: UInt8(ascii: ":")) else {
        throw AssertionError("map entry missing ':' separator: \(quote(item))")
      }
      let key = item[..<colon]
      guard HeaderName.isValid(key) else { throw AssertionError("invalid map entry key: \(quote(key))") }
      let value = try entry(after: item[(colon + 1)...], &at, indent: indent + 2)
      guard map.updateValue(value, forKey: string(key)) == nil else {
        throw AssertionError("repeated map entry key: \(quote(key))")
      }
    }
    return .map(map)
  }

  /// The line without so many spaces; nil when it has fewer.
  private func unindented(_ line: Line, _ count: Int) -> Line? {
    let prefix = line.prefix(count)
    return prefix.count == count && prefix.allSatisfy { $0 == UInt8(ascii: " ") } ? line.dropFirst(count) : nil
  }
}

private func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
private func quote(_ bytes: ArraySlice<UInt8>) -> String { quoted(string(bytes)) }
