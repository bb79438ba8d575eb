internal import Glibc
internal import Linux
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// HTTP/1.1 and 1.0 on unix sockets: one thread for all input and output, and threads made on demand for handlers.
public final class HTTPServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let table: NIOLoopBound<ConnectionTable>
  private let listeners: [any Channel]
  private let made: [(path: String, inode: UInt64)]

  private init(
    group: MultiThreadedEventLoopGroup, table: NIOLoopBound<ConnectionTable>, listeners: [any Channel],
    made: [(path: String, inode: UInt64)]
  ) {
    self.group = group
    self.table = table
    self.listeners = listeners
    self.made = made
  }

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - listeners: sockets to make or adopt; adopted ones are owned by the server even when this throws.
  ///   - render: how errors of the server itself look.
  /// - Throws: `EADDRINUSE` when another process serves a path, `EEXIST` when something there is no socket.
  public static func start(
    _ listeners: [UnixListener], router: Router, limits: HTTPLimits = HTTPLimits(), render: @escaping FailureRenderer
  ) async throws -> HTTPServer {
    // A client that leaves must be an error of the call, not the end of the daemon.
    signal(SIGPIPE, SIG_IGN)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    var channels: [any Channel] = []
    var made: [(path: String, inode: UInt64)] = []
    do {
      let table = try await loop.submit {
        NIOLoopBound(ConnectionTable(limits: limits, router: router, render: render), eventLoop: loop)
      }.get()
      for listener in listeners {
        let descriptor = try listener.open()
        channels.append(try await bootstrap(group, table, listener.name, limits).withBoundSocket(descriptor).get())
        if case .path(let path, _, _) = listener, let status = try Files.status(path, followSymlinks: false) {
          made.append((path: path, inode: status.inode))
        }
      }
      return HTTPServer(group: group, table: table, listeners: channels, made: made)
    } catch {
      for channel in channels { try? await channel.close() }
      for socket in made { UnixListener.remove(socket.path, inode: socket.inode) }
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ table: NIOLoopBound<ConnectionTable>, _ name: String, _ limits: HTTPLimits
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 128)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let socket = channel as? any SocketOptionProvider else { throw ClientGone() }
          let credentials: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
          // On the event loop the option is there at once.
          let box = NIOLoopBoundBox<Credentials?>(nil, eventLoop: channel.eventLoop)
          credentials.whenSuccess { box.value = $0 }
          guard let found = box.value else { throw ClientGone() }
          let peer = Peer(pid: found.pid, uid: found.uid, gid: found.gid, socket: name)
          guard table.value.admits(peer) else { throw ServerFailure.overloaded }
          var decoder = NIOHTTPDecoderLimitConfiguration()
          decoder.maxHeaderFieldSize = limits.headerField
          decoder.maxHeaderListSize = limits.headerTotal
          decoder.maxHeaderFieldCount = limits.headerCount
          var encoder = HTTPResponseEncoder.Configuration()
          encoder.automaticallySetFramingHeaders = false
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withErrorHandling: false, withEncoderConfiguration: encoder, withDecoderLimitConfiguration: decoder)
          try channel.pipeline.syncOperations.addHandler(
            HTTPConnection(peer: peer, table: table.value, channel: channel))
        }
      }
  }

  /// `struct ucred` of unix(7).
  private struct Credentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
  }

  /// How many connections are open.
  public func connectionCount() async throws -> Int {
    let table = self.table
    return try await group.next().submit { table.value.count }.get()
  }

  /// Stops: no new connections, requests that are being answered may finish, handlers that wait are cancelled at once;
  /// whatever is left after the grace is cut. Sockets that were made here are removed.
  public func shutdown(grace: Duration) async {
    for listener in listeners { try? await listener.close() }
    for socket in made { UnixListener.remove(socket.path, inode: socket.inode) }
    let loop = group.next()
    let empty = loop.makePromise(of: Void.self)
    let table = self.table
    loop.execute { table.value.close(empty) }
    let late = loop.scheduleTask(in: TimeAmount(grace)) { table.value.cut() }
    try? await empty.futureResult.get()
    late.cancel()
    try? await group.shutdownGracefully()
  }
}
