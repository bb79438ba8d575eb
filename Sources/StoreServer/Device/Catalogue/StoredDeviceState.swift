internal import Assertions
internal import Snap
internal import StoreProtocol
internal import StoreState
internal import Time

/// The store's state as devices see it.
struct StoredDeviceState: DeviceState {
  let state: any StoreState

  func atOnce<Result>(_ body: (any DeviceState) throws -> Result) throws -> Result {
    try state.read { try body(StoredDeviceState(state: Reading(reader: $0, state: state))) }
  }

  /// The state within one of its reads.
  ///
  /// Used by the one thread that reads, for as long as it does: see ``DeviceState/atOnce(_:)``.
  private struct Reading: StoreState, @unchecked Sendable {
    let reader: any StoreReader
    let state: any StoreState
    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result { try body(reader) }
    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result { try state.write(body) }
  }

  func generation() throws -> Int64 { try state.read { try $0.generation() } }

  func snapsChanged(since generation: Int64) throws -> [String]? {
    try state.read { try $0.snapsChanged(since: generation) }
  }

  func snap(id: String) throws -> DeviceSnap? {
    try state.read { try $0.outline(id: id).map(DeviceSnap.init) }
  }

  func snapID(name: String) throws -> String? { try state.read { try $0.snapID(name: name) } }

  func snapIDs(after id: String, limit: Int) throws -> [String] {
    try state.read { try $0.snapIDs(after: id, limit: limit) }
  }

  func revision(_ number: UInt32, of snapID: String) throws -> StoreSnap? {
    try state.read { reader in
      guard let record = try reader.snap(id: snapID), let revision = try reader.revision(number, of: snapID),
        revision.status == .ready
      else { return nil }
      return StoreSnap(record, revision, publisher: try reader.account(id: record.publisherID))
    }
  }

  func wasReleased(_ number: UInt32, of snapID: String) throws -> Bool {
    try state.read { try $0.wasReleased(number, of: snapID) }
  }

  func history(
    of snapID: String, architecture: Architecture, channel: Channel, until: Int64, limit: Int
  ) throws -> [DeviceHistoryEntry] {
    try state.read { reader in
      try reader.history(
        of: snapID, architecture: architecture, channel: channel, until: Timestamp(seconds: until), limit: limit
      ).map { DeviceHistoryEntry(revision: $0.revision, at: $0.at.seconds) }
    }
  }

  func map(of snapID: String, at time: Int64) throws -> ChannelMap {
    try state.read { reader in
      ChannelMap(
        releases: try reader.releases(of: snapID, at: Timestamp(seconds: time)).map(ChannelMap.Release.init),
        defaultTrack: try reader.outline(id: snapID)?.defaultTrack)
    }
  }

  func deltas(of snapID: String, from source: UInt32, to target: UInt32) throws -> [DeviceDelta] {
    try state.read { reader in
      try reader.deltas(of: snapID, from: source, to: target).map {
        DeviceDelta(source: $0.source, target: $0.target, format: $0.format, sha3_384: $0.digest.hex, size: $0.size)
      }
    }
  }

  func mayDevelop(snapID: String, account: String) throws -> Bool {
    try state.read { try $0.mayDevelop(snapID: snapID, accountID: account) }
  }

  func validationSet(account: String, name: String, sequence: Int?) throws -> [DeviceValidation]? {
    let stored = try state.read { reader in
      try reader.sequenceMember(
        AssertionType.validationSet.rawValue, sequenceKey: ["16", account, name], sequence: sequence,
        maximumFormat: AssertionType.validationSet.maximumFormat)
    }
    guard let set = try stored?.decoded().value as? ValidationSet else { return nil }
    return set.snaps.map { snap in
      DeviceValidation(
        snapID: snap.id, presence: snap.presence.rawValue,
        revision: snap.revision > 0 ? UInt32(exactly: snap.revision) : nil)
    }
  }
}

extension DeviceSnap {
  init(_ outline: SnapOutline) {
    self.init(
      id: outline.id, name: outline.name, publisherID: outline.publisherID, isPrivate: outline.isPrivate,
      isUnlisted: outline.isUnlisted,
      map: ChannelMap(
        releases: outline.releases.map(ChannelMap.Release.init), defaultTrack: outline.defaultTrack))
  }
}

extension ChannelMap.Release {
  init(_ record: ReleaseRecord) {
    self.init(
      architecture: record.architecture, channel: record.channel, revision: record.revision,
      releasedAt: record.releasedAt.seconds, expiresAt: record.expiresAt?.seconds,
      progress: record.progress.map {
        ProgressiveRelease(share: $0.share, isPaused: $0.isPaused, others: $0.others)
      })
  }
}

extension StoreSnap {
  /// What a snap and one of its revisions are to devices; without the address of the download.
  init(_ record: SnapRecord, _ revision: RevisionRecord, publisher: AccountRecord?) {
    self.init()
    name = record.name
    snapID = record.id
    isPrivate = record.isPrivate
    let metadata = record.metadata
    (title, summary, description) = (metadata.title, metadata.summary, metadata.description)
    if title.isEmpty { title = record.name.rawValue }
    (license, contact, website) = (metadata.license, metadata.contact, metadata.website)
    (links, media) = (metadata.links, metadata.media)
    categories = metadata.categories.map { StoreCategory(name: $0, isFeatured: false) }
    self.publisher = StoreAccount(
      id: record.publisherID, username: publisher?.username ?? "", displayName: publisher?.displayName ?? "",
      validation: publisher?.validation.rawValue ?? "")
    self.revision = .store(revision.number)
    (version, type, confinement, base) = (revision.version, revision.type, revision.confinement, revision.base)
    architectures = revision.architectures.map(\.description)
    epoch = revision.epoch
    snapYAML = revision.snapYAML
    createdAt = revision.createdAt.description
    download = SnapDownload(sha3_384: revision.digest.hex, size: revision.size)
  }
}
