import Assertions
import Crypto
import Glibc
import Linux
import StoreState
import Synchronization
import TestSupport
import Time

@testable import StoreServer

/// A store in a directory of its own, with small keys and a clock that tests move.
final class StoreFixture: Sendable {
  let directory: TemporaryDirectory
  let context: StoreContext
  private let clock: Clock

  final class Clock: Sendable {
    private let time = Mutex(Timestamp(seconds: 1_800_000_000))
    var now: Timestamp { time.withLock { $0 } }
    func move(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
  }

  init(options: StoreDirectory.Options = .init(id: "acme", name: "Acme", url: "http://store.test/")) throws {
    let directory = try TemporaryDirectory()
    let clock = Clock()
    self.directory = directory
    self.clock = clock
    try Self.plantKeys(directory.path + "/store/keys")
    let store = StoreDirectory(path: directory.path + "/store")
    _ = try store.make(options, now: { clock.now })
    context = try store.open(now: { clock.now })
  }

  var now: Timestamp { clock.now }
  func move(_ duration: Duration) { clock.move(duration) }

  /// Keys of 1024 bits: making real ones takes seconds.
  static func plantKeys(_ directory: String, names: [String] = ["root", "store", "second"]) throws {
    let files = KeyFiles(directory: directory)
    let names = try names.map { ($0, try PrivateKey.generate(bits: 1024)) }
    try Files.makeDirectories(directory + "/private-keys-v1/names", mode: 0o700)
    for (name, key) in names {
      try files.add(key)
      try Files.replaceSymlink(
        at: directory + "/private-keys-v1/names/" + name, target: "../" + key.publicKey.id)
    }
  }

  /// An account that publishes.
  func makeAccount(_ name: String) throws -> AccountRecord {
    let account = AccountRecord(
      id: name, username: name, displayName: name, email: "\(name)@example.org", createdAt: now)
    try context.state.write { try $0.insert(account) }
    try context.signing.sign(account)
    return account
  }
}
