public import Snap
public import State
internal import Synchronization

/// Owns the configuration of snaps and of the system.
public final class ConfigurationManager: Sendable {
  /// What the system's own configuration is kept and addressed as.
  public static let systemName = "core"

  let store: StateStore
  /// The options that the system itself has.
  public let system: SystemOptions
  private let access = Mutex<(any SystemMachine)?>(nil)

  public init(store: StateStore, system: SystemOptions) {
    self.store = store
    self.system = system
  }

  /// Says what the system's options act on; before anything is asked.
  public func attach(_ machine: any SystemMachine) { access.withLock { $0 = machine } }

  var machine: any SystemMachine {
    guard let machine = access.withLock({ $0 }) else { preconditionFailure("internal error: no machine is attached") }
    return machine
  }

  /// The name behind the one that a person used: `system` is the system too.
  public static func name(fromRequest name: String) -> String { name == "system" ? systemName : name }

  /// Starts a transaction.
  public func transaction(for snap: String) -> ConfigurationTransaction {
    store.read { transaction(for: snap, in: $0) }
  }

  /// Starts a transaction on a state that is at hand.
  public func transaction(for snap: String, in state: State) -> ConfigurationTransaction {
    var pristine = state[configuration: snap]
    if snap == Self.systemName { pristine = system.completed(pristine, on: machine) }
    return ConfigurationTransaction(snap: snap, pristine: pristine)
  }

  /// Commits a transaction on what the configuration is by now.
  public static func commit(_ transaction: ConfigurationTransaction, in state: inout State) {
    guard !transaction.isEmpty else { return }
    state[configuration: transaction.snap] = transaction.applied(to: state[configuration: transaction.snap])
  }

  /// Checks the system's configuration as a transaction leaves it, and makes the machine follow it.
  ///
  /// - Parameter checkpoint: told when an option that is being changed has been applied.
  /// - Throws: ``ConfigurationError``, before anything was done; where the machine cannot follow, another error. It may
  ///   be repeated.
  public func applySystem(
    _ transaction: ConfigurationTransaction, checkpoint: (StaticString) -> Void = { _ in }
  ) throws {
    try system.check(transaction, on: machine)
    try system.apply(transaction, on: machine, checkpoint: checkpoint)
  }

  /// Commits a transaction of the system on what its configuration is by now; what the machine itself says is not kept.
  public func commitSystem(_ transaction: ConfigurationTransaction, in state: inout State) {
    guard !transaction.isEmpty else { return }
    state[configuration: transaction.snap] = system.withoutExternal(
      transaction.applied(to: state[configuration: transaction.snap]))
  }
}

// MARK: What goes with revisions (`spec/engine.md`, "Config transaction")

extension ConfigurationManager {
  /// Remembers the configuration as that of a revision.
  public static func keep(_ instance: InstanceName, for revision: Revision, in state: inout State) {
    var kept = state[.revisionConfigurations, instance.description] ?? [:]
    kept[revision.description] = state[configuration: instance.description]
    state[.revisionConfigurations, instance.description] = kept
  }

  /// Brings back what was remembered for a revision; nothing happens when there is nothing.
  public static func restore(_ instance: InstanceName, of revision: Revision, in state: inout State) {
    guard let kept = state[.revisionConfigurations, instance.description]?[revision.description] else { return }
    state[configuration: instance.description] = kept
  }

  /// Forgets what was remembered for a revision; without one, everything of the snap.
  public static func forget(_ instance: InstanceName, _ revision: Revision?, in state: inout State) {
    guard let revision else {
      state[configuration: instance.description] = Configuration()
      state[.revisionConfigurations, instance.description] = nil
      return
    }
    guard var kept = state[.revisionConfigurations, instance.description] else { return }
    kept[revision.description] = nil
    state[.revisionConfigurations, instance.description] = kept.isEmpty ? nil : kept
  }
}

extension RecordKind where Value == Configuration {
  /// The configuration in use, by snap; that of the system as `core`.
  public static let configurations = RecordKind<Configuration>("config")
}

extension RecordKind where Value == [String: Configuration] {
  /// What the configuration was when a revision went out of use: by snap, then by revision.
  public static let revisionConfigurations = RecordKind<[String: Configuration]>("revision-config")
}

extension State {
  /// The configuration of a snap; one without options has no row.
  public subscript(configuration snap: String) -> Configuration {
    get { self[.configurations, snap] ?? Configuration() }
    set { self[.configurations, snap] = newValue.isEmpty ? nil : newValue }
  }
}
