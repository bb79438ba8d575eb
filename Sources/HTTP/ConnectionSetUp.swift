internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Makes connections of what a listener accepts.
struct ConnectionSetUp: Sendable {
  private let listener: Listener
  private let tables: [HTTPServer.Table]
  private let service: HTTPService
  private let security: TransportSecurity?

  init(_ listener: Listener, _ tables: [HTTPServer.Table], _ service: HTTPService, _ security: TransportSecurity?) {
    self.listener = listener
    self.tables = tables
    self.service = service
    self.security = security
  }

  func bootstrap(_ group: MultiThreadedEventLoopGroup) -> ServerBootstrap {
    let made = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
      .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try setUp(channel) } }
    if case .tcp = listener {
      return made.childChannelOption(.socketOption(.tcp_nodelay), value: 1)
    }
    return made
  }

  private func setUp(_ channel: any Channel) throws {
    guard let table = tables.first(where: { $0.loop === channel.eventLoop })?.value.value else { throw ClientGone() }
    let origin = try origin(of: channel)
    let client = Admission.Client(origin)
    guard service.admission.enter(client) else { throw ServerFailure.overloaded }
    do {
      let pipeline = channel.pipeline.syncOperations
      var isEncrypted = false
      if let security, case .tcp = listener {
        try pipeline.addHandler(try TLSHandler(security))
        isEncrypted = true
      }
      var decoder = NIOHTTPDecoderLimitConfiguration()
      decoder.maxHeaderFieldSize = service.limits.headerField
      decoder.maxHeaderListSize = service.limits.headerTotal
      decoder.maxHeaderFieldCount = service.limits.headerCount
      var encoder = HTTPResponseEncoder.Configuration()
      encoder.automaticallySetFramingHeaders = false
      try pipeline.configureHTTPServerPipeline(
        withErrorHandling: false, withEncoderConfiguration: encoder, withDecoderLimitConfiguration: decoder)
      // From here on the table knows it, and the connection leaves by itself.
      try pipeline.addHandler(
        HTTPConnection(origin: origin, isEncrypted: isEncrypted, table: table, channel: channel))
    } catch {
      service.admission.leave(client)
      throw error
    }
  }

  private func origin(of channel: any Channel) throws -> Origin {
    switch listener {
    case .tcp:
      guard let text = channel.remoteAddress?.ipAddress, let address = NetworkAddress(text) else { throw ClientGone() }
      return .network(address)
    case .unix(let listener):
      guard let socket = channel as? any SocketOptionProvider else { throw ClientGone() }
      let credentials: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
        level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
      // On the event loop the option is there at once.
      let box = NIOLoopBoundBox<Credentials?>(nil, eventLoop: channel.eventLoop)
      credentials.whenSuccess { box.value = $0 }
      guard let found = box.value else { throw ClientGone() }
      return .process(Peer(pid: found.pid, uid: found.uid, gid: found.gid, socket: listener.name))
    }
  }

  /// `struct ucred` of unix(7).
  private struct Credentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
  }
}
