internal import Assertions
internal import Host
internal import Linux
public import Snap
public import State
public import StoreProtocol

/// What stores have for installed snaps, found before it is chosen what of it is made; it can be made without asking
/// them again.
public struct FoundRefreshes: Sendable {
  /// A revision that a store has of an installed snap.
  public struct Found: Sendable {
    public let instance: InstanceName
    public let revision: Revision
    public let snap: StoreSnap
    /// The channel that it was found in, in full; empty when the store does not say.
    public let channel: String
    /// The bytes of the smallest delta from a revision that is here; nil when there is none.
    public let deltaSize: Int64?
  }

  /// Sorted by name.
  public var found: [Found] {
    subjects.compactMap { instance, record in
      guard let offer = offers[instance] else { return nil }
      let deltas = offer.snap.download.deltas.filter { delta in
        delta.format == "xdelta3" && (delta.source.map(record.has) ?? false)
      }
      return Found(
        instance: instance, revision: offer.revision, snap: offer.snap, channel: offer.channel?.fullName ?? "",
        deltaSize: deltas.map(\.size).min())
    }
  }

  let request: StoreRefreshRequest
  let subjects: [(instance: InstanceName, record: SnapState)]
  let offers: [InstanceName: StoreOffer]
  /// Those of which other aliases have been declared.
  let aliased: [InstanceName]
}

extension SnapManager {
  /// Asks the stores what they have, and starts nothing. What is declared of the snaps is asked for too.
  ///
  /// - Throws: ``StoreRefusal``, or why a store gives no answer.
  public func findRefreshes(_ request: StoreRefreshRequest) throws -> FoundRefreshes {
    let subjects = try refreshSubjects(request)
    let offers = try refreshOffers(subjects, request).compactMapValues { answer -> StoreOffer? in
      guard case .success(let offer) = answer else { return nil }
      return offer
    }
    let changed = updateDeclarations(of: subjects)
    return FoundRefreshes(
      request: request, subjects: subjects,
      offers: offers.filter { instance, offer in
        subjects.first { $0.instance == instance }?.record.current != offer.revision
      },
      aliased: try withOtherAliases(subjects, declared: changed))
  }

  /// Starts what was found of some snaps.
  ///
  /// - Parameters:
  ///   - change: the kind and summary of the change, from those that can be made.
  ///   - mutation: applied in the commit that makes the change.
  /// - Returns: the change, nil when there is nothing to do; and who cannot be refreshed now, with why.
  public func refresh(
    _ found: FoundRefreshes, _ chosen: Set<InstanceName>,
    change: (kind: String, summary: @Sendable ([InstanceName]) -> String),
    with mutation: (inout State, ChangeID) -> Void
  ) throws -> (change: ChangeID?, left: [InstanceName: String]) {
    var request = found.request
    request.change = change
    var (plans, left): ([StorePlan], [InstanceName: String]) = ([], [:])
    for (instance, record) in found.subjects where chosen.contains(instance) {
      guard let offer = found.offers[instance] else { continue }
      do { plans.append(try plan(offer, over: record, request.options(over: record))) } catch {
        left[instance] = "\(error)"
      }
    }
    guard !plans.isEmpty else { return (nil, left) }
    return (try begin(inOrder(plans), [], aliased: found.aliased, request, with: mutation), left)
  }

  /// The tasks of what was found of some snaps, for a change that is under way.
  ///
  /// - Returns: what adds them; nil when there is nothing to do.
  public func addition(
    of found: FoundRefreshes, _ chosen: Set<InstanceName>, to change: ChangeID
  ) throws -> (@Sendable (inout State) throws -> Void)? {
    let request = found.request
    let plans = inOrder(
      found.subjects.compactMap { instance, record in
        guard chosen.contains(instance), let offer = found.offers[instance] else { return nil }
        return try? plan(offer, over: record, request.options(over: record))
      })
    guard !plans.isEmpty else { return nil }
    return { [self] state in
      let names = plans.map(\.setup.instance)
      try state.refuseConflicts(with: names, but: change)
      try addTasks(of: plans, to: change, in: nil, &state)
      addRerefreshCheck(of: plans, request, to: change, &state)
      state.setChangeData(names.map(\.description), State.affectedSnaps, of: change)
    }
  }

  /// Gives an image that was downloaded before its update was begun its name.
  ///
  /// - Returns: whether there is one, and it is what is wanted.
  func takePreDownloaded(_ download: StoreDownload, to blob: String) throws -> Bool {
    let path = "\(blob).partial"
    guard let status = try Files.status(path, followSymlinks: false), status.size == download.size,
      try FileDigest(path: path).hexadecimal == download.sha3
    else { return false }
    try Files.setMode(path, 0o600)
    try Files.rename(path, to: blob)
    try Files.syncDirectory(directories.blobs)
    return true
  }

  /// Downloads a revision of an installed snap to where `download-snap` goes on. Nothing happens when the store has
  /// another one by now.
  public func preDownload(_ instance: InstanceName, _ revision: Revision, in context: TaskContext) throws {
    guard let record = store.read({ $0[snap: instance] }), !record.has(revision) else { return }
    var request = StoreRefreshRequest([instance])
    request.isAutomatic = true
    let found = try findRefreshes(request)
    guard let offer = found.offers[instance], offer.revision == revision else { return }
    let download = offer.download(isRateLimited: true)
    let blob = directories.blob(of: instance, revision)
    guard try Files.status(blob, followSymlinks: false) == nil else { return }
    let name = instance.description
    try snapStore.download(
      download, over: try oldImages(of: instance, download), to: blob,
      progress: { done, total in context.progress(label: name, done: done, total: total) },
      isCancelled: { context.isAborted })
    // No update yet: an image under its own name is one of a revision that is installed.
    try Files.rename(blob, to: "\(blob).partial")
  }
}
