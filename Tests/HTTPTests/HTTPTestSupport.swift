import Glibc
import Linux
import Synchronization
import TestSupport

@testable import HTTP

/// A server in a directory of its own, with endpoints that tests need.
func withServer(
  _ endpoints: [Endpoint], limits: HTTPLimits = HTTPLimits(), shutdown: Bool = true,
  _ body: (_ socket: String, _ server: HTTPServer) async throws -> Void
) async throws {
  let directory = try TemporaryDirectory()
  defer { withExtendedLifetime(directory) {} }
  let root = directory.path
  let server = try await HTTPServer.start(
    [.path("\(root)/socket", name: "main")], router: Router(endpoints), limits: limits, render: renderPlainly)
  do {
    try await body("\(root)/socket", server)
  } catch {
    await server.shutdown(grace: .zero)
    throw error
  }
  if shutdown { await server.shutdown(grace: .seconds(5)) }
}

let renderPlainly: FailureRenderer = { failure in
  Response(status: failure.status, headers: ["Content-Type": "text/plain"], body: .bytes(Array("\(failure)\n".utf8)))
}

/// A client that sends and receives exactly what a test says.
final class RawClient: Sendable {
  private let socket: OwnedFD

  init(_ path: String) throws {
    socket = OwnedFD(owning: Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let raw = socket.raw
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result != 0 { throw SyscallError("connect to", path: path, errno: errno) }
  }

  /// Sends some text; whether the server took it.
  @discardableResult
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(socket.raw, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  func endSending() { Glibc.shutdown(socket.raw, Int32(SHUT_WR)) }

  /// Everything until the server closes, or the text that is waited for has come.
  func receive(until end: String? = nil) -> String {
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      var ready = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 20_000) > 0 else { return String(decoding: text, as: UTF8.self) + "<nothing for 20 s>" }
      let count = recv(socket.raw, &chunk, chunk.count, 0)
      if count <= 0 { return String(decoding: text, as: UTF8.self) }
      text += chunk[..<count]
      if let end, String(decoding: text, as: UTF8.self).contains(end) { return String(decoding: text, as: UTF8.self) }
    }
  }
}

/// Runs curl on a socket.
func curl(_ socket: String, _ arguments: String...) throws -> String {
  let result = try ChildProcess.run(
    ["/usr/bin/curl", "-sS", "--max-time", "30", "--unix-socket", socket] + arguments, timeout: .seconds(40))
  return String(decoding: result.output + result.errorOutput, as: UTF8.self)
}

/// Something that happens once and can be waited for.
final class Signal: Sendable {
  private let state = Mutex<Bool>(false)
  var isRaised: Bool { state.withLock { $0 } }
  func raise() { state.withLock { $0 = true } }

  /// False when it does not happen within 20 s.
  func wait() -> Bool {
    for _ in 0..<20_000 {
      if isRaised { return true }
      usleep(1000)
    }
    return false
  }
}

extension Request {
  /// The process that asks.
  var peer: Peer? { if case .process(let peer) = origin { peer } else { nil } }
}
