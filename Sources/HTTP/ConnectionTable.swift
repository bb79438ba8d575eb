internal import NIOCore
internal import Threads

/// The connections of one server. Everything here happens on its one event loop.
final class ConnectionTable {
  let limits: HTTPLimits
  let router: Router
  let render: FailureRenderer
  let pool: ThreadPool
  private(set) var isClosing = false
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private var perUser: [UInt32: Int] = [:]
  private var collectedBytes = 0
  private var whenEmpty: EventLoopPromise<Void>?

  init(limits: HTTPLimits, router: Router, render: @escaping FailureRenderer) {
    self.limits = limits
    self.router = router
    self.render = render
    pool = ThreadPool(most: limits.threads)
  }

  var count: Int { connections.count }

  /// Whether a new connection of this user is served. Root always finds room that others can't take.
  func admits(_ peer: Peer) -> Bool {
    guard !isClosing else { return false }
    if peer.uid == 0 { return connections.count < limits.connections }
    return connections.count < limits.connections - limits.reserved
      && perUser[peer.uid, default: 0] < limits.connectionsPerUser
  }

  func add(_ connection: HTTPConnection) {
    connections[ObjectIdentifier(connection)] = connection
    perUser[connection.peer.uid, default: 0] += 1
  }

  func remove(_ connection: HTTPConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    let left = perUser[connection.peer.uid, default: 1] - 1
    perUser[connection.peer.uid] = left == 0 ? nil : left
    if connections.isEmpty { whenEmpty?.succeed() }
  }

  /// Room for a body to be collected; false when there is none.
  func reserve(_ bytes: Int) -> Bool {
    guard collectedBytes + bytes <= limits.collectedBytes else { return false }
    collectedBytes += bytes
    return true
  }

  func release(_ bytes: Int) { collectedBytes -= bytes }

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
