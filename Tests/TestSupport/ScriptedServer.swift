import Glibc
import Synchronization

/// A daemon that says what a test told it to: HTTP/1.1 on a unix socket, one connection after the other.
public final class ScriptedServer: Sendable {
  /// A request as it came.
  public struct Request: Sendable {
    public var method: String
    /// With the query.
    public var target: String
    public var headers: [String: String]
    public var body: [UInt8]
  }

  /// The directory that stands for `/`.
  public var root: String { directory.path }
  private let directory: TemporaryDirectory
  public var socketPath: String { root + "/run/snapd.socket" }
  private let answers: Mutex<[String: [String]]>
  private let log = Mutex<[Request]>([])
  private let listener: Int32
  private let thread = Mutex<UInt>(0)

  /// - Parameter answers: by "METHOD /path?query": whole HTTP answers, given in turn; the last one again and again.
  ///   An answer of "" closes the connection. An answer that begins with "EARLY" is sent (without that word) before
  ///   the body is read, and the connection closed.
  public init(_ answers: [String: [String]]) throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    let root = directory.path
    mkdir(root + "/run", 0o755)
    self.answers = Mutex(answers)
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array((root + "/run/snapd.socket").utf8)) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0, listen(listener, 16) == 0 else { throw Failed(call: "bind", code: errno) }
    var id: pthread_t = 0
    pthread_create(
      &id, nil,
      { argument in
        if let argument { Unmanaged<ScriptedServer>.fromOpaque(argument).takeRetainedValue().serve() }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    thread.withLock { $0 = id }
  }

  public struct Failed: Error {
    public let call: String
    public let code: Int32
  }

  /// What was asked so far.
  public var requests: [Request] { log.withLock { $0 } }

  /// "METHOD target" of each request.
  public var lines: [String] { requests.map { "\($0.method) \($0.target)" } }

  /// Ends the server and removes its directory.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    let id = thread.withLock { id in
      defer { id = 0 }
      return id
    }
    if id != 0 { pthread_join(id, nil) }
    close(listener)
    try? directory.remove()
  }

  /// An answer with a JSON body.
  public static func json(_ body: String, status: Int = 200) -> String {
    "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// A sync envelope around a result.
  public static func sync(_ result: String, _ more: String = "") -> String {
    json(#"{"type":"sync","status-code":200,"status":"OK","result":\#(result)\#(more)}"#)
  }

  /// An async envelope with a change.
  public static func async(_ change: String) -> String {
    json(#"{"type":"async","status-code":202,"status":"Accepted","change":"\#(change)","result":null}"#, status: 202)
  }

  /// An error envelope.
  public static func error(_ message: String, kind: String? = nil, value: String = "null", status: Int = 400) -> String
  {
    let kindText = kind.map { #","kind":"\#($0)""# } ?? ""
    return json(
      #"{"type":"error","status-code":\#(status),"result":{"message":"\#(message)"\#(kindText),"value":\#(value)}}"#,
      status: status)
  }

  private func serve() {
    while true {
      let peer = accept(listener, nil, nil)
      if peer < 0 {
        if errno == EINTR { continue }
        return
      }
      var limit = timeval(tv_sec: 30, tv_usec: 0)
      setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var buffer: [UInt8] = []
      while let request = receive(peer, &buffer) {
        let answer = answer(to: request)
        if answer.isEmpty { break }
        let bytes = Array(answer.utf8)
        _ = bytes.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if answer.hasPrefix("HTTP/1.0") { break }
      }
      close(peer)
    }
  }

  private func answer(to request: Request) -> String {
    log.withLock { $0.append(request) }
    return answers.withLock { answers in
      let key = "\(request.method) \(request.target)"
      guard var list = answers[key], let first = list.first else {
        return ScriptedServer.error("no answer for \(key)", status: 500)
      }
      if list.count > 1 {
        list.removeFirst()
        answers[key] = list
      }
      return first
    }
  }

  private func receive(_ peer: Int32, _ buffer: inout [UInt8]) -> Request? {
    func more() -> Bool {
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = recv(peer, &chunk, chunk.count, 0)
      if count > 0 { buffer += chunk.prefix(count) }
      return count > 0
    }
    let end = Array("\r\n\r\n".utf8)
    var head: [UInt8]?
    while head == nil {
      if buffer.count >= 4, let at = (0...(buffer.count - 4)).first(where: { Array(buffer[$0..<$0 + 4]) == end }) {
        head = Array(buffer[..<at])
        buffer.removeFirst(at + 4)
      } else if !more() {
        return nil
      }
    }
    let text = String(decoding: head ?? [], as: UTF8.self)
    let lines = text.split(separator: "\r\n").map { String($0) }
    let words = (lines.first ?? "").split(separator: " ").map { String($0) }
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    let key = "\(words[0]) \(words[1])"
    if let early = answers.withLock({ $0[key]?.first }), early.hasPrefix("EARLY") {
      let bytes = Array(early.utf8.dropFirst(5))
      _ = bytes.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      return nil
    }
    let length = Int(headers["content-length"] ?? "0") ?? 0
    while buffer.count < length { if !more() { return nil } }
    let body = Array(buffer.prefix(length))
    buffer.removeFirst(length)
    return Request(method: words[0], target: words[1], headers: headers, body: body)
  }
}
