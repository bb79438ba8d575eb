internal import Synchronization

/// Values by key in memory: at most so many, the ones used last.
///
/// Two halves: what is used moves to the young one; when that is full it becomes the old one, and what nobody used
/// since is gone. No order is kept, so that finding is all that a look-up costs.
final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private final class Shard: Sendable {
    struct Halves: Sendable {
      var young: [Key: Value] = [:]
      var old: [Key: Value] = [:]
    }
    let halves = Mutex(Halves())
  }

  private let shards: [Shard]
  private let half: Int

  /// - Parameters:
  ///   - limit: of values.
  ///   - shards: locks, so that threads seldom wait for each other.
  init(limit: Int, shards: Int = 16) {
    self.shards = (0..<shards).map { _ in Shard() }
    half = max(1, limit / shards / 2)
  }

  private func shard(of key: Key) -> Shard { shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))] }

  subscript(key: Key) -> Value? {
    get {
      shard(of: key).halves.withLock { halves in
        if let value = halves.young[key] { return value }
        guard let value = halves.old.removeValue(forKey: key) else { return nil }
        insert(value, key, into: &halves)
        return value
      }
    }
    set {
      shard(of: key).halves.withLock { halves in
        halves.old[key] = nil
        if let newValue { insert(newValue, key, into: &halves) } else { halves.young[key] = nil }
      }
    }
  }

  private func insert(_ value: Value, _ key: Key, into halves: inout Shard.Halves) {
    if halves.young.count >= half { halves = Shard.Halves(old: halves.young) }
    halves.young[key] = value
  }

  func removeAll() { for shard in shards { shard.halves.withLock { $0 = Shard.Halves() } } }
}
