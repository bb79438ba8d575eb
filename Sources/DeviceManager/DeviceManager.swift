internal import Assertions
public import State
internal import Synchronization
internal import Time

/// Owns who the machine is: sees to it that the store which it is set up for knows it.
///
/// ``ensure()`` is called every few seconds; it asks stores, so it blocks. What there is to do it does, and says nothing
/// when there is nothing.
public final class DeviceManager: Sendable {
  let store: StateStore
  /// Not owned: it owns the handlers, and they this manager.
  unowned let runner: TaskRunner
  public let credentials: DeviceCredentials
  let stores: any DeviceStores
  let keyBits: Int
  private let modelChanged: @Sendable () -> Void
  private let report: @Sendable (_ problem: String) -> Void
  private let work = Mutex(())

  static let changeKind = "become-operational"

  /// - Parameters:
  ///   - runner: gets the task kinds of this manager.
  ///   - keyBits: of the device's key; less than 4096 is for tests (`spec/assertions-and-store.md` §2).
  ///   - modelChanged: told when the machine has another model, or none any more.
  ///   - report: told of what went wrong.
  public init(
    store: StateStore, runner: TaskRunner, credentials: DeviceCredentials, stores: any DeviceStores,
    keyBits: Int = 4096, modelChanged: @escaping @Sendable () -> Void,
    report: @escaping @Sendable (_ problem: String) -> Void
  ) {
    (self.store, self.runner, self.credentials) = (store, runner, credentials)
    (self.stores, self.keyBits) = (stores, keyBits)
    (self.modelChanged, self.report) = (modelChanged, report)
    runner.register(GenerateDeviceKey(manager: self))
    runner.register(RequestSerial(manager: self))
  }

  /// Decodes all records, so that one that doesn't is found at start.
  public static func verify(_ store: StateStore) throws {
    try store.verify(RecordKind<DeviceIdentity>.identities)
    try store.verify(RecordKind<DeviceAttempts>.deviceAttempts)
  }

  /// Forgets the session, and who the machine is, when the store that knows it is not set up any more. The key and the
  /// serial stay, for when it is again.
  public func storesChanged() throws { try leaveOthers(than: stores.all()) }

  private func leaveOthers(than stores: [DeviceStore]) throws {
    guard let current = store.read({ $0.currentIdentity }) else { return }
    let found = stores.first { $0.root == current.root }
    guard found?.address != current.identity.address else { return }
    try store.write(durable: true) { state in
      state[identity: current.root]?.address = found?.address
      // Whoever is there now has not given it.
      state[identity: current.root]?.sessionMacaroon = nil
    }
    modelChanged()
  }

  /// Learns the model, and starts to register the machine, when that is to be done. At most one thread does.
  public func ensure() {
    _ = work.withLockIfAvailable { _ in
      do { try makeKnown() } catch { report("cannot make the machine known to its store: \(error)") }
    }
  }

  private func makeKnown() throws {
    let stores = self.stores.all()
    try leaveOthers(than: stores)
    guard !stores.isEmpty else { return }
    let (identity, isUnderWay) = store.read { state in
      (state.currentIdentity?.identity, state.unreadyChanges.contains { $0.kind == Self.changeKind })
    }
    guard identity?.serial == nil, !isUnderWay, !self.stores.isOffline, try mayTry(stores) else { return }
    if identity == nil { try learnModel(from: stores) }
    try register()
  }

  /// Whether it is time for another attempt, which this then is.
  private func mayTry(_ stores: [DeviceStore]) throws -> Bool {
    let roots = stores.map(\.root)
    let (now, known) = store.read { ($0.now.seconds, $0.deviceAttempts) }
    var attempts = DeviceAttempts(stores: roots, count: 0, last: now)
    if let known, known.stores == roots {
      // A clock that was put back must not make it wait for years.
      guard now >= known.last + known.wait || now < known.last else { return false }
      attempts.count = known.count
    }
    attempts.count += 1
    try store.write { $0.deviceAttempts = attempts }
    return true
  }

  /// Takes the model of the first store that has one. Only "there is none" goes on to the next.
  private func learnModel(from stores: [DeviceStore]) throws {
    for candidate in stores {
      guard let model = try self.stores.genericModel(of: candidate) else { continue }
      try store.write(durable: true) { state in
        let known = state[identity: candidate.root]
        var identity = DeviceIdentity(brand: model.brandID, model: model.model)
        // Who was known before still is.
        if let known, known.brand == identity.brand, known.model == identity.model { identity = known }
        identity.address = candidate.address
        state[identity: candidate.root] = identity
      }
      return modelChanged()
    }
  }

  private func register() throws {
    try store.write(durable: true) { state in
      guard let current = state.currentIdentity else { return }
      guard current.identity.serial == nil else {
        state.deviceAttempts = nil
        return
      }
      let change = state.newChange(kind: Self.changeKind, summary: "Initialize device")
      let input = DeviceTaskInput(root: current.root)
      let key = state.newTask(GenerateDeviceKey.self, input: input, summary: "Generate device key", in: change)
      let serial = state.newTask(RequestSerial.self, input: input, summary: "Request device serial", in: change)
      state.chain([key, serial])
    }
    runner.ensure()
  }
}
