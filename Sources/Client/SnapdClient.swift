public import API
internal import ByteText
internal import Glibc
internal import Linux
public import Time

/// Speaks to the daemon. Not for use by several threads at once.
public final class SnapdClient {
  /// Where the daemon is and how patient to be.
  public struct Configuration: Sendable {
    /// The daemon's socket.
    public var socketPath: String
    /// Where the daemon says why it is away (`spec/features.md` §3, Envelope).
    public var maintenancePath: String
    /// What `User-Agent` says.
    public var userAgent: String
    /// Whether the daemon may ask the user's polkit agent for permission.
    public var allowInteraction: Bool
    /// What proves who is logged in to a store, for `Authorization`; asked for once, when a request is made.
    public var credentials: @Sendable () -> String? = { nil }
    /// How long a GET is tried again while nobody listens, in milliseconds.
    public var retryTime = 5000
    /// Pause between two such attempts, in milliseconds.
    public var retryPause = 50
    /// Longest silence of the daemon in the middle of a request, in milliseconds.
    public var stallTime = 120_000
    /// Largest answer accepted, in bytes.
    public var answerLimit = 64 << 20

    /// - Parameter root: the directory that stands for `/` (`SNAPPY_GLOBAL_ROOT`); empty or `/` for the machine's.
    public init(root: String, userAgent: String = "snap", allowInteraction: Bool = false) {
      let base = root == "/" ? "" : root.hasSuffix("/") ? String(root.dropLast()) : root
      socketPath = base + "/run/snapd.socket"
      maintenancePath = base + "/var/lib/snapd/maintenance.json"
      self.userAgent = userAgent
      self.allowInteraction = allowInteraction
    }
  }

  /// What the daemon said beside its last answer.
  public struct Remarks: Sendable {
    /// Warnings that nobody has seen yet, as the last answer said.
    public var warningCount = 0
    /// When the newest of them was added.
    public var warningTimestamp: Timestamp?
    /// Set while the daemon or the machine is about to start anew.
    public var maintenance: ErrorResult?
    /// In which the prices of a search are meant.
    public var suggestedCurrency: String?
  }

  public let configuration: Configuration
  public private(set) var remarks = Remarks()
  private var connection: Connection?
  private lazy var authorization = configuration.credentials()

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// A request whose result comes at once.
  ///
  /// - Parameters:
  ///   - query: parameters of the URL, in order.
  ///   - body: sent as JSON when there is one.
  ///   - retries: whether a GET is tried again while the socket is gone; not for a caller that does so itself.
  public func sync<Result: Codable & Sendable>(
    _ method: String, _ path: String, query: [(String, String)] = [], body: (any Encodable)? = nil,
    retries: Bool = true, as type: Result.Type = Result.self
  ) throws(ClientError) -> Result {
    let envelope = try exchange(method, path, query: query, body: body, retries: retries, as: Result.self)
    switch envelope.reply {
    case .sync(let result): return result
    case .async: throw unexpected("async", wanted: "sync", method, path)
    case .error(let error): throw failure(error, envelope.statusCode)
    }
  }

  /// A request that starts a change.
  ///
  /// - Returns: the change's id.
  public func async(
    _ method: String, _ path: String, query: [(String, String)] = [], body: (any Encodable)? = nil
  ) throws(ClientError) -> String {
    try change(of: exchange(method, path, query: query, body: body, retries: false, as: JSONValue.self), method, path)
  }

  /// A request whose result comes at once, with every number as the daemon wrote it.
  public func exact(
    _ method: String, _ path: String, query: [(String, String)] = []
  ) throws(ClientError) -> JSONValue {
    let head = head(method, path, query: query, contentType: nil, length: 0)
    let answer = try perform(method, path, query: query, retry: method == "GET") { connection throws(WireFailure) in
      try connection.send(head)
    }
    let envelope = try decode(answer, as: JSONValue.self)
    switch envelope.reply {
    case .sync(let result):
      // What was decoded has lost digits of long numbers: it said what kind of answer this is.
      guard let whole = try? JSONValue(parsing: answer.body) else { return result }
      return whole["result"] ?? result
    case .async: throw unexpected("async", wanted: "sync", method, path)
    case .error(let error): throw failure(error, envelope.statusCode)
    }
  }

