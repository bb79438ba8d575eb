internal import NIOCore
internal import Threads

/// The connections of one event loop of a server. Everything here happens on it.
final class ConnectionTable {
  let service: HTTPService
  private(set) var isClosing = false
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private var whenEmpty: EventLoopPromise<Void>?

  init(_ service: HTTPService) { self.service = service }

  var limits: HTTPLimits { service.limits }
  var router: Router { service.router }
  var render: FailureRenderer { service.render }
  var pool: ThreadPool { service.pool }

  func add(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = connection }

  func remove(_ connection: HTTPConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    service.admission.leave(Admission.Client(connection.origin))
    if connections.isEmpty { whenEmpty?.succeed() }
  }

  /// Room for a body to be collected; false when there is none.
  func reserve(_ bytes: Int) -> Bool { service.admission.reserve(bytes) }

  func release(_ bytes: Int) { service.admission.release(bytes) }

  /// Lets every connection finish what it does and close.
  func close(_ done: EventLoopPromise<Void>) {
    isClosing = true
    whenEmpty = done
    if connections.isEmpty { return done.succeed() }
    for connection in Array(connections.values) { connection.finishAndClose() }
  }

  /// Cuts the connections that are still there.
  func cut() { for connection in Array(connections.values) { connection.cut() } }
}

/// What all event loops of a server share.
final class HTTPService: Sendable {
  let limits: HTTPLimits
  let router: Router
  let render: FailureRenderer
  let pool: ThreadPool
  let admission: Admission

  init(_ limits: HTTPLimits, _ router: Router, _ render: @escaping FailureRenderer) {
    self.limits = limits
    self.router = router
    self.render = render
    pool = ThreadPool(most: limits.threads)
    admission = Admission(limits)
  }
}
