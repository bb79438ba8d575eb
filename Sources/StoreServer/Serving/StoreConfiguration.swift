internal import ByteText
internal import JSONValues
internal import Linux

/// What `store.json` says.
struct StoreConfiguration: Hashable, Sendable {
  /// The store's account: who signs.
  var id: String
  /// For people.
  var name: String
  /// How clients reach it, without a slash at the end; nil to say what they said (`Host`).
  var url: String?
  /// A program that signs; see ``StoreKeys``.
  var signer: String?
  var limits = Limits()

  struct Limits: Hashable, Sendable {
    /// The largest snap, in bytes.
    var upload: Int64 = 8 << 30
    /// Requests that one address may make in a second, on average; and at once.
    var requestsPerSecond = 200
    var requestsAtOnce = 1000
    /// Connections in all, and from one address.
    var connections = 4096
    var connectionsPerAddress = 256
    /// Days for which updates are held after a new key or a change of owner.
    var holdDays = 3
    /// Addresses that may say for whom they ask (`X-Forwarded-For`): proxies in front of the store.
    var proxies: [String] = []
  }

  init(id: String, name: String, url: String? = nil, signer: String? = nil) {
    (self.id, self.name, self.url, self.signer) = (id, name, url, signer)
  }

  /// - Throws: a sentence that names the file.
  init(path: String) throws {
    do {
      try self.init(json: try JSONValue(parsing: try Files.read(path, limit: 1 << 20)))
    } catch let error as SyscallError {
      throw error
    } catch {
      throw ConfigurationError("cannot use \(path): \(error)")
    }
  }

  init(json: JSONValue) throws {
    guard let object = json.object else { throw ConfigurationError("it is no object") }
    let known: Set = ["id", "name", "url", "signer", "limits"]
    if let other = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw ConfigurationError("it has no setting \(QuotedText.quote(other))")
    }
    func text(_ name: String) throws -> String? {
      guard let value = object[name], value != .null else { return nil }
      guard let text = value.string else { throw ConfigurationError("\"\(name)\" is no text") }
      return text
    }
    guard let id = try text("id"), let name = try text("name") else {
      throw ConfigurationError("\"id\" and \"name\" are needed")
    }
    self.init(id: id, name: name, url: try text("url").map(Self.address), signer: try text("signer"))
    if let limits = object["limits"] { self.limits = try Limits(json: limits) }
  }

  /// An address without the slash at its end.
  static func address(_ text: String) throws -> String {
    guard text.hasBytePrefix("http://") || text.hasBytePrefix("https://"), !text.hasByte(" ") else {
      throw ConfigurationError(
        "cannot use address \(QuotedText.quote(text)): it does not begin with http:// or https://")
    }
    var text = Substring(text)
    while text.hasByteSuffix("/") { text = text.dropLast() }
    return String(text)
  }

  var json: JSONValue {
    var object: [String: JSONValue] = ["id": .string(id), "name": .string(name), "limits": limits.json]
    if let url { object["url"] = .string(url) }
    if let signer { object["signer"] = .string(signer) }
    return .object(object)
  }
}

extension StoreConfiguration.Limits {
  private static let numbers:
    [(name: String, path: any WritableKeyPath<Self, Int> & Sendable, range: ClosedRange<Int>)] = [
      ("requests-per-second", \.requestsPerSecond, 1...1_000_000),
      ("requests-at-once", \.requestsAtOnce, 1...10_000_000),
      ("connections", \.connections, 1...1_000_000),
      ("connections-per-address", \.connectionsPerAddress, 1...1_000_000),
      ("hold-days", \.holdDays, 0...365),
    ]

  init(json: JSONValue) throws {
    guard let object = json.object else { throw ConfigurationError("\"limits\" is no object") }
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      if name == "proxies" {
        guard let list = value.array, list.allSatisfy({ $0.string != nil }) else {
          throw ConfigurationError("\"proxies\" is no list of addresses")
        }
        proxies = list.compactMap(\.string)
      } else if name == "upload-bytes" {
        guard let bytes = value.integer, bytes > 0 else { throw ConfigurationError("\"\(name)\" is out of range") }
        upload = bytes
      } else {
        guard let limit = Self.numbers.first(where: { $0.name == name }) else {
          throw ConfigurationError("there is no limit \(QuotedText.quote(name))")
        }
        guard let number = value.integer.flatMap({ Int(exactly: $0) }), limit.range.contains(number) else {
          throw ConfigurationError("\"\(name)\" is out of range")
        }
        self[keyPath: limit.path] = number
      }
    }
  }

  var json: JSONValue {
    var object: [String: JSONValue] = [
      "upload-bytes": .integer(upload), "proxies": .array(proxies.map { .string($0) }),
    ]
    for limit in Self.numbers { object[limit.name] = .integer(Int64(self[keyPath: limit.path])) }
    return .object(object)
  }
}

/// What is wrong with a store's directory or what it says.
struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
