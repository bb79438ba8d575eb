internal import Dispatch
internal import Glibc
internal import HTTP
internal import Host
internal import JSONValues
internal import StoreState
internal import Synchronization

/// A store that is being served by this process: its routes, and what has to be done now and then.
final class StoreServing: Sendable {
  private let context: StoreContext
  private let service: StoreService
  private let publisher: Publisher
  private let worker: DeviceWorker
  private let log: ServerLog

  init(_ context: StoreContext, metrics: Metrics, log: ServerLog) throws {
    self.context = context
    self.log = log
    let publisher = Publisher(context) { log.event("a worker reports", ["error": .string("\($0)")]) }
    let device = try DeviceSide(context, authorizer: publisher)
    self.publisher = publisher
    worker = DeviceWorker(device) { log.event("a worker reports", ["error": .string($0)]) }
    // A store that was made before there were models.
    do { try context.signing.signGenericModel() } catch {
      log.event("cannot sign the model of generic machines", ["error": .string("\(error)")])
    }
    service = StoreService(context, device.endpoints + publisher.endpoints, metrics: metrics, log: log)
  }

  /// Serves until a signal says to stop. Blocks the main thread, which waits for signals.
  ///
  /// - Parameters:
  ///   - grace: for requests that are being answered then.
  ///   - ready: told the ports when it listens.
  func run(
    _ listeners: [Listener], _ security: TransportSecurity?, grace: Duration, ready: ([UInt16]) -> Void
  ) throws {
    let loops = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let server = try Self.wait { [service] in
      try await HTTPServer.start(
        at: listeners, router: service.router, limits: service.limits, loops: loops, security: security,
        render: { service.render($0) })
    }
    worker.start()
    let uploads = Task { [publisher] in await publisher.work() }
    log.event("serving", ["ports": .array(server.ports.map { .integer(Int64($0)) })])
    let notify = Notify()
    try? notify.send(.ready)
    ready(server.ports)
    var isStopping = false
    while !isStopping {
      switch ServeSignals.next(within: 20) {
      case SIGHUP?: reload(security)
      case nil: attempt("end holds") { try endHolds() }
      default: isStopping = true
      }
    }
    try? notify.send(.stopping)
    log.event("stopping")
    try Self.wait { await server.shutdown(grace: grace) }
    worker.stop()
    uploads.cancel()
    log.event("stopped")
  }

  private func reload(_ security: TransportSecurity?) {
    attempt("open the log again") { try log.reopen() }
    attempt("read the certificate again") { try security?.reload() }
    log.event("reloaded")
  }

  /// Holds end by themselves, in whichever process looks first.
  private func endHolds() throws {
    let now = context.now()
    guard try context.state.read({ try $0.holds(of: nil) }).contains(where: { $0.until <= now }) else { return }
    try context.state.write { try context.holds.endDue(in: $0, now: now) }
  }

  private func attempt(_ what: String, _ body: () throws -> Void) {
    do { try body() } catch { log.event("cannot \(what)", ["error": .string("\(error)")]) }
  }

  /// Runs asynchronous code from the main thread, which is no task and takes no signals meanwhile.
  private static func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Value, any Error>?>(nil)
    Task {
      let value: Result<Value, any Error>
      do { value = .success(try await body()) } catch { value = .failure(error) }
      result.withLock { $0 = value }
      done.signal()
    }
    done.wait()
    guard let value = result.withLock({ $0 }) else { throw CommandFailure("internal error: a task ended without end") }
    return try value.get()
  }
}
