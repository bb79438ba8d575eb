internal import ByteText
internal import Crypto
internal import Time

/// Takes typed values out of headers, or out of a map in one; its sentences are the reference's.
struct HeaderReader: Sendable {
  let headers: Headers
  /// What a message calls a value: `"since" header`, `"id" of snap "foo"`.
  private let kind: String

  init(_ headers: Headers) {
    self.headers = headers
    kind = "header"
  }

  /// - Parameter place: `of snap "foo"`.
  init(_ map: [String: HeaderValue], place: String) {
    headers = map
    kind = place
  }

  func label(_ name: String) -> String { "\(quoted(name)) \(kind)" }

  func error(_ name: String, _ what: String) -> AssertionError { AssertionError("\(label(name)) \(what)") }

  func has(_ name: String) -> Bool { headers[name] != nil }

  // MARK: Texts

  func text(_ name: String) throws(AssertionError) -> String {
    guard let value = headers[name] else { throw error(name, "is mandatory") }
    guard let text = value.text else { throw error(name, "must be a string") }
    return text
  }

  func notEmpty(_ name: String) throws(AssertionError) -> String {
    let text = try text(name)
    guard !text.isEmpty else { throw error(name, "should not be empty") }
    return text
  }

  /// Empty when there is none.
  func optional(_ name: String) throws(AssertionError) -> String { has(name) ? try text(name) : "" }

  func matching(_ name: String, _ isValid: (String) -> Bool) throws(AssertionError) -> String {
    let text = try notEmpty(name)
    guard isValid(text) else { throw error(name, "contains invalid characters: \(quoted(text))") }
    return text
  }

  func optionalMatching(_ name: String, _ isValid: (String) -> Bool) throws(AssertionError) -> String {
    has(name) ? try matching(name, isValid) : ""
  }

  func oneOf(_ name: String, _ choices: [String]) throws(AssertionError) -> String {
    let text = try notEmpty(name)
    guard choices.contains(where: { text.hasSameBytes(as: $0) }) else {
      throw error(name, "must be one of \(choices.joined(separator: "|"))")
    }
    return text
  }

  func primaryKey(_ name: String, default value: String?) throws(AssertionError) -> String {
    if !has(name), let value { return value }
    let text = try notEmpty(name)
    // "." and ".." are names of directories in the store on disk.
    guard !text.hasByte("/"), !text.hasByte("\0"), text != ".", text != ".." else {
      throw AssertionError("\(quoted(name)) primary key header cannot contain '/'")
    }
    guard text.utf8.count <= 255 else { throw AssertionError("\(quoted(name)) primary key header is too long") }
    return text
  }

  /// Always 16.
  func series() throws(AssertionError) -> String {
    let series = try notEmpty("series")
    guard series == "16" else { throw error("series", "must be \"16\"") }
    return series
  }

  // MARK: Numbers, times, booleans

