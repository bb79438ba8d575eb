internal import ByteText
internal import ConfigurationManager
internal import InterfaceManager
internal import Interfaces
internal import JSONValues
internal import RefreshManager
internal import Snap
public import SnapManager
internal import State
internal import Synchronization
internal import Time

/// The contexts of the hooks that run, and those that apps and services get for one call of `snapctl`.
///
/// They are in memory only: a daemon that was killed runs the hook again, with a context of its own.
public final class HookContexts: HookSurroundings {
  private let store: StateStore
  private let manager: ConfigurationManager
  private let running = Mutex<[String: HookContext]>([:])

  init(store: StateStore, configuration: ConfigurationManager) {
    self.store = store
    manager = configuration
  }

  /// The context that a cookie opens: that of a running hook, or one of the snap's own, to be ended with ``end(_:)``. Nil
  /// when nobody has the cookie.
  public func context(for cookie: String) -> HookContext? {
    if let context = running.withLock({ $0[cookie] }) { return context }
    return store.read { state in
      guard let name = state[.snapCookies, cookie], let instance = try? InstanceName(name),
        state.contains(RecordKind<SnapState>.snaps, name)
      else { return nil }
      return HookContext(
        cookie: cookie, instance: instance, run: nil, configuration: manager.transaction(for: name, in: state))
    }
  }

  /// Writes what was asked for in a context that no hook ends.
  public func end(_ context: HookContext) throws {
    guard context.run == nil else { return }
    let session = context.current
    guard !session.configuration.isEmpty || session.health != nil else { return }
    try store.write { state in
      ConfigurationManager.commit(session.configuration, in: &state)
      if let health = session.health { state[.health, context.instance.description] = health }
    }
  }

  // MARK: HookSurroundings

  public func answer(_ run: HookRun, checkpoint: (StaticString) -> Void) throws -> HookCompletion? {
    guard run.setup.instance.description == ConfigurationManager.systemName, run.hook.description == "configure" else {
      return nil
    }
    let transaction = try transaction(run)
    try manager.applySystem(transaction, checkpoint: checkpoint)
    return { [manager] state in manager.commitSystem(transaction, in: &state) }
  }

  private func transaction(_ run: HookRun) throws -> ConfigurationTransaction {
    var transaction = manager.transaction(for: run.setup.instance.description)
    if run.hook == run.setup.hook, let patch = run.setup.patch, case .object(let values) = try JSONValue(parsing: patch)
    {
      try transaction.set(values)
    }
    return transaction
  }

  public func begin(_ run: HookRun) throws -> String {
    let context = HookContext(
      cookie: SnapManager.newCookie(), instance: run.setup.instance, run: run, configuration: try transaction(run))
    running.withLock { $0[context.cookie] = context }
    return context.cookie
  }

  public func commit(_ cookie: String) throws -> HookCompletion {
    guard let context = take(cookie), let run = context.run else { return { _ in } }
    let session = context.current
    let isCheck = run.hook.description == "check-health"
    return { state in
      ConfigurationManager.commit(session.configuration, in: &state)
      let health = session.health ?? (isCheck ? .untold(run.setup.revision, at: state.now) : nil)
      if let health { state[.health, run.setup.instance.description] = health }
      try Self.keep(session.attributes, of: run, &state)
      if run.isGate { Self.decide(session.updates ?? .proceed, run, &state) }
    }
  }

  /// A snap that was asked about updates has decided. One that says nothing does not mind; one whose hook failed does.
  private static func decide(_ choice: HookContext.Session.UpdateChoice, _ run: HookRun, _ state: inout State) {
    let holder = run.setup.instance
    switch choice {
    case .proceed: RefreshManager.proceed(holder, in: &state)
    case .hold:
      let affected = RefreshManager.affected(by: holder, in: run.change, state)
      // One that has held for too long holds no longer: the update is made.
      _ = try? RefreshManager.hold(affected, by: holder, lastRefreshes: lastRefreshes(of: affected, state), in: &state)
    }
  }

  private static func lastRefreshes(of snaps: [InstanceName], _ state: State) -> [InstanceName: Timestamp] {
    Dictionary(
      snaps.compactMap { snap in
        state[snap: snap]?.lastRefresh.map { (snap, Timestamp(seconds: $0)) }
      }, uniquingKeysWith: { $1 })
  }

  /// For how long a snap that is asked holds what it is asked about, if it does.
  ///
  /// - Throws: ``HoldRefusal``, when it has held for as long as it may.
  public func holdDuration(_ run: HookRun) throws -> Duration {
    try store.read { state in
      let affected = RefreshManager.affected(by: run.setup.instance, in: run.change, state)
      var trial = state
      return try RefreshManager.hold(
        affected, by: run.setup.instance, lastRefreshes: Self.lastRefreshes(of: affected, state), in: &trial)
    }
  }

  /// The connection is made with what a hook before it said of its side.
  private static func keep(
    _ attributes: [String: JSONValue], of run: HookRun, _ state: inout State
  ) throws {
    guard !attributes.isEmpty, let connection = run.setup.connection else { return }
    let role: ConnectionSide.Role = run.hook.description.hasBytePrefix("prepare-plug-") ? .plug : .slot
    try InterfaceManager.setAttributes(
      Attributes(attributes.mapValues(AttributeValue.init)), of: role, of: connection, in: run.change, &state)
  }

  public func discard(_ cookie: String) -> HookCompletion {
    guard let run = take(cookie)?.run else { return { _ in } }
    if run.isGate { return { state in Self.decide(.hold, run, &state) } }
    guard run.hook.description == "check-health" else { return { _ in } }
    return { state in
      state[.health, run.setup.instance.description] = .failed(run.setup.revision, at: state.now)
    }
  }

  private func take(_ cookie: String) -> HookContext? { running.withLock { $0.removeValue(forKey: cookie) } }
}

extension HookRun {
  /// Whether the snap is asked about updates that concern it.
  var isGate: Bool { hook.description == "gate-auto-refresh" }
}
