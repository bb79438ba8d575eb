internal import Snap
internal import State
internal import StoreProtocol

/// Asking stores for other revisions of what is installed.
extension SnapManager {
  /// What stores have for snaps that are installed: nothing for those that have the newest they may have.
  func refreshOffers(
    _ subjects: [(instance: InstanceName, record: SnapState)], _ request: StoreRefreshRequest
  ) throws -> [InstanceName: Result<StoreOffer, StoreRefusal>] {
    var offers: [InstanceName: Result<StoreOffer, StoreRefusal>] = [:]
    var byStore: [String: [(instance: InstanceName, record: SnapState)]] = [:]
    for subject in subjects {
      if let store = subject.record.store, subject.record.snapID != nil {
        byStore[store, default: []].append(subject)
      } else if let answer = try amended(subject.instance, subject.record, request) {
        offers[subject.instance] = answer
      }
    }
    for (store, subjects) in byStore.sorted(by: { $0.key < $1.key }) {
      offers.merge(try ask(store, subjects, request)) { $1 }
    }
    return offers
  }

  /// A snap from a file that is to come from a store from now on: any store that knows its name.
  private func amended(
    _ instance: InstanceName, _ record: SnapState, _ request: StoreRefreshRequest
  ) throws -> Result<StoreOffer, StoreRefusal>? {
    let wish = StoreWish(
      instance: instance, channel: try Channel.following(record.channel, wanted: request.channel),
      revision: request.revision, cohortKey: request.cohortKey,
      ignoresValidation: request.ignoreValidation,
      epoch: try? infos.info(of: instance, record.current).epoch)
    return try offers(for: [wish], request.options(over: record).asking)[instance]
  }

  private func ask(
    _ store: String, _ subjects: [(instance: InstanceName, record: SnapState)], _ request: StoreRefreshRequest
  ) throws -> [InstanceName: Result<StoreOffer, StoreRefusal>] {
    let (contexts, instances) = try storeContext(
      of: store, held: request.held, validationSets: request.validationSets)
    let keys = Dictionary(uniqueKeysWithValues: instances.map { ($0.value, $0.key) })
    let actions = try subjects.compactMap { instance, record -> SnapAction? in
      guard let key = keys[instance], let snapID = record.snapID else { return nil }
      let revision = request.revision ?? request.pinned[instance]
      let channel = try Channel.following(record.channel, wanted: request.channel)
      return SnapAction(
        .refresh, instanceKey: key, snapID: snapID,
        channel: request.channel.isEmpty || revision != nil ? nil : channel, revision: revision,
        cohortKey: request.cohortKey, ignoresValidation: request.ignoreValidation,
        validationSets: request.validationSets[instance] ?? [])
    }
    guard !actions.isEmpty else { return [:] }
    let sent = contexts.map { context in
      // Who leaves a cohort does not ask as one of it.
      guard request.leaveCohort, actions.contains(where: { $0.instanceKey == context.instanceKey }) else {
        return context
      }
      var context = context
      context.cohortKey = ""
      return context
    }
    let response = try snapStore.act(
      SnapActionRequest(context: sent, actions: actions), at: store,
      StoreAsking(userID: request.userID, isScheduled: request.isAutomatic, isManaged: request.isManaged))
    if response.results.isEmpty, let error = response.errorList.first {
      throw StoreRefusal.store(code: error.code.rawValue, message: error.message)
    }
    var offers: [InstanceName: Result<StoreOffer, StoreRefusal>] = [:]
    for result in response.results {
      guard let instance = instances[result.instanceKey],
        let record = subjects.first(where: { $0.instance == instance })?.record
      else { continue }
      offers[instance] = try answer(result, instance, record, request, store: store)
    }
    return offers
  }

  /// - Returns: nil for what is no update: what is here, and what is not wanted here.
  private func answer(
    _ result: SnapActionResult, _ instance: InstanceName, _ record: SnapState, _ request: StoreRefreshRequest,
    store: String
  ) throws -> Result<StoreOffer, StoreRefusal>? {
    switch result.content {
    case .snap(_, let snap):
      guard snap.snapID == record.snapID else { throw StoreRefusal.storeChanged(instance, found: snap.snapID) }
      let offer = try StoreOffer(snap, result, of: instance, store: store)
      guard offer.isRevision(request.revision ?? request.pinned[instance]) else {
        return .failure(.notAvailable(instance, .refresh, channel: nil, releases: []))
      }
      let isAsked = request.revision != nil
      // A revision that a revert went back from is taken only by who asks for it.
      if !isAsked, record.blocked.contains(offer.revision) { return nil }
      if !isAsked, request.avoided[instance]?.contains(offer.revision) == true { return nil }
      return .success(offer)
    case .failure(let failure):
      // Of many, one that the store does not know any more keeps the others from nothing.
      guard request.isOfOne || request.revision != nil else { return nil }
      let channel = try Channel.following(record.channel, wanted: request.channel)
      return .failure(
        StoreRefusal(failure, of: instance, .refresh, channel: request.revision == nil ? channel : nil))
    case .assertions: return nil
    }
  }
}
