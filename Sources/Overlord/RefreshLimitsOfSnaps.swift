internal import RefreshManager
public import Snap
public import SnapManager
internal import State
internal import Time
internal import ValidationSets

/// What keeps snaps at the revisions they have: holds and validation sets, as the operations on snaps are told of them.
struct RefreshLimitsOfSnaps: Sendable {
  let store: StateStore
  let sets: ValidationSetManager

  /// Brings validation sets that are followed to their newest. One that cannot be brought is reported, and stays.
  ///
  /// - Throws: that a store is away, so that it is not asked for each set.
  func moveSets(_ report: (String) -> Void) throws {
    let failures = try sets.refresh { error in
      switch error as? RemoteStoreError {
      case .timeout, .unreachable: true
      default: false
      }
    }
    for (key, reason) in failures { report("cannot refresh validation set \(key): \(reason)") }
  }

  /// Says in a request who holds which snap, which are left out, and which revisions validation sets want.
  func apply(to request: inout StoreRefreshRequest) throws {
    let records = store.read { $0.all(RecordKind<SnapState>.snaps) }
    for (name, record) in records {
      guard let instance = try? InstanceName(name), let id = record.snapID else { continue }
      let last = record.lastRefresh.map { Timestamp(seconds: $0) }
      let holders = store.read { $0.holders(of: instance, against: .automatic, lastRefresh: last) }
      if !holders.isEmpty { request.held[instance] = holders }
      // Of everything, what is held generally is left out; a snap by its name is not.
      let isHeld = store.read { !$0.holders(of: instance, against: .general, lastRefresh: last).isEmpty }
      if request.instances.isEmpty, !request.isAutomatic, isHeld { request.skipped.insert(instance) }
      guard request.ignoreValidation != true, record.ignoreValidation != true || request.ignoreValidation == false
      else {
        continue
      }
      let keys = try sets.keys(concerning: instance.name.rawValue, id: id)
      guard !keys.isEmpty else { continue }
      request.validationSets[instance] = keys
      let isMeant = request.instances.isEmpty || request.instances.contains(instance)
      guard isMeant else { continue }
      let asked: Int? = if case .store(let number)? = request.revision { Int(number) } else { nil }
      guard let wanted = try sets.enforced()[instance.name.rawValue, id] else { continue }
      if let revision = wanted.revision {
        if let asked, asked != revision {
          throw ValidationSetRefusal.wrongRefresh(
            instance.name.rawValue, wanted: asked, required: revision, sets: wanted.revisions[revision] ?? [])
        }
        request.pinned[instance] = .store(UInt32(revision))
      }
    }
  }

  /// The same for snaps that are not installed.
  func apply(to request: inout StoreInstallRequest) throws {
    guard !request.ignoreValidation else { return }
    for instance in request.instances {
      let asked: Int? = if case .store(let number)? = request.revision { Int(number) } else { nil }
      guard let revision = try sets.revision(of: instance.name.rawValue, id: "", wanted: asked) else { continue }
      request.pinned[instance] = .store(UInt32(revision))
    }
  }
}

extension Overlord {
  /// A request to refresh, with what holds and validation sets say.
  public func limited(_ request: StoreRefreshRequest) throws -> StoreRefreshRequest {
    var request = request
    // Sets that are followed move on with a refresh of everything.
    if request.instances.isEmpty { try limits.moveSets(report) }
    try limits.apply(to: &request)
    return request
  }

  /// A request to install from a store, the same.
  public func limited(_ request: StoreInstallRequest) throws -> StoreInstallRequest {
    var request = request
    try limits.apply(to: &request)
    return request
  }

  /// Refuses to remove what validation sets require.
  public func refuseRemoval(of instances: [InstanceName]) throws {
    for instance in instances {
      let id = store.read { $0[snap: instance]?.snapID } ?? ""
      try validationSets.refuseRemoval(of: instance.name.rawValue, id: id)
    }
  }

  private var limits: RefreshLimitsOfSnaps { RefreshLimitsOfSnaps(store: store, sets: validationSets) }
}
