internal import CLinux
internal import Glibc
internal import Host
public import Linux
internal import SessionAgents
internal import Synchronization

/// Listens for the daemon, and for programs of the same user.
public final class AgentServer: Sendable {
  private let socket: OwnedFD
  private let routes: AgentRoutes
  private let isBusy: @Sendable () -> Bool
  private let uid: UInt32
  private let open = Mutex(0)
  /// Longest body of a request, in bytes.
  static let bodyLimit = 1 << 20
  /// Most connections at once.
  static let mostConnections = 32
  /// How long a caller may take for each part of its request.
  static let patience = 10

  /// - Parameters:
  ///   - socket: it listens.
  ///   - isBusy: whether to stay although nobody asks.
  public init(
    socket: consuming OwnedFD, routes: AgentRoutes, uid: UInt32, isBusy: @escaping @Sendable () -> Bool
  ) {
    self.socket = socket
    self.routes = routes
    self.uid = uid
    self.isBusy = isBusy
  }

  /// Serves until nobody has asked for anything for a while and there is nothing to stay for, or `stop` is readable.
  public func run(idle: Duration, stop: Int32 = -1) {
    let milliseconds = Int32(
      clamping: idle.components.seconds * 1000 + idle.components.attoseconds / 1_000_000_000_000_000)
    while true {
      var polls = [
        pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&polls, 2, milliseconds)
      if count < 0, errno == EINTR { continue }
      if count < 0 || polls[1].revents != 0 { return }
      guard count > 0 else {
        if open.withLock({ $0 }) == 0, !isBusy() { return }
        continue
      }
      let raw = cl_session_accept(socket.raw)
      guard raw >= 0 else {
        // Out of descriptors, perhaps: not in a circle.
        if raw == -EMFILE || raw == -ENFILE { _ = poll(nil, 0, 100) }
        continue
      }
      take(raw)
    }
  }

  private func take(_ raw: Int32) {
    let isFull = open.withLock { count in
      if count >= Self.mostConnections { return true }
      count += 1
      return false
    }
    if isFull {
      close(raw)
      return
    }
    do {
      try startThread(named: "caller") {
        self.serve(OwnedFD(owning: raw))
        self.open.withLock { $0 -= 1 }
      }
    } catch {
      close(raw)
      open.withLock { $0 -= 1 }
    }
  }

  /// One request, one answer. Who asks is found out before anything is read.
  private func serve(_ connection: consuming OwnedFD) {
    var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
    setsockopt(connection.raw, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(connection.raw, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let peer = UnixSockets.peer(of: connection)
    guard let peer, peer.uid == 0 || peer.uid == uid else {
      send(AgentRoutes.refuse(403, "forbidden"), connection.raw)
      return
    }
    var bytes: [UInt8] = []
    let end = ContinuousClock.now + .seconds(3 * Self.patience)
    while ContinuousClock.now < end {
      do throws(HTTPMessage.Malformed) {
        if let request = try HTTPMessage(bytes, limit: Self.bodyLimit) {
          send(routes.answer(request), connection.raw)
          return
        }
      } catch {
        let status = error == .tooLarge ? 413 : error == .chunked ? 501 : 400
        send(AgentRoutes.refuse(status, "\(error)"), connection.raw)
        return
      }
      var received = 0
      bytes += [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
        received = recv(connection.raw, buffer.baseAddress, buffer.count, 0)
        count = max(0, received)
      }
      if received == 0 || received < 0 && errno != EINTR { return }
    }
  }

  private func send(_ message: HTTPMessage, _ descriptor: Int32) {
    var bytes = message.bytes[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if sent < 0, errno == EINTR { continue }
      guard sent > 0 else { return }
      bytes = bytes.dropFirst(sent)
    }
    // What the caller still sends must not turn the answer into a reset.
    shutdown(descriptor, Int32(SHUT_WR))
    var rest = [UInt8](repeating: 0, count: 1 << 12)
    for _ in 0..<256 where recv(descriptor, &rest, rest.count, 0) <= 0 { break }
  }
}
