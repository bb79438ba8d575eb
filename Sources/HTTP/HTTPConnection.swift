internal import NIOCore
internal import NIOHTTP1

/// One client's connection: reads a request, has it answered, reads the next. Everything here happens on the event
/// loop; handlers run elsewhere and come back through ``HTTPExchange``.
final class HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// What is done with the request's body.
  enum Input {
    /// There is no request.
    case none
    case collecting([UInt8], limit: Int, start: ([UInt8]) -> Void)
    case streaming(BodyStream.Producer.Source, left: Int64)
    /// Nobody wants it.
    case discarding(left: Int)
    /// All of it has been read.
    case ended
  }

  let origin: Origin
  let table: ConnectionTable
  let channel: any Channel
  var context: ChannelHandlerContext?

  var input = Input.none
  /// The request being answered.
  var exchange: HTTPExchange?
  /// Where the answer goes; its body may come in pieces.
  var output = HTTPOutput()
  var keepAlive = true
  /// Nothing more is read or begun; the connection closes when what was written has gone out.
  var isDone = false
  private(set) var version = HTTPVersion.http1_1
  var awaitsContinue = false
  private var reading = false
  private var reserved = 0
  var deadline: Scheduled<Void>?
  /// How a streamed body comes in.
  var pace = BodyPace()

  /// What is sent passes through TLS.
  let isEncrypted: Bool

  init(origin: Origin, isEncrypted: Bool, table: ConnectionTable, channel: any Channel) {
    self.isEncrypted = isEncrypted
    self.origin = origin
    self.table = table
    self.channel = channel
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    table.add(self)
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) { begin(context) }

  private func begin(_ context: ChannelHandlerContext) {
    guard deadline == nil else { return }
    setDeadline(table.limits.headerTime) { $0.cut() }
    read()
  }

  func channelInactive(context: ChannelHandlerContext) { leave() }
  func handlerRemoved(context: ChannelHandlerContext) { leave() }

  /// The client has gone, or was cut: whoever works for it is told.
  private func leave() {
    deadline?.cancel()
    context = nil
    table.remove(self)
    endInput(ClientGone())
    exchange?.abandon()
    exchange = nil
    failOutput(ClientGone())
  }

  func cut() { context?.close(promise: nil) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      // A client may say that it sends nothing more and still wait for its answer.
      keepAlive = false
      switch input {
      case .ended where exchange != nil || output.isOpen: break
      default: closeWhenWritten()
      }
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, exchange == nil, !output.isOpen else { return cut() }
    // The rest of a body whose answer has gone out.
    if case .discarding = input { return closeWhenWritten() }
    keepAlive = false
    deadline?.cancel()
    endInput(error)
    version = .http1_1
    answer(table.render(error == .headerOverflow ? .headersTooLarge : .malformed))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isDone { return }
    switch Self.unwrapInboundIn(data) {
    case .head(let head): begin(head)
    case .body(let bytes): take(bytes)
    case .end: finishInput()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    reading = false
    read()
  }

  /// Asks the socket for more, when somebody wants it.
  func read() {
    guard !reading, !isDone, let context else { return }
    switch input {
    case .none, .collecting, .discarding: break
    case .streaming: if !pace.wanted { return }
    case .ended: return
    }
    reading = true
    context.read()
  }

  func setDeadline(_ time: Duration, _ act: @escaping (HTTPConnection) -> Void) {
    deadline?.cancel()
    deadline = channel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { [weak self] in
      if let self { act(self) }
    }
  }

  // MARK: The request

  private func begin(_ head: HTTPRequestHead) {
    deadline?.cancel()
    version = head.version
    keepAlive = head.isKeepAlive && !table.isClosing
    input = .discarding(left: table.limits.drainBytes)
    output.isHead = head.method == .HEAD
    awaitsContinue = head.headers.first(name: "expect")?.lowercased() == "100-continue" && head.version == .http1_1
    let origin = origin(of: head)
    guard table.service.admission.admitsRequest(Admission.Client(origin)) else { return refuse(.tooMany) }
    guard let target = RequestTarget(head.uri) else { return refuse(.malformed) }
    let method = head.method.rawValue
    switch table.router.match(method: method, segments: target.segments) {
    case .notFound: refuse(.notFound(path: target.path))
    case .methodNotAllowed(let allowed): refuse(.methodNotAllowed(method: method, allowed: allowed))
    case .endpoint(let endpoint, let captures):
      let request = Request(
        method: method, target: target, captures: captures,
        headers: Headers(head.headers.map { (name: $0.name, value: $0.value) }), origin: origin,
        isEncrypted: isEncrypted)
      if let refusal = endpoint.gate(request) {
        return refuse(refusal)
      }
      accept(request, endpoint)
    }
  }

  /// Who asks: the other end, or whom a trusted proxy names. A proxy adds to the end of what it was sent, so only the
  /// last name is its own.
  private func origin(of head: HTTPRequestHead) -> Origin {
    guard let address = origin.address, table.limits.proxies.contains(address) else { return origin }
    let last = head.headers["x-forwarded-for"].last?.utf8.split(separator: UInt8(ascii: ",")).last
    let name = last.map { String(Substring($0)).filter { $0 != " " } }
    return name.flatMap { NetworkAddress($0) }.map { .network($0) } ?? origin
  }

  private func refuse(_ failure: ServerFailure) { refuse(table.render(failure)) }

  /// Answers before the body has been read. A client that waits to be told to send it will not, or will after all: it
  /// can't be known, so the connection ends.
  private func refuse(_ response: Response) {
    if awaitsContinue { keepAlive = false }
    answer(response)
  }

  private func accept(_ request: Request, _ endpoint: Endpoint) {
    let length = request.headers["content-length"].flatMap { Int64($0) }
    let isForm = (request.headers["content-type"] ?? "").lowercased().hasPrefix("multipart/form-data")
    let streamLimit: Int64?
    switch endpoint.body {
    case .streamedForm where isForm: streamLimit = .max
    case .streamed(let limit): streamLimit = limit ?? .max
    case .streamedForm(let limit), .collected(let limit):
      streamLimit = nil
      if let length, length > Int64(limit) { return refuse(.bodyTooLarge(limit: Int64(limit))) }
    }
    if let streamLimit {
      if let length, length > streamLimit { return refuse(.bodyTooLarge(limit: streamLimit)) }
      stream(request, endpoint, limit: streamLimit)
    } else {
      let limit =
        switch endpoint.body {
        case .streamedForm(let limit), .collected(let limit): limit
        case .streamed: 0
        }
      sendContinue()
      setDeadline(table.limits.bodyTime) { $0.refuseBody(.timeout) }
      input = .collecting([], limit: limit) { [self] bytes in
        var request = request
        request.body = bytes
        request.stream = BodyStream(bytes)
        start(request, endpoint)
      }
    }
  }

  private func stream(_ request: Request, _ endpoint: Endpoint, limit: Int64) {
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    let loop = channel.eventLoop
    let made = BodyStream.make(
      BodyStream.Demand(
        more: { loop.execute { bound.value.want() } }, ended: { loop.execute { bound.value.dropInput() } }))
    var request = request
    request.stream = made.body
    input = .streaming(made.source, left: limit)
    pace = BodyPace()
    watchPace()
    sendContinue()
    start(request, endpoint)
  }

  /// The reader of a streamed body wants more.
  private func want() {
    guard case .streaming = input else { return }
    pace.resume()
    read()
  }

  private func sendContinue() {
    guard awaitsContinue, let context, !output.isOpen else { return }
    awaitsContinue = false
    context.writeAndFlush(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
  }

  /// The reader of a streamed body has let go of it.
  private func dropInput() {
    if case .streaming = input {
      input = .discarding(left: table.limits.drainBytes)
      // While the handler still works the rest may wait in the socket; it is read after the answer.
    }
  }

  /// Cuts a client that sends a streamed body too slowly, not counting the time in which the handler was busy.
  private func watchPace() {
    setDeadline(table.limits.bodyTime) { connection in
      guard case .streaming(let source, _) = connection.input else { return }
      let window = connection.pace.restart()
      if window.bytes < connection.table.limits.streamMinimum,
        window.waited * 2 >= TimeAmount(connection.table.limits.bodyTime)
      {
        source.finish(ServerFailure.timeout)
        return connection.cut()
      }
      connection.watchPace()
    }
  }

  private func start(_ request: Request, _ endpoint: Endpoint) {
    if case .collecting = input { input = .ended }
    let exchange = HTTPExchange(self, waits: endpoint.waits)
    self.exchange = exchange
    exchange.start(request, endpoint, table.render, on: table.pool)
    if table.isClosing, endpoint.waits { exchange.cancel() }
  }

  private func take(_ bytes: ByteBuffer) {
    let count = bytes.readableBytes
    switch input {
    case .none, .ended: break
    case .discarding(let left):
      input = .discarding(left: left - count)
      if left < count { cut() }
    case .collecting(var body, let limit, let start):
      guard body.count + count <= limit else { return refuseBody(.bodyTooLarge(limit: Int64(limit))) }
      guard table.reserve(count) else { return refuseBody(.overloaded) }
      reserved += count
      input = .none  // so that the bytes are not copied
      body.append(contentsOf: bytes.readableBytesView)
      input = .collecting(body, limit: limit, start: start)
    case .streaming(let source, let left):
      guard left >= Int64(count) else {
        source.finish(BodyTooLarge(limit: left))
        input = .discarding(left: table.limits.drainBytes)
        return
      }
      input = .streaming(source, left: left - Int64(count))
      pace.bytes += count
      switch source.yield(Array(bytes.readableBytesView)) {
      case .produceMore: break
      case .stopProducing: pace.pause()
      case .dropped: dropInput()
      }
    }
  }

  private func refuseBody(_ failure: ServerFailure) {
    releaseReserved()
    keepAlive = false
    input = .discarding(left: table.limits.drainBytes)
    answer(table.render(failure))
  }

  private func finishInput() {
    switch input {
    case .collecting(let body, _, let start):
      deadline?.cancel()
      input = .ended
      start(body)
    case .streaming(let source, _):
      deadline?.cancel()
      input = .ended
      source.finish()
    case .discarding, .none:
      input = .ended
      if !output.isOpen, exchange == nil { drained() }
    case .ended: break
    }
  }

  /// Ends a body that is not complete.
  private func endInput(_ error: any Error) {
    if case .streaming(let source, _) = input { source.finish(error) }
    input = .ended
    releaseReserved()
  }

  private func releaseReserved() {
    table.release(reserved)
    reserved = 0
  }

  // MARK: After the answer

  /// The request being answered asks for no body.
  var isHeadRequest: Bool { output.isHead }

  /// Reads what is left of the request, or the next one.
  func readOn() {
    reading = false
    read()
  }

  /// The answer is about to be complete. Called before its end is written, because writing it brings in the next
  /// request at once when the client has sent it already.
  ///
  /// - Returns: whether to close once everything has been written.
  func answerEnds() -> Bool {
    exchange = nil
    releaseReserved()
    if case .streaming = input { dropInput() }
    if case .ended = input { return !goesOn() }
    // The body will not come, or can't be told from a request.
    if awaitsContinue {
      isDone = true
      return true
    }
    setDeadline(table.limits.drainTime) { $0.cut() }
    return false
  }

  /// Makes ready for the next request; false when there is none to be.
  private func goesOn() -> Bool {
    guard keepAlive, !table.isClosing else {
      isDone = true
      return false
    }
    input = .none
    awaitsContinue = false
    setDeadline(table.limits.idleTime) { $0.cut() }
    return true
  }

  /// The rest of a body that nobody wanted has been read, after its answer.
  private func drained() {
    if goesOn() { read() } else { closeWhenWritten() }
  }

  /// The server shuts down.
  func finishAndClose() {
    keepAlive = false
    guard exchange != nil || output.isOpen else { return closeWhenWritten() }
    if let exchange, exchange.waits { exchange.cancel() }
  }
}

extension ServerFailure: Error {}
