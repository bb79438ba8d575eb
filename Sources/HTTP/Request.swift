internal import ByteText

/// Who is at the other end of a unix socket, as the kernel recorded it when the connection was made (`SO_PEERCRED`,
/// unix(7)). Numbers, never text: see spec/threats.md, "API authorisation".
public struct Peer: Hashable, Sendable {
  /// The process that connected; it may have ended, or executed something else, since.
  public let pid: Int32
  /// Its effective user.
  public let uid: UInt32
  /// Its effective group.
  public let gid: UInt32
  /// The name of the listener that accepted the connection.
  public let socket: String

  public init(pid: Int32, uid: UInt32, gid: UInt32, socket: String) {
    self.pid = pid
    self.uid = uid
    self.gid = gid
    self.socket = socket
  }
}

/// Where a request comes from.
public enum Origin: Hashable, Sendable {
  /// A process of this machine, through a unix socket.
  case process(Peer)
  /// Somebody on the network; behind a trusted proxy, whom the proxy names.
  case network(NetworkAddress)

  /// The address, for what comes from the network.
  public var address: NetworkAddress? {
    if case .network(let address) = self { address } else { nil }
  }
}

/// Header fields in their order; names are compared without regard to case.
public struct Headers: Sendable, ExpressibleByDictionaryLiteral {
  /// Names and values as they were sent.
  public private(set) var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }
  public init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { (name: $0.0, value: $0.1) } }

  /// The first value of a field. Setting replaces every value; nil removes.
  public subscript(name: String) -> String? {
    get { fields.first { Self.same($0.name, name) }?.value }
    set {
      fields.removeAll { Self.same($0.name, name) }
      if let newValue { fields.append((name: name, value: newValue)) }
    }
  }

  /// Every value of a field.
  public func all(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map(\.value) }

  /// Adds a field, keeping others of the name.
  public mutating func add(_ name: String, _ value: String) { fields.append((name: name, value: value)) }

  private static func same(_ first: String, _ second: String) -> Bool {
    first.utf8.count == second.utf8.count
      && zip(first.utf8, second.utf8).allSatisfy { asciiLowercase($0) == asciiLowercase($1) }
  }
}

func asciiLowercase(_ byte: UInt8) -> UInt8 { byte.isASCIIUpper ? byte | 0x20 : byte }

/// The parameters after the "?" in their order. A pair that is not well-formed is passed over, as the reference does.
public struct Query: Equatable, Sendable {
  /// Decoded names and values.
  public let pairs: [Pair]
  /// One `name=value`.
  public struct Pair: Equatable, Sendable {
    public let name: String
    public let value: String
  }

  /// Reads `a=1&b=2`; "+" is a space.
  public init(_ text: some StringProtocol) {
    pairs = Substring(text).utf8.split(separator: UInt8(ascii: "&")).compactMap { pair in
      if pair.contains(UInt8(ascii: ";")) { return nil }
      let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = halves.first.flatMap({ PercentCoding.decode($0, plusIsSpace: true) }),
        let value = halves.count == 1 ? "" : PercentCoding.decode(halves[1], plusIsSpace: true)
      else { return nil }
      return Pair(name: name, value: value)
    }
  }

  /// The first value with the name.
  public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }
  /// Every value with the name.
  public func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
}

/// What a request asks for: the target split and decoded once, before anybody decides on it.
public struct RequestTarget: Equatable, Sendable {
  /// The path as it was sent, for messages.
  public let path: String
  /// The path's parts, decoded: a part may contain "/".
  public let segments: [String]
  /// The parameters.
  public let query: Query

  /// Reads the origin form (`/v2/snaps?x=1`) or the absolute form (`http://host/v2/snaps`) of RFC 9112. Nil when it is
  /// neither, has a broken escape, or a part that is "." or "..".
  public init?(_ target: String) {
    var rest = Substring(target)
    if !rest.hasBytePrefix("/") {
      guard let authority = rest.bytes(after: "http://"), let slash = authority.byteIndex(of: "/") else { return nil }
      rest = authority[slash...]
    }
    let parts = rest.byteSplit("?", maxSplits: 1, keepingEmpty: true)
    guard let first = parts.first else { return nil }
    var segments: [String] = []
    for part in first.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let segment = PercentCoding.decode(part), segment != ".", segment != ".." else { return nil }
      segments.append(segment)
    }
    path = String(first)
    self.segments = segments
    query = Query(parts.count > 1 ? parts[1] : "")
  }
}

/// One request, as a handler sees it.
public struct Request: Sendable {
  /// "GET", "POST", …
  public let method: String
  /// Path and parameters.
  public let target: RequestTarget
  /// What the `{name}` parts of the endpoint's pattern matched.
  public var captures: [String: String]
  /// Header fields.
  public let headers: Headers
  /// Who asks.
  public let origin: Origin
  /// It came through TLS.
  public let isEncrypted: Bool
  /// The whole body, for endpoints that collect it; empty for the others.
  public var body: [UInt8]
  /// The body as it arrives, for endpoints that stream it; for the others it gives `body` once.
  public var stream: BodyStream

  /// A request as tests make it.
  public init(
    method: String, target: RequestTarget, captures: [String: String] = [:], headers: Headers = Headers(),
    origin: Origin,
    isEncrypted: Bool = false, body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.captures = captures
    self.headers = headers
    self.origin = origin
    self.isEncrypted = isEncrypted
    self.body = body
    stream = BodyStream(body)
  }

  /// The parameters after the "?".
  public var query: Query { target.query }
  /// What `{name}` matched; empty when the pattern has no such part.
  public func capture(_ name: String) -> String { captures[name] ?? "" }
}
