public import Assertions
public import State

/// Where validation sets come from; wired by the overlord. It may ask a store, so it blocks.
public protocol ValidationSetSource: Sendable {
  /// Fetches a set from the stores and keeps it; what only a person has added is found too.
  ///
  /// - Parameter sequence: the number; nil for the newest.
  /// - Returns: the set, and whether no store has it.
  /// - Throws: ``ValidationSetRefusal/notFound(_:sequence:)``.
  func fetch(_ key: ValidationSetKey, sequence: Int?) throws -> (set: ValidationSet, isLocalOnly: Bool)
  /// A set that is known already; nil when it is not, or not believed any more.
  func known(_ key: ValidationSetKey, sequence: Int) throws -> ValidationSet?
}

/// Snaps as validation sets know them; wired by the overlord.
public protocol ValidatedSnaps: Sendable {
  func installed(in state: State) -> [SnapConstraints.Installed]
}

/// Owns the validation sets that the system follows: which, in what way, and whether it is as they say.
public final class ValidationSetManager: Sendable {
  let store: StateStore
  let source: any ValidationSetSource
  let snaps: any ValidatedSnaps

  public init(store: StateStore, runner: TaskRunner, source: any ValidationSetSource, snaps: any ValidatedSnaps) {
    self.store = store
    self.source = source
    self.snaps = snaps
    runner.register(EnforceValidationSets(manager: self))
  }

  /// Decodes all records of sets, so that one that doesn't is found at start.
  public static func verify(_ store: StateStore) throws { try store.verify(RecordKind<TrackedSet>.validationSets) }

  /// A set as it is shown.
  public struct Status: Equatable, Sendable {
    public var tracked: TrackedSet
    /// Whether what is installed is as it says.
    public var isValid: Bool
  }

  // MARK: Looking

  /// All sets that are followed.
  public func list() throws -> [Status] {
    let (tracked, installed) = store.read { ($0.trackedSets, snaps.installed(in: $0)) }
    return try tracked.map { key, set in
      Status(tracked: set, isValid: try isValid(key, set.sequence, installed))
    }
  }

  /// One set: as it is followed, or at another number (or not followed at all) as it would be.
  public func show(_ key: ValidationSetKey, sequence: Int? = nil) throws -> Status {
    let (tracked, installed) = store.read { ($0[validationSet: key], snaps.installed(in: $0)) }
    if let tracked, sequence == nil || sequence == tracked.sequence {
      return Status(tracked: tracked, isValid: try isValid(key, tracked.sequence, installed))
    }
    guard tracked != nil || sequence != nil else { throw ValidationSetRefusal.notFound(key, sequence: nil) }
    let (set, isLocalOnly) = try source.fetch(key, sequence: sequence)
    return Status(
      tracked: TrackedSet(key, mode: .monitor, pinnedAt: sequence, current: set.sequence, isLocalOnly: isLocalOnly),
      isValid: SnapConstraints([set]).problems(with: installed).isEmpty)
  }

  private func isValid(
    _ key: ValidationSetKey, _ sequence: Int, _ installed: [SnapConstraints.Installed]
  ) throws -> Bool {
    guard let set = try source.known(key, sequence: sequence) else { return false }
    return SnapConstraints([set]).problems(with: installed).isEmpty
  }

  /// What the sets that are enforced say of snaps. Empty when none is.
  ///
  /// - Parameter replacing: sets at other numbers, or that are not enforced yet.
  public func enforced(replacing: [ValidationSetKey: ValidationSet] = [:]) throws -> SnapConstraints {
    let tracked = store.read { $0.trackedSets.filter { $0.value.mode == .enforce } }
    var sets = replacing
    for (key, set) in tracked where sets[key] == nil {
      // One that is not known any more must not let through what it forbids.
      guard let known = try source.known(key, sequence: set.sequence) else {
        throw ValidationSetRefusal.notFound(key, sequence: set.sequence)
      }
      sets[key] = known
    }
    return SnapConstraints(sets.sorted { $0.key < $1.key }.map(\.value))
  }

  /// The primary keys of the enforced sets that say something of a snap, as stores are told them.
  public func keys(concerning name: String, id: String) throws -> [[String]] {
    guard let constraint = try enforced()[name, id] else { return [] }
    let tracked = store.read { $0.trackedSets }
    let concerned = Set(constraint.required + constraint.optional + constraint.invalid)
    return tracked.filter { $0.value.mode == .enforce && concerned.contains($0.key.description) }.map { key, set in
      ["16", key.account, key.name] + (set.pinnedAt.map { ["\($0)"] } ?? [])
    }
  }

  // MARK: Following

  /// Follows a set, to say whether the system is as it says: `snap validate --monitor`.
  public func monitor(_ key: ValidationSetKey, sequence: Int? = nil) throws -> Status {
    let (set, isLocalOnly) = try source.fetch(key, sequence: sequence)
    let tracked = TrackedSet(
      key, mode: .monitor, pinnedAt: sequence, current: set.sequence, isLocalOnly: isLocalOnly)
    return try store.write(durable: true) { state in
      state.keepValidationSetHistory()
      state[validationSet: key] = tracked
      return Status(
        tracked: tracked, isValid: SnapConstraints([set]).problems(with: snaps.installed(in: state)).isEmpty)
    }
  }

  /// Follows a set, and keeps the system as it says from now on: `snap validate --enforce`.
  ///
  /// - Throws: when the system is not as it says, or it does not go together with others that are enforced.
  public func enforce(_ key: ValidationSetKey, sequence: Int? = nil) throws -> Status {
    try enforce([(key, sequence)])
    return try show(key)
  }

