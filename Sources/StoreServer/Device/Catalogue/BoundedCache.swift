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
  init(limit: Int, shards: Int = 128) {
    self.shards = (0..<shards).map { _ in Shard() }
    half = max(1, limit / shards / 2)
  }

  private func shard(of key: Key) -> Shard { shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))] }

  // What falls out is given back after the lock is: it may be a lot.
  subscript(key: Key) -> Value? {
    get {
      let (value, _) = shard(of: key).halves.withLock { halves -> (Value?, [Key: Value]) in
        if let value = halves.young[key] { return (value, [:]) }
        guard let value = halves.old.removeValue(forKey: key) else { return (nil, [:]) }
        return (value, insert(value, key, into: &halves))
      }
      return value
    }
    set {
      guard let newValue else {
        shard(of: key).halves.withLock { halves in
          halves.old[key] = nil
          halves.young[key] = nil
        }
        return
      }
      insert(newValue, for: key) { true }
    }
  }

  /// Keeps a value if that is still wanted once nobody else can change what is kept for its key.
  func insert(_ value: Value, for key: Key, if isWanted: () -> Bool) {
    _ = shard(of: key).halves.withLock { halves -> [Key: Value] in
      guard isWanted() else { return [:] }
      halves.old[key] = nil
      return insert(value, key, into: &halves)
    }
  }

  /// - Returns: what is not kept any more.
  private func insert(_ value: Value, _ key: Key, into halves: inout Shard.Halves) -> [Key: Value] {
    var gone: [Key: Value] = [:]
    if halves.young.count >= half {
      gone = halves.old
      halves = Shard.Halves(old: halves.young)
    }
    halves.young[key] = value
    return gone
  }

  func removeAll() { for shard in shards { shard.halves.withLock { $0 = Shard.Halves() } } }
}
