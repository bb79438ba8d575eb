internal import NIOCore
internal import Synchronization

/// Counts what clients take of a server, over all its event loops, and says when it is enough.
final class Admission: Sendable {
  /// Whom limits are for.
  enum Client: Hashable {
    case user(UInt32)
    case address([UInt8])

    init(_ origin: Origin) {
      switch origin {
      case .process(let peer): self = .user(peer.uid)
      case .network(let address): self = .address(address.client)
      }
    }
  }

  /// How many requests a client may make: as many as have dripped in.
  private struct Bucket {
    var left: Double
    var at: NIODeadline
  }

  private struct Counts {
    var connections = 0
    var perClient: [Client: Int] = [:]
    var collectedBytes = 0
    var buckets: [Client: Bucket] = [:]
  }

  private let limits: HTTPLimits
  private let counts = Mutex(Counts())
  /// Clients whose rate is remembered; more than that begin anew.
  private static let buckets = 1 << 16

  init(_ limits: HTTPLimits) { self.limits = limits }

  /// A connection comes in. Root always finds room that others can't take.
  ///
  /// - Returns: whether it is served; then ``leave(_:)`` has to follow.
  func enter(_ client: Client) -> Bool {
    counts.withLock { counts in
      if client == .user(0) {
        guard counts.connections < limits.connections else { return false }
      } else {
        guard counts.connections < limits.connections - limits.reserved,
          counts.perClient[client, default: 0] < limits.connectionsPerUser
        else { return false }
      }
      counts.connections += 1
      counts.perClient[client, default: 0] += 1
      return true
    }
  }

  func leave(_ client: Client) {
    counts.withLock { counts in
      counts.connections -= 1
      let left = counts.perClient[client, default: 1] - 1
      counts.perClient[client] = left == 0 ? nil : left
    }
  }

  /// A request comes in.
  ///
  /// - Returns: whether the client's rate allows it.
  func admitsRequest(_ client: Client) -> Bool {
    guard let rate = limits.rate, client != .user(0) else { return true }
    let now = NIODeadline.now()
    return counts.withLock { counts in
      var bucket = counts.buckets[client] ?? Bucket(left: Double(rate.atOnce), at: now)
      let passed = Double((now - bucket.at).nanoseconds) / 1e9
      bucket.left = min(Double(rate.atOnce), bucket.left + passed * Double(rate.perSecond))
      bucket.at = now
      let isAdmitted = bucket.left >= 1
      if isAdmitted { bucket.left -= 1 }
      if counts.buckets.count >= Self.buckets, counts.buckets[client] == nil { counts.buckets.removeAll() }
      counts.buckets[client] = bucket
      return isAdmitted
    }
  }

  /// Room for a body to be collected; false when there is none.
  func reserve(_ bytes: Int) -> Bool {
    counts.withLock { counts in
      guard counts.collectedBytes + bytes <= limits.collectedBytes else { return false }
      counts.collectedBytes += bytes
      return true
    }
  }

  func release(_ bytes: Int) {
    guard bytes > 0 else { return }
    counts.withLock { $0.collectedBytes -= bytes }
  }

  var connections: Int { counts.withLock { $0.connections } }
}