  /// A request that starts a change, with a body that is JSON already.
  ///
  /// - Returns: the change's id.
  public func async(_ method: String, _ path: String, content: [UInt8]) throws(ClientError) -> String {
    let head = head(method, path, query: [], contentType: "application/json", length: Int64(content.count))
    let answer = try perform(method, path, query: [], retry: false) { connection throws(WireFailure) in
      try connection.send(head + content)
    }
    return try change(of: decode(answer, as: JSONValue.self), method, path)
  }

  /// Installs from files: a form with text fields and any number of files, each named `snap`.
  ///
  /// - Parameter files: paths; they are opened here and streamed.
  /// - Returns: the change's id.
  public func upload(
    _ path: String, fields: [(SideloadField, String)], files: [String]
  ) throws(ClientError) -> String {
    let form = try MultipartForm(fields: fields, files: files)
    let head = head(
      "POST", path, query: [], contentType: "multipart/form-data; boundary=\(form.boundary)",
      length: form.length)
    let answer = try perform("POST", path, query: [], retry: false) { connection throws(WireFailure) in
      try connection.send(head)
      try form.send(over: connection)
    }
    return try change(of: decode(answer, as: JSONValue.self), "POST", path)
  }

  /// A request made by hand (`snap debug api`): the answer as it came, whatever its status.
  public func raw(
    _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) throws(ClientError) -> (status: Int, body: [UInt8]) {
    let type = headers.first { $0.0.lowercased() == "content-type" }?.1
    let head = head(
      method, path, query: [], contentType: type ?? (body.isEmpty ? nil : "application/json"),
      length: Int64(body.count),
      extra: headers.filter { $0.0.lowercased() != "content-type" })
    let answer = try perform(method, path, query: [], retry: method == "GET") { connection throws(WireFailure) in
      try connection.send(head + body)
    }
    return (answer.status, answer.body)
  }

  /// A request whose answer is no JSON envelope when it goes well, or whose body is none.
  ///
  /// - Returns: the content of the answer.
  /// - Throws: what the daemon says when it refuses.
  public func content(
    _ method: String, _ path: String, query: [(String, String)] = [], contentType: String? = nil, body: [UInt8] = []
  ) throws(ClientError) -> [UInt8] {
    let head = head(method, path, query: query, contentType: contentType, length: Int64(body.count))
    let answer = try perform(method, path, query: query, retry: method == "GET") { connection throws(WireFailure) in
      try connection.send(head + body)
    }
    guard !(200..<300).contains(answer.status) else { return answer.body }
    switch try decode(answer, as: JSONValue.self).reply {
    case .error(let error): throw failure(error, answer.status)
    case .sync: throw unexpected("sync", wanted: "error", method, path)
    case .async: throw unexpected("async", wanted: "error", method, path)
    }
  }

