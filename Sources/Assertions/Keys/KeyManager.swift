internal import Synchronization

/// Keeps keys that assertions are signed with.
public protocol KeyManager: Sendable {
  /// - Throws: ``KeyNotFound``.
  func key(id: String) throws -> any SigningKey
}

/// Keeps keys that people call by names: what `snap sign` and its relatives work with.
public protocol NamedKeyManager: KeyManager {
  /// Names and ids of all keys, by name.
  func list() throws -> [(name: String, id: String)]
  /// - Throws: ``KeyNotFound``.
  func key(named name: String) throws -> any SigningKey
  /// Makes a key of 4096 bits.
  func generate(_ name: String) throws
  func delete(_ name: String) throws
}

/// A key that is not there.
public struct KeyNotFound: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String = "cannot find key pair") { self.description = description }
}

/// Why keys cannot be used, made or deleted.
public struct KeyManagerError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// Keys in memory.
public final class MemoryKeys: KeyManager {
  private let keys = Mutex<[String: PrivateKey]>([:])

  public init(_ keys: [PrivateKey] = []) {
    for key in keys { add(key) }
  }

  public func add(_ key: PrivateKey) { keys.withLock { $0[key.publicKey.id] = key } }

  public func key(id: String) throws -> any SigningKey {
    guard let key = keys.withLock({ $0[id] }) else { throw KeyNotFound() }
    return key
  }
}
