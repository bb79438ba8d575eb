internal import Glibc
internal import Linux
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// HTTP/1.1 and 1.0: one thread for each event loop's input and output, and threads made on demand for handlers.
public final class HTTPServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let service: HTTPService
  private let tables: [Table]
  private let listeners: [any Channel]
  private let made: [(path: String, inode: UInt64)]
  /// Ports of listeners that have some, in the listeners' order.
  public let ports: [UInt16]

  /// The connections of one event loop, and the loop.
  struct Table: Sendable {
    let loop: any EventLoop
    let value: NIOLoopBound<ConnectionTable>
  }

  private init(
    group: MultiThreadedEventLoopGroup, service: HTTPService, tables: [Table], listeners: [any Channel],
    made: [(path: String, inode: UInt64)], ports: [UInt16]
  ) {
    self.group = group
    self.service = service
    self.tables = tables
    self.listeners = listeners
    self.made = made
    self.ports = ports
  }

  /// Begins to listen on unix sockets, with one event loop.
  ///
  /// - Parameters:
  ///   - listeners: sockets to make or adopt; adopted ones are owned by the server even when this throws.
  ///   - render: how errors of the server itself look.
  /// - Throws: `EADDRINUSE` when another process serves a path, `EEXIST` when something there is no socket.
  public static func start(
    _ listeners: [UnixListener], router: Router, limits: HTTPLimits = HTTPLimits(), render: @escaping FailureRenderer
  ) async throws -> HTTPServer {
    try await start(at: listeners.map { .unix($0) }, router: router, limits: limits, render: render)
  }

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - listeners: sockets to make or adopt; adopted ones are owned by the server even when this throws.
  ///   - loops: event loops, each with a thread; new connections go to one after the other.
  ///   - security: for what comes over the network; nil for none.
  ///   - render: how errors of the server itself look.
  /// - Throws: `EADDRINUSE` when another process serves a place, `EEXIST` when something at a path is no socket.
  public static func start(
    at listeners: [Listener], router: Router, limits: HTTPLimits = HTTPLimits(), loops: Int = 1,
    security: TransportSecurity? = nil, render: @escaping FailureRenderer
  ) async throws -> HTTPServer {
    // A client that leaves must be an error of the call, not the end of the daemon.
    signal(SIGPIPE, SIG_IGN)
    let service = HTTPService(limits, router, render)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    var channels: [any Channel] = []
    var made: [(path: String, inode: UInt64)] = []
    var ports: [UInt16] = []
    do {
      var tables: [Table] = []
      for loop in group.makeIterator() {
        let table = try await loop.submit { NIOLoopBound(ConnectionTable(service), eventLoop: loop) }.get()
        tables.append(Table(loop: loop, value: table))
      }
      for listener in listeners {
        let setUp = ConnectionSetUp(listener, tables, service, security)
        var sockets = try listener.open()[...]
        ports += sockets.compactMap(TCPSockets.port)
        do {
          while let socket = sockets.popFirst() {
            channels.append(try await setUp.bootstrap(group).withBoundSocket(socket).get())
          }
        } catch {
          for socket in sockets { close(socket) }
          throw error
        }
        if case .unix(.path(let path, _, _)) = listener, let status = try Files.status(path, followSymlinks: false) {
          made.append((path: path, inode: status.inode))
        }
      }
      return HTTPServer(
        group: group, service: service, tables: tables, listeners: channels, made: made, ports: ports)
    } catch {
      for channel in channels { try? await channel.close() }
      for socket in made { UnixListener.remove(socket.path, inode: socket.inode) }
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// How many connections are open.
  public func connectionCount() async throws -> Int { openConnections }
  var openConnections: Int { service.admission.connections }

  /// Stops: no new connections, requests that are being answered may finish, handlers that wait are cancelled at once;
  /// whatever is left after the grace is cut. Sockets that were made here are removed.
  public func shutdown(grace: Duration) async {
    for listener in listeners { try? await listener.close() }
    for socket in made { UnixListener.remove(socket.path, inode: socket.inode) }
    let ends = tables.map { table in
      let empty = table.loop.makePromise(of: Void.self)
      table.loop.execute { table.value.value.close(empty) }
      let late = table.loop.scheduleTask(in: TimeAmount(grace)) { table.value.value.cut() }
      return (empty: empty.futureResult, late: late)
    }
    for end in ends {
      try? await end.empty.get()
      end.late.cancel()
    }
    try? await group.shutdownGracefully()
  }
}
