internal import ByteText
internal import JSONValues

/// Where a store is.
public struct StoreURL: Hashable, Sendable, CustomStringConvertible {
  /// With a slash at the end.
  public let text: String
  /// The host, and the port where one is said.
  public let host: String

  public var description: String { text }

  /// - Throws: a sentence for what is no address of a server: `http` and `https` only, no user, query or fragment.
  public init(_ text: String) throws(StoreDirectoryError) {
    let problem = StoreDirectoryError.url(text)
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw problem }
    guard let rest = text.bytes(after: "https://") ?? text.bytes(after: "http://") else { throw problem }
    let host = rest.byteSplit("/", maxSplits: 1, keepingEmpty: true).first ?? ""
    guard !host.isEmpty, !rest.utf8.contains(where: { "?#@\\\"<>^`{|}".utf8.contains($0) }) else { throw problem }
    guard !rest.byteSplit("/").contains(where: { $0 == "." || $0 == ".." }) else { throw problem }
    self.host = String(host)
    self.text = text.hasByteSuffix("/") ? text : text + "/"
  }
}

/// One store that snaps come from.
public struct StoreEntry: Hashable, Sendable {
  /// Who wants it.
  public enum Origin: String, Hashable, Sendable { case packager, administrator, environment }

  public let name: String
  public let url: StoreURL
  /// Where assertions are, when it is elsewhere.
  public let assertionsURL: StoreURL?
  /// Where people log in, when it is elsewhere.
  public let logInURL: StoreURL?
  /// The `public-key-sha3-384` of its root key; nil where nothing says it.
  public let key: String?
  /// Lower is asked first, then by name.
  public let priority: Int
  public let origin: Origin

  public init(
    name: String, url: StoreURL, assertionsURL: StoreURL? = nil, logInURL: StoreURL? = nil, key: String?,
    priority: Int = 0, origin: Origin
  ) {
    (self.name, self.url, self.assertionsURL, self.logInURL) = (name, url, assertionsURL, logInURL)
    (self.key, self.priority, self.origin) = (key, priority, origin)
  }

  /// Reads a file of `stores.d`.
  init(json: [UInt8], name: String, origin: Origin) throws {
    let value: JSONValue
    do { value = try JSONValue(parsing: json) } catch { throw StoreDirectoryError.file("it is no JSON: \(error)") }
    guard let members = value.object else { throw StoreDirectoryError.file("it is no object") }
    func address(_ key: String) throws -> StoreURL? {
      guard let member = members[key] else { return nil }
      guard let text = member.string else { throw StoreDirectoryError.file("\"\(key)\" is no text") }
      return try StoreURL(text)
    }
    guard let url = try address("url") else { throw StoreDirectoryError.file("it says no \"url\"") }
    var key: String?
    if let member = members["key"] {
      guard let text = member.string, Self.isFingerprint(text) else {
        throw StoreDirectoryError.file("\"key\" is no fingerprint")
      }
      key = text
    }
    var priority = 0
    if let member = members["priority"] {
      guard let number = member.integer, let small = Int(exactly: number) else {
        throw StoreDirectoryError.file("\"priority\" is no whole number")
      }
      priority = small
    }
    self.init(
      name: name, url: url, assertionsURL: try address("assertions-url"), logInURL: try address("auth-url"), key: key,
      priority: priority, origin: origin)
  }

  var json: [UInt8] {
    var members: [String: JSONValue] = ["url": .string(url.text)]
    if let assertionsURL { members["assertions-url"] = .string(assertionsURL.text) }
    if let logInURL { members["auth-url"] = .string(logInURL.text) }
    if let key { members["key"] = .string(key) }
    if priority != 0 { members["priority"] = .integer(Int64(priority)) }
    return Array((JSONValue.object(members).text + "\n").utf8)
  }

  /// A digest of 48 bytes as assertions have it.
  public static func isFingerprint(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { byte in
        byte.isASCIIAlphanumeric
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      }
  }

  /// What a store may be called: the name of a file.
  public static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: ".") && text.utf8.first != UInt8(ascii: "-")
      && text.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || byte.isASCIIDigit || "-.".utf8.contains(byte)
      }
  }
}

/// Why a store is not set up, or not read.
public enum StoreDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
  case url(String)
  case name(String)
  case fingerprint(String)
  /// What is wrong with a file.
  case file(String)
  case exists(String)
  case unknown(String)
  case forced
  /// What the store says is its root is not what it should be.
  case root(String)

  public var description: String {
    switch self {
    case .url(let text):
      "cannot use \(QuotedText.quote(text)) as the address of a store: http(s)://HOST[:PORT]/[PATH] is"
    case .name(let text): "cannot call a store \(QuotedText.quote(text)): names have a-z, 0-9, \"-\" and \".\""
    case .fingerprint(let text):
      "cannot use \(QuotedText.quote(text)) as the fingerprint of a key: one has 64 characters"
    case .file(let text), .root(let text): text
    case .exists(let name): "store \(QuotedText.quote(name)) is set up already"
    case .unknown(let name): "store \(QuotedText.quote(name)) is not set up"
    case .forced: "cannot change stores: SNAPPY_FORCE_API_URL in the daemon's environment stands for all"
    }
  }
}
