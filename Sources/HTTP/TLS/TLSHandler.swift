internal import CSSL
internal import NIOCore

/// The server's end of TLS on one connection: bytes of the socket on one side, plain text on the other. OpenSSL reads and
/// writes memory only, so it never blocks. Everything here happens on the event loop.
final class TLSHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let session: OpaquePointer
  /// What came from the socket, and what goes to it; owned by `session`.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private var isOpen = false
  private var isBroken = false

  init(_ security: TransportSecurity) throws {
    guard let session = SSL_new(security.current.handle) else { throw TLSError("begin a TLS connection") }
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(session)
      throw TLSError("begin a TLS connection")
    }
    SSL_set_bio(session, incoming, outgoing)
    SSL_set_accept_state(session)
    self.session = session
    self.incoming = incoming
    self.outgoing = outgoing
  }

  deinit { SSL_free(session) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isBroken else { return }
    let taken = Self.unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
      BIO_write(incoming, bytes.baseAddress, Int32(clamping: bytes.count)) == bytes.count
    }
    guard taken, shakeHands(context) else { return fail(context) }
    if isOpen { readPlainText(context) }
  }

  /// - Returns: false when there can be no connection.
  private func shakeHands(_ context: ChannelHandlerContext) -> Bool {
    if isOpen { return true }
    ERR_clear_error()
    let result = SSL_do_handshake(session)
    sendOutgoing(context, nil)
    context.flush()
    if result == 1 {
      isOpen = true
      return true
    }
    return SSL_get_error(session, result) == SSL_ERROR_WANT_READ
  }

  private func readPlainText(_ context: ChannelHandlerContext) {
    while !isBroken {
      ERR_clear_error()
      var buffer = context.channel.allocator.buffer(capacity: 16 * 1024)
      let count = buffer.withUnsafeMutableWritableBytes { room in
        SSL_read(session, room.baseAddress, Int32(clamping: room.count))
      }
      guard count > 0 else {
        switch SSL_get_error(session, count) {
        case SSL_ERROR_WANT_READ: break
        // The client sends nothing more; it may wait for its answer.
        case SSL_ERROR_ZERO_RETURN: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        default: fail(context)
        }
        break
      }
      buffer.moveWriterIndex(forwardBy: Int(count))
      context.fireChannelRead(Self.wrapInboundOut(buffer))
    }
    // Answers to what the other end said of keys.
    sendOutgoing(context, nil)
    context.flush()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let buffer = Self.unwrapOutboundIn(data)
    guard isOpen, !isBroken else {
      promise?.fail(ClientGone())
      return
    }
    ERR_clear_error()
    let written = buffer.withUnsafeReadableBytes { bytes in
      bytes.isEmpty || SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)) == bytes.count
    }
    guard written else {
      promise?.fail(ClientGone())
      return fail(context)
    }
    sendOutgoing(context, promise)
  }

  /// Hands what OpenSSL has written to the socket.
  private func sendOutgoing(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    let count = BIO_ctrl_pending(outgoing)
    guard count > 0 else {
      promise?.succeed()
      return
    }
    var buffer = context.channel.allocator.buffer(capacity: count)
    let taken = buffer.withUnsafeMutableWritableBytes { room in
      BIO_read(outgoing, room.baseAddress, Int32(clamping: min(count, room.count)))
    }
    buffer.moveWriterIndex(forwardBy: max(0, Int(taken)))
    context.write(Self.wrapOutboundOut(buffer), promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if isOpen, !isBroken, mode != .input {
      isBroken = true
      ERR_clear_error()
      SSL_shutdown(session)
      sendOutgoing(context, nil)
      context.flush()
    }
    context.close(mode: mode, promise: promise)
  }

  /// Ends a connection that went wrong; what OpenSSL has to say of it goes out first.
  private func fail(_ context: ChannelHandlerContext) {
    guard !isBroken else { return }
    isBroken = true
    sendOutgoing(context, nil)
    context.flush()
    context.close(promise: nil)
  }
}
