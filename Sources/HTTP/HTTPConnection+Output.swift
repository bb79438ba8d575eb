internal import Linux
internal import NIOCore
internal import NIOHTTP1

/// The writing side of a connection.
struct HTTPOutput {
  /// The head has been written and the end has not.
  var isOpen = false
  /// The request was a HEAD: everything is sent but the body.
  var isHead = false
  /// The status has no body.
  var isEmpty = false
  /// Bytes still to come of a body with a known length.
  var left: Int64?
  /// Pieces written that the socket has not taken.
  var outstanding = 0
  var progress = NIODeadline.now()
  var watch: Scheduled<Void>?
  var closesWhenWritten = false
  /// Handlers that wait for room.
  var waiting: [CheckedContinuation<Void, any Error>] = []
}

extension HTTPConnection {
  /// Pieces are no larger, so that a slow reader's progress can be seen.
  private static let piece = 64 * 1024

  /// Sends an answer that needs no handler.
  func answer(_ response: Response) {
    guard case .bytes(let bytes) = response.body else { return cut() }
    open(response, length: Int64(bytes.count))
    write(bytes)
    end()
  }

  /// Sends the head.
  ///
  /// - Parameter length: of the body; nil when it is not known.
  func open(_ response: Response, length: Int64?) {
    var headers = HTTPHeaders()
    for field in response.headers.fields { headers.add(name: field.name, value: field.value) }
    for name in ["content-length", "transfer-encoding", "connection"] { headers.remove(name: name) }
    let status = HTTPResponseStatus(statusCode: response.status)
    output.isEmpty = !status.mayHaveResponseBody
    output.left = output.isEmpty ? 0 : length
    if !output.isEmpty {
      if let length {
        headers.add(name: "Content-Length", value: "\(length)")
      } else if version.minor >= 1 {
        headers.add(name: "Transfer-Encoding", value: "chunked")
      } else {
        keepAlive = false  // the end of the connection is the end of the body
      }
    }
    if table.isClosing { keepAlive = false }
    if !keepAlive {
      headers.add(name: "Connection", value: "close")
    } else if version.minor == 0 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    output.isOpen = true
    send(.head(HTTPResponseHead(version: version, status: status, headers: headers)))
  }

  /// Sends some of the body; nothing for requests and statuses that have none.
  func write(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !output.isHead, !output.isEmpty else { return }
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.piece, bytes.count)
      send(.body(.byteBuffer(ByteBuffer(bytes: bytes[start..<end]))))
      start = end
    }
  }

  /// Ends the answer. One that is shorter than it said cuts the connection, so that nobody takes it for the whole.
  func end() {
    guard output.isOpen else { return }
    if let left = output.left, left != 0, !output.isHead, exchange?.isStreaming ?? false { return cut() }
    let closes = answerEnds()
    let drains = !isDone && !closes
    output.isOpen = false
    output.isHead = false
    send(.end(nil))
    context?.flush()
    if closes { closeWhenWritten() } else if drains { readOn() }
  }

  /// Sends a piece of a streamed body; the continuation goes on when there is room for more.
  func write(_ bytes: [UInt8], from exchange: HTTPExchange, _ continuation: CheckedContinuation<Void, any Error>) {
    guard self.exchange === exchange, output.isOpen, context != nil else {
      return continuation.resume(throwing: ClientGone())
    }
    if let left = output.left {
      guard left >= Int64(bytes.count) else {
        cut()
        return continuation.resume(throwing: BodyTooLarge(limit: left))
      }
      output.left = left - Int64(bytes.count)
    }
    write(bytes)
    context?.flush()
    guard context != nil else { return continuation.resume(throwing: ClientGone()) }
    if channel.isWritable { continuation.resume() } else { output.waiting.append(continuation) }
  }

  /// The same for a piece of a file.
  func write(
    _ file: SharedFile, _ piece: Range<Int64>, from exchange: HTTPExchange,
    _ continuation: CheckedContinuation<Void, any Error>
  ) {
    guard self.exchange === exchange, output.isOpen, context != nil else {
      return continuation.resume(throwing: ClientGone())
    }
    output.left = output.left.map { $0 - Int64(piece.count) }
    if !output.isHead, !output.isEmpty {
      // The handle that NIO wants closes its descriptor: it gets one of its own.
      let copy: NIOFileHandle
      do {
        copy = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: try file.descriptor.duplicate().release())
      } catch {
        cut()
        return continuation.resume(throwing: error)
      }
      let region = FileRegion(fileHandle: copy, readerIndex: Int(piece.lowerBound), endIndex: Int(piece.upperBound))
      send(.body(.fileRegion(region))) { try? copy.close() }
    }
    context?.flush()
    guard context != nil else { return continuation.resume(throwing: ClientGone()) }
    if channel.isWritable { continuation.resume() } else { output.waiting.append(continuation) }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      let waiting = output.waiting
      output.waiting = []
      for continuation in waiting { continuation.resume() }
    }
    context.fireChannelWritabilityChanged()
  }

  /// Nothing can be written any more.
  func failOutput(_ error: any Error) {
    output.isOpen = false
    output.watch?.cancel()
    let waiting = output.waiting
    output.waiting = []
    for continuation in waiting { continuation.resume(throwing: error) }
  }

  /// Closes when the socket has taken everything.
  func closeWhenWritten() {
    isDone = true
    deadline?.cancel()
    output.closesWhenWritten = true
    if output.outstanding == 0 { cut() }
  }

  private func send(_ part: HTTPServerResponsePart, whenWritten done: (() -> Void)? = nil) {
    guard let context else {
      done?()
      return
    }
    if output.outstanding == 0 { output.progress = .now() }
    output.outstanding += 1
    watchOutput()
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [weak self] result in
      done?()
      self?.written(result)
    }
    context.write(wrapOutboundOut(part), promise: written)
  }

  private func written(_ result: Result<Void, any Error>) {
    output.outstanding -= 1
    output.progress = .now()
    if case .failure = result { return cut() }
    if output.outstanding == 0 {
      output.watch?.cancel()
      output.watch = nil
      if output.closesWhenWritten { cut() }
    }
  }

  /// Cuts a client that takes nothing for too long.
  private func watchOutput() {
    guard output.watch == nil else { return }
    let time = TimeAmount(table.limits.writeTime)
    output.watch = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      guard let self else { return }
      output.watch = nil
      guard output.outstanding > 0 else { return }
      if NIODeadline.now() - output.progress >= time { return cut() }
      watchOutput()
    }
  }
}
