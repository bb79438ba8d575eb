internal import ByteText
public import Snap

/// The address of something on a web server, taken apart as far as decisions need it.
///
/// Text from a store, so it is judged byte by byte: what is not printable ASCII, and what names a user, is refused.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  public enum Scheme: String, Hashable, Sendable { case http, https }

  public let scheme: Scheme
  /// In lower case; with brackets when it is an address of IPv6.
  public let host: String
  public let port: Int
  /// Path and query, beginning with a slash.
  public let target: String

  public init(_ text: String) throws(InvalidText) {
    let invalid = InvalidText("invalid URL \(InvalidText.quote(Self.withoutSecrets(text)))")
    guard text.utf8.count <= 16384, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw invalid }
    let lower = text.lowercased()
    let scheme: Scheme = lower.hasBytePrefix("https://") ? .https : .http
    guard scheme == .https || lower.hasBytePrefix("http://") else { throw invalid }
    let rest = text.utf8.dropFirst(scheme.rawValue.utf8.count + 3)
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    var authority = Substring(rest[..<(end ?? rest.endIndex)])
    guard !authority.hasByte("@"), !authority.hasByte("\\") else { throw invalid }
    var port = scheme == .https ? 443 : 80
    if let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")), !authority.hasByteSuffix("]") {
      let digits = authority[authority.utf8.index(after: colon)...]
      guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0.isASCIIDigit }),
        let number = Int(digits), (1...65535).contains(number)
      else { throw invalid }
      port = number
      authority = authority[..<colon]
    }
    guard !authority.isEmpty else { throw invalid }
    var target = Substring(rest[(end ?? rest.endIndex)...])
    if let fragment = target.byteIndex(of: "#") { target = target[..<fragment] }
    (self.scheme, host, self.port) = (scheme, authority.lowercased(), port)
    self.target = target.hasBytePrefix("/") ? String(target) : "/" + target
  }

  /// What may be said of a text that is no address: its beginning, but no query, and nobody's password.
  private static func withoutSecrets(_ text: String) -> String {
    let path = text.byteIndex(of: "?").map { text[..<$0] } ?? text[...]
    guard let at = path.utf8.lastIndex(of: UInt8(ascii: "@")) else {
      return String(decoding: path.utf8.prefix(200), as: UTF8.self)
    }
    return "…" + String(decoding: path.utf8[at...].prefix(200), as: UTF8.self)
  }

  private init(_ scheme: Scheme, _ host: String, _ port: Int, _ target: String) {
    (self.scheme, self.host, self.port, self.target) = (scheme, host, port, target)
  }

  /// Scheme, host, and port unless it goes without saying.
  var origin: String {
    let isUsual = port == (scheme == .https ? 443 : 80)
    return "\(scheme.rawValue)://\(host)\(isUsual ? "" : ":\(port)")"
  }

  public var description: String { origin + target }

  /// The address for messages: without the query, in which there may be secrets.
  var shown: String {
    origin + (target.byteIndex(of: "?").map { String(target[..<$0]) } ?? target)
  }

  func hasSameOrigin(as other: WebAddress) -> Bool {
    scheme == other.scheme && host.hasSameBytes(as: other.host) && port == other.port
  }

  /// Something below this address, which stands for a directory.
  ///
  /// - Parameters:
  ///   - path: parts that are joined with slashes; each is escaped.
  ///   - query: names and values; both are escaped.
  func appending(_ path: [String], query: [(String, String)] = []) -> WebAddress {
    var text = target.byteIndex(of: "?").map { String(target[..<$0]) } ?? target
    while text.hasByteSuffix("/") { text.removeLast() }
    for part in path { text += "/" + Self.escape(part) }
    if !query.isEmpty {
      text += "?" + query.map { "\(Self.escape($0))=\(Self.escape($1))" }.joined(separator: "&")
    }
    return WebAddress(scheme, host, port, text)
  }

  /// Something below this address, by a path that is fixed; a slash at its end stays.
  func appending(fixed path: String, query: [(String, String)] = []) -> WebAddress {
    let parts = path.byteSplit("/").map(String.init)
    var address = appending(parts)
    if path.hasByteSuffix("/") { address = WebAddress(scheme, host, port, address.target + "/") }
    guard !query.isEmpty else { return address }
    let text = query.map { "\(Self.escape($0))=\(Self.escape($1))" }.joined(separator: "&")
    return WebAddress(scheme, host, port, address.target + "?" + text)
  }

  /// Where a `Location` leads from here.
  func following(_ location: String) throws(InvalidText) -> WebAddress {
    if location.hasBytePrefix("//") { return try WebAddress("\(scheme.rawValue):\(location)") }
    if location.hasBytePrefix("/") { return try WebAddress(origin + location) }
    let head = location.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    if head.contains(UInt8(ascii: ":")) { return try WebAddress(location) }
    let path = target.byteIndex(of: "?").map { target[..<$0] } ?? target[...]
    let directory = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? "/"
    return try WebAddress(origin + directory + location)
  }

  /// One part of a path or a query.
  static func escape(_ text: String) -> String {
    // As a whole part of a path these would lead elsewhere.
    if text.hasSameBytes(as: ".") { return "%2E" }
    if text.hasSameBytes(as: "..") { return "%2E%2E" }
    return PercentCoding.encode(text)
  }
}
