internal import ByteText
internal import JSONValues
internal import Snap
internal import StoreProtocol
internal import Time

/// Answers `POST v2/snaps/refresh`: what shall be installed, downloaded and refreshed, and which assertions are newer.
/// Source: `spec/assertions-and-store.md` §6.
struct RefreshService: Sendable {
  /// Actions and contexts in one request; a machine has some hundred snaps at most.
  static let limit = 2000

  let catalogue: Catalogue
  let assertions: AssertionAnswers
  let cohortSecret: [UInt8]
  var holds = HoldCounts()

  /// The whole answer.
  ///
  /// - Throws: what the state throws; anything wrong with one action is in the answer.
  func answer(_ request: SnapActionRequest, for device: DeviceContext) throws -> [UInt8] {
    try catalogue.atOnce { catalogue in
      let service = RefreshService(
        catalogue: catalogue, assertions: assertions, cohortSecret: cohortSecret, holds: holds)
      return try service.results(request, device)
    }
  }

  private func results(_ request: SnapActionRequest, _ device: DeviceContext) throws -> [UInt8] {
    let fields = StoreFields(names: request.fields)
    var contexts: [String: SnapContext] = Dictionary(minimumCapacity: request.context.count)
    for context in request.context { contexts[context.instanceKey] = context }
    var results = ActionResults()
    for action in request.actions {
      if action.kind == .fetchAssertions {
        results.add(try assertions.result(action, maxFormats: request.assertionMaxFormats, base: device.base))
        continue
      }
      do {
        let context = contexts[action.instanceKey]
        let wish = try wish(action, context, device)
        if let context, action.kind == .refresh { holds.add(context) }
        guard let choice = try catalogue.choose(wish, for: device, cohortSecret: cohortSecret) else { continue }
        let bytes = try catalogue.answer(choice, of: wish.entry, has: wish.current, fields: fields, for: device)
        guard let bytes else { continue }
        results.add(action.kind.rawValue, action.instanceKey, wish.entry.snap, choice, answer: bytes)
      } catch let error as ActionError {
        results.add(error, action.instanceKey)
      }
    }
    return results.finish()
  }

  private func wish(_ action: SnapAction, _ context: SnapContext?, _ device: DeviceContext) throws -> SnapWish {
    guard action.kind == .refresh else {
      var wish = SnapWish(entry: try find(action, device), instanceKey: action.instanceKey)
      wish.channel = action.channel.map { RequestedChannel($0, namesTrack: action.namesTrack) }
      wish.revision = action.revision?.number
      wish.cohortKey = action.cohortKey
      wish.data = action.epoch
      wish.validationSets = action.ignoresValidation == true ? [] : action.validationSets
      wish.mayRedirect = true
      return wish
    }
    guard let context else {
      throw ActionError(
        .invalidAction, "cannot refresh \(QuotedText.quote(action.instanceKey)): it is not in the request's context")
    }
    guard let entry = try catalogue.entry(id: context.snapID), try catalogue.isVisible(entry, to: device) else {
      throw ActionError(.idNotFound, "cannot find a snap with ID \(QuotedText.quote(context.snapID))")
    }
    var wish = SnapWish(entry: entry, instanceKey: action.instanceKey)
    wish.channel = (action.channel ?? context.trackingChannel).map { RequestedChannel($0, namesTrack: true) }
    wish.revision = action.revision?.number
    // An empty key in the action leaves the cohort, but it can't be told from none; the client then leaves it out of
    // the context too.
    wish.cohortKey = action.cohortKey.isEmpty ? context.cohortKey : action.cohortKey
    wish.current = context.revision?.number
    wish.data = context.epoch
    wish.refreshed = context.refreshedDate?.description
    let sets = action.validationSets.isEmpty ? context.validationSets : action.validationSets
    wish.validationSets = action.ignoresValidation ?? context.ignoresValidation ? [] : sets
    return wish
  }

  /// The snap of an install or download, by its id or its name.
  private func find(_ action: SnapAction, _ device: DeviceContext) throws -> Catalogue.Entry {
    if !action.snapID.isEmpty {
      if let entry = try catalogue.entry(id: action.snapID), try catalogue.isVisible(entry, to: device) { return entry }
      throw ActionError(.idNotFound, "cannot find a snap with ID \(QuotedText.quote(action.snapID))")
    }
    guard let name = action.name else {
      throw ActionError(.invalidAction, "cannot \(action.kind.rawValue) a snap: neither its name nor its ID is said")
    }
    if let entry = try catalogue.entry(name: name.rawValue), try catalogue.isVisible(entry, to: device) { return entry }
    throw ActionError(.nameNotFound, "cannot find a snap named \"\(name)\"")
  }
}

extension Revision {
  /// The store's number; nil for one that the store does not know.
  var number: UInt32? {
    if case .store(let number) = self { number } else { nil }
  }
}
