internal import Glibc
internal import Linux
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
      await stream(response, length: length) { try await write(ResponseWriter { [self] in try await self.write($0) }) }
    case .file(let file, let offset, let length):
      await stream(response, length: length) {
        // What TLS sends has to be in memory.
        if await onLoop({ $0.isEncrypted }) == true {
          try await copy(file, offset, length)
        } else {
          try await send(file, offset, length)
        }
      }
    }
  }

  private func stream(_ response: Response, length: Int64?, _ write: () async throws -> Void) async {
    state.withLock { $0.isStreaming = true }
    let isHead = await onLoop { $0.isHeadRequest }
    guard await onLoop({ $0.open(response, length: length) }) != nil else { return }
    do {
      if isHead != true { try await write() }
      _ = await onLoop { $0.end() }
    } catch {
      _ = await onLoop { $0.cut() }
    }
  }

  /// Has the kernel send a part of a file, piece by piece, so that a slow reader's progress can be seen.
  private func send(_ file: SharedFile, _ offset: Int64, _ length: Int64) async throws {
    let end = offset + length
    guard try file.descriptor.status().size >= end else { throw SyscallError("send file", errno: EIO) }
    for start in stride(from: offset, to: end, by: 1 << 20) {
      guard !state.withLock({ $0.isGone }) else { throw ClientGone() }
      let piece = start..<min(end, start + (1 << 20))
      try await withCheckedThrowingContinuation { continuation in
        loop.execute { [self] in connection.value.write(file, piece, from: self, continuation) }
      }
    }
  }

  private func copy(_ file: SharedFile, _ offset: Int64, _ length: Int64) async throws {
    let end = offset + length
    var place = offset
    while place < end {
      try Task.checkCancellation()
      let wanted = Int(min(256 << 10, end - place))
      let bytes = try [UInt8](unsafeUninitializedCapacity: wanted) { room, count in
        let got = pread(file.descriptor.raw, room.baseAddress, wanted, off_t(place))
        guard got > 0 else { throw SyscallError("send file", errno: got < 0 ? errno : EIO) }
        count = got
      }
      try await write(bytes)
      place += Int64(bytes.count)
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