  /// Decimal digits without zeros in front.
  func integer(_ name: String, default value: Int? = nil, atLeast least: Int = 0) throws(AssertionError) -> Int {
    if !has(name), let value { return value }
    let text = try text(name)
    let digits = text.utf8
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCIIDigit }) else {
      if let number = Int(text), number < 0 { throw AssertionError("\(name) should be positive: \(number)") }
      throw error(name, "is not an integer: \(text)")
    }
    if digits.first == UInt8(ascii: "0"), digits.count > 1 { throw error(name, "has invalid prefix zeros: \(text)") }
    guard let number = Int(text) else { throw error(name, "is out of range: \(text)") }
    guard number >= least else { throw error(name, "must be >=\(least): \(number)") }
    return number
  }

  func boolean(_ name: String) throws(AssertionError) -> Bool {
    guard has(name) else { return false }
    switch headers[name]?.text {
    case "true": return true
    case "false": return false
    default: throw error(name, "must be 'true' or 'false'")
    }
  }

  func time(_ name: String) throws(AssertionError) -> Timestamp {
    let text = try notEmpty(name)
    guard let time = Timestamp(text), text.hasByte("T") else {
      throw error(name, "is not a RFC3339 date: \(quoted(text))")
    }
    return time
  }

  func optionalTime(_ name: String) throws(AssertionError) -> Timestamp? { has(name) ? try time(name) : nil }

  /// `since` and `until`.
  func period() throws(AssertionError) -> (since: Timestamp, until: Timestamp?) {
    let since = try time("since")
    let until = try optionalTime("until")
    if let until, until < since { throw AssertionError("'until' time cannot be before 'since' time") }
    return (since, until)
  }

  /// A digest in the alphabet of URLs; its text.
  @discardableResult
  func digest(_ name: String, _ algorithm: DigestAlgorithm = .sha3_384) throws(AssertionError) -> String {
    let text = try notEmpty(name)
    guard let bytes = Base64.decodeFromURL(text) else { throw error(name, "cannot be decoded: illegal base64 data") }
    guard bytes.count == algorithm.length else {
      throw error(name, "does not have the expected bit length: \(bytes.count * 8)")
    }
    return text
  }

  // MARK: Lists and maps

  func texts(_ name: String, _ isValid: ((String) -> Bool)? = nil) throws(AssertionError) -> [String] {
    guard let value = headers[name] else { return [] }
    guard let list = value.list else { throw error(name, "must be a list of strings") }
    var texts: [String] = []
    for item in list {
      guard let text = item.text else { throw error(name, "must be a list of strings") }
      if let isValid, !isValid(text) { throw error(name, "contains an invalid element: \(quoted(text))") }
      texts.append(text)
    }
    return texts
  }

  func map(_ name: String) throws(AssertionError) -> [String: HeaderValue]? {
    guard let value = headers[name] else { return nil }
    guard let map = value.map else { throw error(name, "must be a map") }
    return map
  }

  func maps(_ name: String) throws(AssertionError) -> [[String: HeaderValue]]? {
    guard let value = headers[name] else { return nil }
    guard let list = value.list else { throw error(name, "must be a list of maps") }
    var maps: [[String: HeaderValue]] = []
    for item in list {
      guard let map = item.map else { throw error(name, "must be a list of maps") }
      maps.append(map)
    }
    return maps
  }
}

/// Forms of texts in headers, judged by their bytes. Source: `spec/assertions-and-store.md` §4.
enum TextForm {
  /// `[a-zA-Z0-9]{32}` or `[-a-z0-9]{2,28}`.
  static func accountID(_ text: String) -> Bool { NameForm.isAccountID(text) }

  /// `[a-zA-Z0-9]{32}`.
  static func snapID(_ text: String) -> Bool { NameForm.isStoreID(text) }

  /// Words of `a-z0-9` between single hyphens.
  static func words(_ text: String) -> Bool { NameForm.areSmallWords(text) }

  /// Words of letters and digits between single hyphens.
  static func model(_ text: String) -> Bool { hyphenated(text) }

  /// Words with at least one letter: names of snaps and keys.
  static func name(_ text: String) -> Bool { words(text) && text.utf8.contains(where: \.isASCIILower) }

  /// A name, and perhaps an instance key behind `_`.
  static func app(_ text: String) -> Bool { hyphenated(text) }

  /// `[a-zA-Z0-9][-_.a-zA-Z0-9]*`: aliases.
  static func alias(_ text: String) -> Bool {
    text.utf8.first?.isASCIIAlphanumeric == true
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-_.".utf8.contains($0) }
  }

  /// `[1-9][0-9]*`.
  static func positive(_ text: String) -> Bool {
    text.utf8.allSatisfy(\.isASCIIDigit) && text.utf8.first.map { $0 != 48 } == true && text.utf8.count <= 18
  }

  /// `[a-z_][-a-z0-9+._]*`: names of users.
  static func userName(_ text: String) -> Bool {
    text.utf8.first.map { $0.isASCIILower || $0.isASCIIDigit } == true
      && text.utf8.allSatisfy { $0.isASCIILower || $0.isASCIIDigit || "-_+.".utf8.contains($0) }
  }

  private static func hyphenated(_ text: String) -> Bool {
    NameForm.areDashedWords(text, first: \.isASCIIAlphanumeric, rest: \.isASCIIAlphanumeric)
  }
}