  /// A request whose answer is a sequence of JSON texts (RFC 7464), taken as they come.
  ///
  /// - Parameters:
  ///   - limit: bytes of one element.
  ///   - take: gets each element; the daemon may be silent for long between two of them.
  public func sequence<Element: Codable & Sendable>(
    _ path: String, query: [(String, String)], limit: Int = 4 << 20, of type: Element.Type = Element.self,
    _ take: (Element) -> Void
  ) throws(ClientError) {
    let head = head("GET", path, query: query, contentType: nil, length: 0)
    var reader = SequenceReader(limit: limit)
    let maximum = configuration.answerLimit
    let refusal = try perform("GET", path, query: query, retry: true) { connection throws(WireFailure) in
      try connection.send(head)
    } receive: { connection throws(WireFailure) -> RawAnswer? in
      var head = try connection.receiveHead()
      while head.status < 200 { head = try connection.receiveHead() }
      guard head.status == 200, head.contentType.hasPrefix("application/json-seq") else {
        return try connection.receiveRest(of: head, limit: maximum)
      }
      try connection.receivePieces(of: head, limit: limit) { bytes throws(WireFailure) in
        for element in try reader.take(bytes) {
          guard let element = try? WireJSON.decode(Element.self, from: element) else {
            throw WireFailure(text: "malformed element of a JSON sequence", errno: EBADMSG)
          }
          take(element)
        }
      }
      return nil
    }
    guard let refusal else { return }
    switch try decode(refusal, as: JSONValue.self).reply {
    case .error(let error): throw failure(error, refusal.status)
    case .sync: throw unexpected("sync", wanted: "a sequence as", "GET", path)
    case .async: throw unexpected("async", wanted: "a sequence as", "GET", path)
    }
  }

  // MARK: -

  private func exchange<Result: Codable & Sendable>(
    _ method: String, _ path: String, query: [(String, String)], body: (any Encodable)?, retries: Bool,
    as type: Result.Type
  ) throws(ClientError) -> Envelope<Result> {
    var content: [UInt8] = []
    if let body {
      do { content = try WireJSON.encode(body) } catch {
        throw ClientError(origin: .answer, message: "cannot encode request: \(error)")
      }
    }
    let head = head(
      method, path, query: query, contentType: body == nil ? nil : "application/json", length: Int64(content.count))
    let answer = try perform(method, path, query: query, retry: retries && method == "GET") {
      connection throws(WireFailure) in
      try connection.send(head + content)
    }
    return try decode(answer, as: Result.self)
  }

