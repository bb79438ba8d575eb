internal import Snap
internal import StoreProtocol

/// What a store offers in answer to a wish: a revision of a snap.
struct StoreOffer: Sendable {
  /// The store's name on this machine.
  var store: String
  var instance: InstanceName
  var snap: StoreSnap
  var revision: Revision
  /// The channel that the revision was found in.
  var channel: Channel?
  /// The channel that is to be followed instead of what was asked for.
  var redirect: Channel?
  /// The metadata, when the store has sent it; what comes of it is checked again in the image.
  var info: SnapInfo?

  /// - Throws: when the answer is not about the snap that was asked for, or says too little to be used.
  init(_ snap: StoreSnap, _ result: SnapActionResult, of instance: InstanceName, store: String) throws {
    guard snap.name == instance.name else {
      throw StoreRefusal.storeChanged(instance, found: snap.name?.rawValue ?? "")
    }
    guard let revision = snap.revision, !snap.snapID.isEmpty else {
      throw StoreRefusal.storeChanged(instance, found: "\(snap.name?.rawValue ?? ""), without revision or snap-id")
    }
    self.store = store
    self.instance = instance
    self.snap = snap
    self.revision = revision
    channel = result.effectiveChannel
    redirect = result.redirectChannel
    info = snap.snapYAML.isEmpty ? nil : try? SnapInfo(yaml: Array(snap.snapYAML.utf8))
    info?.instanceKey = instance.key
  }

  /// What a download needs, in the form that tasks keep.
  func download(isRateLimited: Bool) -> StoreDownload {
    let download = snap.download
    let deltas = download.deltas.compactMap { delta -> StoreDownload.Delta? in
      guard case .store(let source)? = delta.source, case .store(let target)? = delta.target else { return nil }
      return StoreDownload.Delta(
        format: delta.format, source: Int(source), target: Int(target), size: UInt64(delta.size),
        sha3: delta.sha3_384, url: delta.url)
    }
    return StoreDownload(
      store: store, url: download.url, size: UInt64(download.size), sha3: download.sha3_384, deltas: deltas,
      isRateLimited: isRateLimited)
  }

  /// The base, in the form of the metadata.
  var base: String? { info?.base ?? (snap.base.isEmpty ? nil : snap.base) }

  /// Whether it is what was asked for. A store is not asked for the revision of a file, and answers with another.
  func isRevision(_ wanted: Revision?) -> Bool { wanted.map { $0 == revision } ?? true }
}

/// What is wanted of a snap that is not installed, or of one that shall come from elsewhere.
struct StoreWish: Equatable, Sendable {
  var instance: InstanceName
  /// In full; nil is what the store gives to who says nothing.
  var channel: Channel?
  /// Whether the channel was asked for with its track; where not, a store may have another track for it.
  var namesTrack = false
  var revision: Revision?
  var cohortKey = ""
  var ignoresValidation: Bool?
  /// The epoch of the data that is there.
  var epoch: Epoch?
  /// Primary keys of validation sets that it shall be in.
  var validationSets: [[String]] = []
}
