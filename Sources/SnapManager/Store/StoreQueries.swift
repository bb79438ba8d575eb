internal import Assertions
internal import Snap
internal import State
internal import StoreProtocol
internal import Time

/// Asking stores, and reading what they answer. Source: `spec/assertions-and-store.md` §6, "Snap action".
extension SnapManager {
  /// Asks for snaps that are not here: each of the first store that knows its name.
  ///
  /// - Returns: an offer for each wish, or why there is none.
  /// - Throws: when there is no store, or one does not answer.
  func offers(
    for wishes: [StoreWish], _ asking: StoreAsking, _ kind: SnapAction.Kind = .install
  ) throws -> [InstanceName: Result<StoreOffer, StoreRefusal>] {
    var answers: [InstanceName: Result<StoreOffer, StoreRefusal>] = [:]
    guard let first = wishes.first else { return answers }
    let verb: StoreRefusal.Action = kind == .download ? .download : .install
    let names = try snapStore.names()
    guard !names.isEmpty else { throw StoreRefusal.noStore(verb, first.instance) }
    var rest = wishes
    for name in names where !rest.isEmpty {
      let keys = Dictionary(
        uniqueKeysWithValues: rest.enumerated().map { ("\(kind.rawValue)-\($0.offset + 1)", $0.element) })
      let actions = keys.sorted { $0.key < $1.key }.map { key, wish in
        var action = SnapAction(
          kind, instanceKey: key, name: wish.instance.name,
          channel: wish.channel ?? (wish.revision == nil ? Self.defaultChannel : nil), revision: wish.revision,
          cohortKey: wish.cohortKey, ignoresValidation: wish.ignoresValidation, epoch: wish.epoch,
          validationSets: wish.validationSets)
        action.namesTrack = wish.namesTrack
        return action
      }
      let response = try snapStore.act(
        SnapActionRequest(context: try storeContext(of: name).contexts, actions: actions), at: name, asking)
      if response.results.isEmpty, let error = response.errorList.first {
        throw StoreRefusal.store(code: error.code.rawValue, message: error.message)
      }
      for result in response.results {
        guard let wish = keys[result.instanceKey] else { continue }
        let channel = wish.revision == nil ? wish.channel ?? Self.defaultChannel : nil
        answers[wish.instance] = try answer(result, of: wish.instance, verb, channel: channel, store: name).flatMap {
          $0.isRevision(wish.revision)
            ? .success($0) : .failure(.notAvailable(wish.instance, verb, channel: nil, releases: []))
        }
      }
      for wish in rest where answers[wish.instance] == nil {
        answers[wish.instance] = .failure(.notFound(wish.instance))
      }
      rest = rest.filter { wish in
        if case .failure(.notFound)? = answers[wish.instance] { return true }
        return false
      }
    }
    return answers
  }

  private func answer(
    _ result: SnapActionResult, of instance: InstanceName, _ verb: StoreRefusal.Action, channel: Channel?,
    store: String
  ) throws -> Result<StoreOffer, StoreRefusal> {
    switch result.content {
    case .snap(_, let snap): .success(try StoreOffer(snap, result, of: instance, store: store))
    case .failure(let failure): .failure(StoreRefusal(failure, of: instance, verb, channel: channel))
    case .assertions: .failure(.storeChanged(instance, found: "assertions"))
    }
  }

  /// Where a snap is looked for when nothing is said.
  private static var defaultChannel: Channel? { try? Channel("latest/stable") }

  // MARK: What is installed

  /// What a store is told of the snaps that came from it, with the instances by the keys that its answers have.
  func storeContext(
    of store: String, held: [InstanceName: [String]] = [:], validationSets: [InstanceName: [[String]]] = [:]
  ) throws -> (contexts: [SnapContext], instances: [String: InstanceName]) {
    let installed = self.store.read { $0.all(.snaps) }
    var (contexts, instances) = ([SnapContext](), [String: InstanceName]())
    for (name, record) in installed {
      guard let snapID = record.snapID, record.store == store, let instance = try? InstanceName(name) else { continue }
      let key = try instanceKey(of: instance, snapID)
      instances[key] = instance
      contexts.append(
        SnapContext(
          snapID: snapID, instanceKey: key, revision: record.current,
          trackingChannel: record.channel.isEmpty ? nil : try? Channel(record.channel),
          epoch: (try? infos.info(of: instance, record.current).epoch) ?? .zero,
          refreshedDate: record.lastRefresh.map { Timestamp(seconds: $0) },
          ignoresValidation: record.ignoreValidation ?? false, cohortKey: record.cohortKey ?? "",
          validationSets: validationSets[instance] ?? [], heldBy: held[instance] ?? []))
    }
    return (contexts, instances)
  }

  /// What a store calls an installed snap by: its id, and for a parallel instance nothing that tells the key.
  private func instanceKey(of instance: InstanceName, _ snapID: String) throws -> String {
    guard let key = instance.key else { return snapID }
    return "\(snapID):\(StorePrivacy.digest(of: [snapID, key, try privacyKey()]))"
  }

  private func privacyKey() throws -> String {
    if let key = store.read({ $0[.refreshPrivacyKey, "key"] }) { return key }
    return try store.write { state in
      let key = state[.refreshPrivacyKey, "key"] ?? StorePrivacy.newKey()
      state[.refreshPrivacyKey, "key"] = key
      return key
    }
  }
}

extension RecordKind where Value == String {
  /// What keeps a store from knowing the keys of parallel instances.
  static let refreshPrivacyKey = RecordKind<String>("refresh-privacy-key")
}

extension StoreRefusal {
  /// What a store says of one action.
  init(_ failure: SnapActionFailure, of instance: InstanceName, _ verb: Action, channel: Channel?) {
    switch failure.code {
    case .nameNotFound, .idNotFound, .notFound: self = .notFound(instance)
    case .revisionNotFound:
      let releases = failure.releases.map {
        Release(architecture: $0.architecture, channel: $0.channel?.fullName ?? "")
      }
      self = .notAvailable(instance, verb, channel: channel?.fullName, releases: releases)
    default: self = .refused(instance, verb, code: failure.code.rawValue, message: failure.message)
    }
  }
}