  /// The same for several at once.
  func enforce(_ wanted: [(key: ValidationSetKey, sequence: Int?)]) throws {
    var tracked: [(ValidationSetKey, TrackedSet)] = []
    var sets: [ValidationSetKey: ValidationSet] = [:]
    for (key, sequence) in wanted {
      let (set, isLocalOnly) = try source.fetch(key, sequence: sequence)
      sets[key] = set
      tracked.append(
        (
          key,
          TrackedSet(key, mode: .enforce, pinnedAt: sequence, current: set.sequence, isLocalOnly: isLocalOnly)
        ))
    }
    let constraints = try enforced(replacing: sets)
    let conflicts = constraints.conflicts
    guard conflicts.isEmpty else { throw ValidationSetRefusal.conflict(conflicts) }
    try store.write(durable: true) { state in
      // Under the lock: what is installed may have changed since.
      let problems = constraints.problems(with: snaps.installed(in: state))
      guard problems.isEmpty else { throw ValidationSetRefusal.notMet(problems) }
      state.keepValidationSetHistory()
      for (key, set) in tracked { state[validationSet: key] = set }
    }
  }

  /// What has to be installed and refreshed before sets can be enforced.
  public struct Resolution: Equatable, Sendable {
    /// Snaps that are not installed, with the revision that is wanted; nil for any.
    public var install: [String: Int?] = [:]
    /// Installed snaps, with the revision that is wanted.
    public var refresh: [String: Int] = [:]
  }

  /// Says what has to be installed and refreshed before sets can be enforced: `snap validate --enforce --refresh`.
  ///
  /// - Throws: when they are in conflict, or snaps would have to be removed.
  public func resolve(_ wanted: [(key: ValidationSetKey, sequence: Int?)]) throws -> Resolution {
    var sets: [ValidationSetKey: ValidationSet] = [:]
    for (key, sequence) in wanted { sets[key] = try source.fetch(key, sequence: sequence).set }
    let constraints = try enforced(replacing: sets)
    let conflicts = constraints.conflicts
    guard conflicts.isEmpty else { throw ValidationSetRefusal.conflict(conflicts) }
    let problems = constraints.problems(with: store.read { snaps.installed(in: $0) })
    guard problems.invalid.isEmpty else {
      throw ValidationSetRefusal.mustRemove(problems.invalid.keys.sorted())
    }
    var resolution = Resolution()
    for (name, wishes) in problems.missing { resolution.install[name] = wishes.compactMap(\.revision).first }
    for (name, wishes) in problems.wrongRevision { resolution.refresh[name] = wishes.compactMap(\.revision).first }
    return resolution
  }

  /// Follows a set no longer: `snap validate --forget`.
  public func forget(_ key: ValidationSetKey, sequence: Int? = nil) throws {
    try store.write(durable: true) { state in
      guard let tracked = state[validationSet: key], sequence == nil || tracked.pinnedAt == sequence else {
        throw ValidationSetRefusal.notTracked(key, sequence: sequence)
      }
      state.keepValidationSetHistory()
      state[validationSet: key] = nil
    }
  }

  /// Brings sets that are not pinned to their newest: part of a refresh of everything. One that is enforced moves on only
  /// when it goes together with the others; the snaps then follow it.
  ///
  /// - Parameter isAway: whether an error means that nobody answers, so that there is no use in asking for the others.
  /// - Returns: those that could not be brought, and why.
  /// - Throws: an error that means so.
  @discardableResult
  public func refresh(
    _ isAway: (any Error) -> Bool = { _ in false }
  ) throws -> [ValidationSetKey: String] {
    var failures: [ValidationSetKey: String] = [:]
    for (key, set) in store.read({ $0.trackedSets }) where set.pinnedAt == nil && !set.isLocalOnly {
      do {
        let newest = try source.fetch(key, sequence: nil).set
        guard newest.sequence > set.current else { continue }
        if set.mode == .enforce {
          let conflicts = try enforced(replacing: [key: newest]).conflicts
          guard conflicts.isEmpty else { throw ValidationSetRefusal.conflict(conflicts) }
        }
        try store.write { state in
          guard state[validationSet: key] == set else { return }
          state.keepValidationSetHistory()
          state[validationSet: key]?.current = newest.sequence
        }
      } catch {
        guard !isAway(error) else { throw error }
        failures[key] = "\(error)"
      }
    }
    return failures
  }

  // MARK: What operations on snaps ask

  /// Refuses the installation or refresh of a snap that enforced sets do not want so.
  ///
  /// - Parameter revision: the one that was asked for; nil for whichever it will be.
  /// - Returns: the revision that it has to be; nil for any.
  public func revision(of name: String, id: String, wanted revision: Int?) throws -> Int? {
    guard let constraint = try enforced()[name, id] else { return nil }
    guard constraint.invalid.isEmpty else {
      throw ValidationSetRefusal.invalidSnap(name, sets: constraint.invalid)
    }
    guard let required = constraint.revision else { return nil }
    if let revision, revision != required {
      throw ValidationSetRefusal.wrongRevision(
        name, wanted: revision, required: required, sets: constraint.revisions[required] ?? [])
    }
    return required
  }

  /// Refuses the removal of a snap that an enforced set requires.
  public func refuseRemoval(of name: String, id: String) throws {
    guard let constraint = try enforced()[name, id], !constraint.required.isEmpty else { return }
    throw ValidationSetRefusal.requiredSnap(name, sets: constraint.required)
  }
}