  func head(
    _ method: String, _ path: String, query: [(String, String)], contentType: String?, length: Int64,
    extra: [(String, String)] = []
  ) -> [UInt8] {
    var text = "\(method) \(path)\(SnapdClient.text(of: query)) HTTP/1.1\r\nHost: localhost\r\n"
    text += "User-Agent: \(configuration.userAgent)\r\n"
    if configuration.allowInteraction { text += "X-Allow-Interaction: true\r\n" }
    if let authorization { text += "Authorization: \(authorization)\r\n" }
    if let contentType { text += "Content-Type: \(contentType)\r\n" }
    if length > 0 || method != "GET" { text += "Content-Length: \(length)\r\n" }
    for (name, value) in extra { text += "\(name): \(value)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  /// Sends a request and reads its answer, on the kept connection if it still lives.
  private func perform(
    _ method: String, _ path: String, query: [(String, String)], retry: Bool,
    send: (Connection) throws(WireFailure) -> Void
  ) throws(ClientError) -> RawAnswer {
    let limit = configuration.answerLimit
    return try perform(method, path, query: query, retry: retry, send: send) { connection throws(WireFailure) in
      try connection.receive(limit: limit)
    }
  }

  func perform<Answer>(
    _ method: String, _ path: String, query: [(String, String)], retry: Bool,
    send: (Connection) throws(WireFailure) -> Void, receive: (Connection) throws(WireFailure) -> Answer
  ) throws(ClientError) -> Answer {
    remarks.maintenance = nil
    let deadline = Clock.milliseconds() + (retry ? configuration.retryTime : 0)
    while true {
      do throws(WireFailure) {
        let connection = try usableConnection()
        do throws(WireFailure) { try send(connection) } catch {
          // The daemon may refuse before it has read everything; its answer says more than "broken pipe".
          guard error.errno == EPIPE || error.errno == ECONNRESET,
            let answer = try? receive(connection)
          else { throw error }
          self.connection = nil
          return answer
        }
        let answer = try receive(connection)
        if connection.isSpent { self.connection = nil }
        return answer
      } catch {
        connection = nil
        let gone = error.errno == ENOENT || error.errno == ECONNREFUSED || error.errno == ECONNRESET || error.errno == 0
        if retry, gone, Clock.milliseconds() < deadline {
          usleep(UInt32(configuration.retryPause) * 1000)
          continue
        }
        throw communicationFailure(method, path, query, error)
      }
    }
  }

  private func usableConnection() throws(WireFailure) -> Connection {
    if let connection, !connection.isSpent, !connection.isStale { return connection }
    let fresh = try Connection(socket: configuration.socketPath, stall: configuration.stallTime)
    connection = fresh
    return fresh
  }

  private func communicationFailure(
    _ method: String, _ path: String, _ query: [(String, String)], _ error: WireFailure
  ) -> ClientError {
    // Away for a reason that it left behind: say that instead.
    if let bytes = SnapdClient.contents(of: configuration.maintenancePath),
      let reason = try? WireJSON.decode(ErrorResult.self, from: bytes)
    {
      remarks.maintenance = reason
    }
    if error.errno == ETIMEDOUT {
      return ClientError(origin: .communication, message: "cannot communicate with server: \(error.text)")
    }
    let verb = method.prefix(1) + method.dropFirst().lowercased()
    let url = "http://localhost\(path)\(SnapdClient.text(of: query))"
    return ClientError(
      origin: .communication, message: "cannot communicate with server: \(verb) \"\(url)\": \(error.text)")
  }

  func decode<Result>(_ answer: RawAnswer, as type: Result.Type) throws(ClientError) -> Envelope<Result> {
    guard answer.contentType.hasPrefix("application/json") else {
      throw ClientError(
        origin: .answer, message: "server error: \"\(HTTPStatus.reason(answer.status))\"", status: answer.status)
    }
    do {
      var envelope = try WireJSON.decode(Envelope<Result>.self, from: answer.body)
      envelope.statusCode = answer.status
      remarks = Remarks(
        warningCount: envelope.warningCount, warningTimestamp: envelope.warningTimestamp,
        maintenance: envelope.maintenance, suggestedCurrency: envelope.suggestedCurrency)
      return envelope
    } catch {
      let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
      throw ClientError(
        origin: .answer, message: "cannot decode \"\(text)\": \(SnapdClient.reason(error))", status: answer.status)
    }
  }

  private func change<R>(of envelope: Envelope<R>, _ method: String, _ path: String) throws(ClientError) -> String {
    switch envelope.reply {
    case .async(let change, _): return change
    case .sync: throw unexpected("sync", wanted: "async", method, path)
    case .error(let error): throw failure(error, envelope.statusCode)
    }
  }

  func failure(_ error: ErrorResult, _ status: Int) -> ClientError {
    ClientError(
      origin: .daemon,
      message: error.message.isEmpty ? "server error: \"\(HTTPStatus.reason(status))\"" : error.message,
      kind: error.kind, value: error.value, status: status)
  }

  func unexpected(_ found: String, wanted: String, _ method: String, _ path: String) -> ClientError {
    ClientError(
      origin: .answer,
      message: "expected \(wanted) response for \"\(method)\" on \"\(path)\", got \"\(found)\"")
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .keyNotFound(let key, _): return "key \"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  // MARK: - Small helpers

  static func contents(of path: String) -> [UInt8]? {
    let raw = open(path, O_RDONLY | O_CLOEXEC)
    guard raw >= 0 else { return nil }
    let fd = OwnedFD(owning: raw)
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { bytes, count in
      count = max(0, Glibc.read(fd.raw, bytes.baseAddress, bytes.count))
    }
    return bytes
  }

  /// `?a=b&c=d`, escaped as Go's `url.Values.Encode` does, in the order given; empty for nothing.
  static func text(of query: [(String, String)]) -> String {
    query.isEmpty
      ? "" : "?" + query.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
  }
}
