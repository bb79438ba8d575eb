import Assertions
import State
import StoreProtocol
import Synchronization
import TestSupport
import Time

@testable import DeviceManager

/// Stores, assertions and a clock that a test sets.
final class Scene: DeviceStores, Sendable {
  struct Inside {
    var now = Timestamp("2026-01-02T03:04:05Z") ?? Timestamp(seconds: 0)
    var stores: [DeviceStore] = []
    var isOffline = false
    /// Roots of stores that do not answer.
    var away: Set<String> = []
    /// Roots of stores that have a model.
    var withModel: Set<String> = []
    /// How often a store says that it has no serial yet.
    var polls = 0
    /// What the next serial says instead of what is right.
    var wrong: Headers = [:]
    /// What stores were asked.
    var asked: [String] = []
    var requests: [[UInt8]] = []
    var problems: [String] = []
    var modelChanges = 0
  }

  private let inside = Mutex(Inside())
  let directory: TemporaryDirectory
  let state: StateStore
  let runner: TaskRunner
  let assertions: AssertionDatabase
  private let brandKey: PrivateKey
  private let box: Box

  /// The clock is made before the scene is.
  private final class Box: Sendable {
    let scene = Mutex<@Sendable (Duration) -> Timestamp>({ _ in Timestamp(seconds: 0) })
  }

  init() throws {
    directory = try TemporaryDirectory()
    let box = Box()
    self.box = box
    state = try StateStore(
      path: directory.path + "/state.db",
      clock: StateClock(
        now: { box.scene.withLock { $0 }(.zero) }, sleep: { wait in _ = box.scene.withLock { $0 }(wait) }))
    runner = TaskRunner(store: state)
    brandKey = try PrivateKey.generate(bits: 1024)
    let time = Timestamp("2026-01-01T00:00:00Z") ?? Timestamp(seconds: 0)
    let account = try Assertion.sign(
      .account,
      [
        "authority-id": "acme", "account-id": "acme", "display-name": "Acme", "username": "acme",
        "validation": "verified", "timestamp": .text(time.wholeSeconds),
      ], with: brandKey, at: time)
    let accountKey = try Assertion.sign(
      .accountKey,
      [
        "authority-id": "acme", "account-id": "acme", "name": "root",
        "public-key-sha3-384": .text(brandKey.publicKey.id), "since": .text(time.wholeSeconds),
      ], body: brandKey.publicKey.encoded, with: brandKey, at: time)
    assertions = try AssertionDatabase(trusted: [account, accountKey])
    box.scene.withLock {
      $0 = { [weak self] wait in
        self?.inside.withLock { inside in
          inside.now = inside.now + wait
          return inside.now
        } ?? Timestamp(seconds: 0)
      }
    }
  }

  func with<Result: Sendable>(_ body: (inout Inside) throws -> sending Result) rethrows -> Result {
    try inside.withLock { try body(&$0) }
  }

  func manager() -> DeviceManager {
    let assertions = assertions
    return DeviceManager(
      store: state, runner: runner,
      credentials: DeviceCredentials(directory: directory("device"), state: state) { try assertions.assertion($0) },
      stores: self, keyBits: 1024, modelChanged: { self.with { $0.modelChanges += 1 } },
      report: { problem in self.with { $0.problems.append(problem) } })
  }

  /// The changes that there were, with how they ended.
  func changes() async -> [Status?] {
    var ends: [Status?] = []
    for change in state.read({ $0.changes }) { ends.append(await runner.awaitChange(change.id)) }
    return ends
  }

  func sign(_ type: AssertionType, _ headers: Headers) throws -> Assertion {
    let now = with { $0.now }
    let made: Headers = ["authority-id": "acme", "timestamp": .text(now.wholeSeconds)]
    return try Assertion.sign(type, headers.merging(made) { $1 }, with: brandKey, at: now)
  }

  // MARK: As stores

  func all() -> [DeviceStore] { with { $0.stores } }
  var isOffline: Bool { with { $0.isOffline } }

  private func ask(_ what: String, _ store: DeviceStore) throws {
    try with { inside in
      inside.asked.append("\(what) \(store.root)")
      if inside.away.contains(store.root) { throw DeviceError("cannot reach \(store.root)") }
    }
  }

  func genericModel(of store: DeviceStore) throws -> Model? {
    try ask("model", store)
    guard with({ $0.withModel.contains(store.root) }) else { return nil }
    let model = try sign(
      .model, ["series": "16", "brand-id": "acme", "model": .text("generic-\(store.root)"), "classic": "true"])
    try? assertions.add(model, now: with { $0.now })
    return model.value as? Model
  }

  func requestID(at store: DeviceStore, isCancelled: @escaping @Sendable () -> Bool) throws -> String {
    try ask("request-id", store)
    return "ID"
  }

  func serial(
    for request: [UInt8], at store: DeviceStore, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [UInt8]? {
    try ask("serial", store)
    let (wait, wrong) = with { inside in
      inside.requests.append(request)
      inside.polls -= 1
      return (inside.polls >= 0, inside.wrong)
    }
    guard !wait else { return nil }
    guard let asked = try Assertion.decode(request).value as? SerialRequest else { return [] }
    let right: Headers = [
      "brand-id": .text(asked.brandID), "model": .text(asked.model), "serial": .text("S-\(asked.requestID)"),
      "device-key": .text(String(decoding: asked.deviceKey.encoded, as: UTF8.self)),
      "device-key-sha3-384": .text(asked.deviceKey.id),
    ]
    return try sign(.serial, right.merging(wrong) { $1 }).encoded
  }

  func add(_ reference: AssertionReference, of assertions: [Assertion], from store: DeviceStore) throws {
    for assertion in assertions where assertion.reference == reference {
      do { try self.assertions.add(assertion, now: with { $0.now }) } catch is AssertionRevisionError {}
    }
  }
}
