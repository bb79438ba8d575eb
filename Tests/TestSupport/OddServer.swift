internal import Glibc
internal import Synchronization

/// A web server that does what a test says, right or wrong: on a port of this machine, with a thread a connection.
public final class OddServer: Sendable {
  public struct Request: Sendable {
    public var method = ""
    public var target = ""
    /// By name in lower case.
    public var headers: [String: String] = [:]
    public var body: [UInt8] = []
    /// The how-manieth of this path it is, from 0.
    public var number = 0

    public var path: String { String(target.prefix { $0 != "?" }) }
  }

  public enum Step: Sendable {
    case send([UInt8])
    /// The same bytes so many times, until the other side has enough.
    case flood([UInt8], Int)
    /// The same bytes again and again with so many milliseconds between them, until the other side gives up.
    case drip([UInt8], Int32)
    /// Nothing more, until the other side gives up.
    case hang
    case close
  }

  private let listener: Int32
  public let port: Int
  private let handler: @Sendable (Request) -> [Step]
  private let log = Mutex<[Request]>([])
  private let open = Mutex<(peers: Set<Int32>, threads: [pthread_t], isOver: Bool)>(([], [], false))

  public struct Failed: Error { public let code: Int32 }

  public init(_ handler: @escaping @Sendable (Request) -> [Step]) throws {
    self.handler = handler
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (listener, failure) = (listener, Failed(code: errno))
    port = try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard bind(listener, pointer, length) == 0, listen(listener, 64) == 0,
          getsockname(listener, pointer, &length) == 0
        else { throw failure }
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
    start { server in server.acceptAll() }
  }

  public var url: String { "http://127.0.0.1:\(port)" }
  public var requests: [Request] { log.withLock { $0 } }
  public var targets: [String] { requests.map(\.target) }

  private final class Job {
    let server: OddServer
    let body: (OddServer) -> Void
    init(_ server: OddServer, _ body: @escaping (OddServer) -> Void) { (self.server, self.body) = (server, body) }
  }

  private func start(_ body: @escaping (OddServer) -> Void) {
    var thread = pthread_t()
    let job = Unmanaged.passRetained(Job(self, body))
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
        job.body(job.server)
        return nil
      }, job.toOpaque())
    open.withLock { $0.threads.append(thread) }
  }

  public func stop() {
    open.withLock { $0.isOver = true }
    shutdown(listener, Int32(SHUT_RDWR))
    // Threads come to an end when their connections do; the one that accepts starts no others then.
    while true {
      let thread = open.withLock { open -> pthread_t? in
        for peer in open.peers { shutdown(peer, Int32(SHUT_RDWR)) }
        return open.threads.isEmpty ? nil : open.threads.removeFirst()
      }
      guard let thread else { break }
      pthread_join(thread, nil)
    }
    close(listener)
  }

  private func acceptAll() {
    while true {
      let peer = accept(listener, nil, nil)
      if peer < 0, errno == EINTR { continue }
      guard peer >= 0 else { return }
      let isOver = open.withLock { open in
        open.peers.insert(peer)
        return open.isOver
      }
      guard !isOver else {
        close(peer)
        return
      }
      start { server in server.serve(peer) }
    }
  }

  private func serve(_ peer: Int32) {
    var buffer: [UInt8] = []
    connection: while var request = receive(peer, &buffer) {
      log.withLock { log in
        request.number = log.count { $0.path == request.path }
        log.append(request)
      }
      for step in handler(request) {
        switch step {
        case .send(let bytes): guard send(peer, bytes) else { break connection }
        case .flood(let bytes, let count):
          for _ in 0..<count { guard send(peer, bytes) else { break connection } }
        case .drip(let bytes, let pause):
          var gone = pollfd(fd: peer, events: Int16(POLLIN), revents: 0)
          while poll(&gone, 1, pause) == 0 { guard send(peer, bytes) else { break connection } }
          break connection
        case .hang:
          var byte: UInt8 = 0
          while recv(peer, &byte, 1, 0) > 0 {}
          break connection
        case .close: break connection
        }
      }
    }
    open.withLock { _ = $0.peers.remove(peer) }
    close(peer)
  }

  private func send(_ peer: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private func receive(_ peer: Int32, _ buffer: inout [UInt8]) -> Request? {
    func more() -> Bool {
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = recv(peer, &chunk, chunk.count, 0)
      guard count > 0 else { return false }
      buffer += chunk[..<count]
      return true
    }
    func end() -> Int? {
      guard buffer.count >= 4 else { return nil }
      return (0...buffer.count - 4).first { buffer[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
    }
    while end() == nil { guard more() else { return nil } }
    guard let end = end() else { return nil }
    var request = Request()
    let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
    let parts = lines.first?.split(separator: " ") ?? []
    if parts.count == 3 { (request.method, request.target) = (String(parts[0]), String(parts[1])) }
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      request.headers[line[..<colon].lowercased()] = String(value)
    }
    buffer.removeFirst(end + 4)
    let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
    while buffer.count < length { guard more() else { return nil } }
    request.body = Array(buffer[..<length])
    buffer.removeFirst(length)
    return request
  }

  // MARK: Answers

  public static func head(_ status: Int, _ headers: [String]) -> [UInt8] {
    Array(("HTTP/1.1 \(status) X\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
  }

  /// An answer as it should be.
  public static func answer(_ body: [UInt8], _ status: Int = 200, _ headers: [String] = []) -> [Step] {
    [.send(head(status, ["Content-Length: \(body.count)"] + headers) + body)]
  }

  public static func json(_ text: String, _ status: Int = 200, _ headers: [String] = []) -> [Step] {
    answer(Array(text.utf8), status, ["Content-Type: application/json"] + headers)
  }
}
