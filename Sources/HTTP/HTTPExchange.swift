internal import NIOCore
internal import Synchronization
internal import Threads

/// One request being answered: the handler's task on one side, the connection on the other.
final class HTTPExchange: Sendable {
  /// The handler may be cancelled when the server shuts down.
  let waits: Bool
  private let connection: NIOLoopBound<HTTPConnection>
  private let loop: any EventLoop
  private struct State {
    var task: Task<Void, Never>?
    var isGone = false
    var isStreaming = false
  }
  private let state = Mutex(State())

  init(_ connection: HTTPConnection, waits: Bool) {
    loop = connection.channel.eventLoop
    self.connection = NIOLoopBound(connection, eventLoop: loop)
    self.waits = waits
  }

  /// The answer's body comes from a closure.
  var isStreaming: Bool { state.withLock { $0.isStreaming } }

  /// Runs the handler and sends what it answers.
  func start(_ request: Request, _ endpoint: Endpoint, _ render: @escaping FailureRenderer, on pool: ThreadPool) {
    let task = Task(executorPreference: pool) { [self, pool] in
      var response: Response
      do {
        response = try await endpoint.handler(request)
      } catch {
        response = render(.handler(error))
      }
      await send(response)
      // The task runs on the pool, so the pool must be there as long as the task.
      withExtendedLifetime(pool) {}
    }
    let gone = state.withLock { state in
      state.task = task
      return state.isGone
    }
    if gone { task.cancel() }
  }

  /// The client has gone, or the server does.
  func cancel() { state.withLock { $0.task }?.cancel() }

  /// Nobody takes the answer any more.
  func abandon() {
    state.withLock { $0.isGone = true }
    cancel()
  }

  private func send(_ response: Response) async {
    guard !state.withLock({ $0.isGone }) else { return }
    switch response.body {
    case .bytes:
      loop.execute { [self] in if isCurrent { connection.value.answer(response) } }
    case .stream(let length, let write):
      state.withLock { $0.isStreaming = true }
      let isHead = await onLoop { $0.isHeadRequest }
      guard await onLoop({ $0.open(response, length: length) }) != nil else { return }
      do {
        if isHead != true { try await write(ResponseWriter { [self] in try await self.write($0) }) }
        _ = await onLoop { $0.end() }
      } catch {
        _ = await onLoop { $0.cut() }
      }
    }
  }

  private func write(_ bytes: [UInt8]) async throws {
    guard !state.withLock({ $0.isGone }) else { throw ClientGone() }
    try await withCheckedThrowingContinuation { continuation in
      loop.execute { [self] in connection.value.write(bytes, from: self, continuation) }
    }
  }

  private var isCurrent: Bool { connection.value.exchange === self }

  /// Does something with the connection while it is ours; nil when it is not.
  private func onLoop<T: Sendable>(_ body: @escaping @Sendable (HTTPConnection) -> T) async -> T? {
    guard !state.withLock({ $0.isGone }) else { return nil }
    return try? await loop.submit { [self] in isCurrent ? body(connection.value) : nil }.get()
  }
}
