internal import AssertionManager
internal import Assertions
internal import Snap
internal import SnapManager
public import State
internal import ValidationSets

/// Validation sets of stores, and those that a person has added.
struct SetsOfStores: ValidationSetSource {
  let assertions: AssertionManager
  let store: any SnapStore

  func fetch(_ key: ValidationSetKey, sequence: Int?) throws -> (set: ValidationSet, isLocalOnly: Bool) {
    for name in try store.names() {
      do {
        let reference =
          if let sequence { Self.reference(key, sequence) } else {
            try store.newest(.validationSet, ["16", key.account, key.name], from: name).reference
          }
        try assertions.update([reference], from: AssertionsOfStore(store: store, name: name))
        if let number = Int(reference.key.last ?? ""), let set = try known(key, sequence: number) {
          return (set, false)
        }
      } catch is AssertionNotFound {
        continue
      }
    }
    let found =
      if let sequence { try? assertions.database.find(Self.reference(key, sequence)) } else {
        try? assertions.database.sequenceMember(.validationSet, ["16", key.account, key.name])
      }
    guard let set = found?.value as? ValidationSet, let known = try known(key, sequence: set.sequence) else {
      throw ValidationSetRefusal.notFound(key, sequence: sequence)
    }
    return (known, true)
  }

  func known(_ key: ValidationSetKey, sequence: Int) throws -> ValidationSet? {
    let database = try assertions.database
    guard let found = try database.assertion(Self.reference(key, sequence)), database.isVouchedFor(found) else {
      return nil
    }
    return found.value as? ValidationSet
  }

  private static func reference(_ key: ValidationSetKey, _ sequence: Int) -> AssertionReference {
    AssertionReference(.validationSet, ["16", key.account, key.name, "\(sequence)"])
  }
}

/// Snaps as validation sets know them. Parallel instances are not constrained.
struct SnapsOfSets: ValidatedSnaps {
  func installed(in state: State) -> [SnapConstraints.Installed] {
    state.all(RecordKind<SnapState>.snaps).compactMap { key, record in
      guard let instance = try? InstanceName(key), instance.key == nil else { return nil }
      let revision: Int? = if case .store(let number) = record.current { Int(number) } else { nil }
      return SnapConstraints.Installed(
        name: instance.name.rawValue, id: record.snapID ?? "", revision: revision,
        ignoresValidation: record.ignoreValidation ?? false)
    }
  }
}

extension Overlord {
  /// Brings snaps to what validation sets say, and enforces these: `snap validate --enforce --refresh`.
  ///
  /// - Parameter texts: `ACCOUNT/NAME[=SEQUENCE]` each.
  public func enforceByRefreshing(_ texts: [String]) throws -> ChangeID {
    let wanted = try texts.map { try ValidationSetKey.parse($0) }
    let resolution = try validationSets.resolve(wanted)
    let keys = wanted.map { ["16", $0.key.account, $0.key.name] + ($0.sequence.map { ["\($0)"] } ?? []) }
    let missing = try Dictionary(
      uniqueKeysWithValues: resolution.install.map { name, revision in
        (try InstanceName(name), revision.map { Revision.store(UInt32($0)) })
      })
    let wrong = try Dictionary(
      uniqueKeysWithValues: resolution.refresh.map { (try InstanceName($0.key), Revision.store(UInt32($0.value))) })
    let concerned = Array(missing.keys) + Array(wrong.keys)
    let quoted = texts.map { "\"\($0)\"" }.joined(separator: ", ")
    return try snaps.bring(
      missing, wrong, validationSets: Dictionary(uniqueKeysWithValues: concerned.map { ($0, keys) }),
      summary: "Enforce validation set\(texts.count == 1 ? "" : "s") \(quoted)"
    ) { tasks, change, state in
      ValidationSetManager.addEnforcing(texts, after: tasks, to: change, in: &state)
    }
  }
}
