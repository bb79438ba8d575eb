internal import Snap
internal import StoreProtocol
internal import StoreState
internal import Synchronization

/// The snaps as devices see them, out of memory where nothing has changed.
///
/// The state is shared with other processes, so each request asks once for the state's generation; what changed since
/// is forgotten, snap by snap. What memory does not have is read in the same transaction: see ``atOnce(_:)``.
final class Catalogue: Sendable {
  /// One snap.
  final class Entry: Sendable {
    let snap: DeviceSnap
    /// The generation that it was read at; it is the same in all later ones until it is forgotten.
    fileprivate let readAt: Int64
    /// No other entry has it, also none of the same snap.
    fileprivate let serial: UInt64

    fileprivate init(_ snap: DeviceSnap, readAt: Int64, serial: UInt64) {
      (self.snap, self.readAt, self.serial) = (snap, readAt, serial)
    }
  }

  /// What an answer about a snap depends on besides the snap.
  struct AnswerKey: Hashable, Sendable {
    var revision: UInt32
    var fields: StoreFields
    /// Which revision the device has, where it takes deltas.
    var source: UInt32?
    /// The address that the server is known by.
    var base: String
  }

  /// How much is kept in memory: about 0.7 KiB for a snap, 1.5 KiB for an answer, 3 KiB for a revision, so 1 GiB at most.
  struct Limits: Sendable {
    var snaps = 1 << 20
    var answers = 1 << 17
    var revisions = 1 << 14
  }

  let state: any DeviceState
  private let memory: CatalogueMemory
  /// The generation that `state` reads at; nil when each of its calls reads what is there then.
  private let readsAt: Int64?

  init(_ state: any DeviceState, limits: Limits = Limits()) {
    self.state = state
    memory = CatalogueMemory(limits)
    readsAt = nil
  }

  private init(_ state: any DeviceState, _ memory: CatalogueMemory, readsAt: Int64) {
    (self.state, self.memory, self.readsAt) = (state, memory, readsAt)
  }

  /// Forgets what changed, and has `body` look things up in one transaction: all of one instant, at the cost of one.
  func atOnce<Result>(_ body: (Catalogue) throws -> Result) throws -> Result {
    try state.atOnce { state in
      let now = try state.generation()
      try memory.advance(to: now, state)
      return try body(Catalogue(state, memory, readsAt: now))
    }
  }

  /// Forgets what changed. Once a request, before anything is looked up without ``atOnce(_:)``.
  func validate() throws { try atOnce { _ in } }

  func entry(id: String) throws -> Entry? {
    if let entry = memory.entries[id] { return entry }
    guard let readsAt else { return try atOnce { try $0.entry(id: id) } }
    guard let snap = try state.snap(id: id) else { return nil }
    let entry = Entry(snap, readAt: readsAt, serial: memory.nextSerial())
    memory.keep(entry, id: id)
    return entry
  }

  func entry(name: String) throws -> Entry? { try state.snapID(name: name).flatMap { try entry(id: $0) } }

  func revision(_ number: UInt32, of entry: Entry) throws -> StoreSnap? {
    let key = CatalogueMemory.Key(serial: entry.serial, part: number)
    if let known = memory.revisions[key] { return known }
    guard let snap = try state.revision(number, of: entry.snap.id) else { return nil }
    if isCurrent(entry) { memory.revisions[key] = snap }
    return snap
  }

  /// The bytes of an answer's `snap`, made once.
  func answer(_ key: AnswerKey, of entry: Entry, make: () throws -> [UInt8]?) throws -> [UInt8]? {
    let place = CatalogueMemory.Key(serial: entry.serial, part: key)
    if let known = memory.answers[place] { return known }
    guard let bytes = try make() else { return nil }
    if isCurrent(entry) { memory.answers[place] = bytes }
    return bytes
  }

  /// Whether what is read here belongs to the entry, and not to the snap as it was before another thread read it anew.
  private func isCurrent(_ entry: Entry) -> Bool { readsAt.map { $0 >= entry.readAt } ?? true }

  /// Reads snaps into memory, in the order of their ids, before anybody asks for them: as many as there is room for.
  ///
  /// - Parameters:
  ///   - page: snaps in one transaction.
  ///   - isStopped: asked between pages.
  func warmUp(page: Int = 200, isStopped: () -> Bool) throws {
    var (last, count) = ("", 0)
    while count + page <= memory.limits.snaps, !isStopped() {
      let ids = try atOnce { catalogue in
        let ids = try catalogue.state.snapIDs(after: last, limit: page)
        for id in ids { _ = try catalogue.entry(id: id) }
        return ids
      }
      guard let end = ids.last else { return }
      (last, count) = (end, count + ids.count)
    }
  }
}

/// What a catalogue keeps.
private final class CatalogueMemory: Sendable {
  /// Something about an entry. A new entry of the snap has another serial, so nothing has to be forgotten.
  struct Key<Part: Hashable & Sendable>: Hashable, Sendable {
    var serial: UInt64
    var part: Part
  }

  let limits: Catalogue.Limits
  let entries: BoundedCache<String, Catalogue.Entry>
  let answers: BoundedCache<Key<Catalogue.AnswerKey>, [UInt8]>
  let revisions: BoundedCache<Key<UInt32>, StoreSnap>
  private let serial = Atomic<UInt64>(0)
  /// What `entries` was read at.
  private let generation = Mutex<Int64?>(nil)
  /// The same, or what it is about to be.
  private let newest = Atomic<Int64>(.min)

  init(_ limits: Catalogue.Limits) {
    self.limits = limits
    entries = BoundedCache(limit: limits.snaps)
    answers = BoundedCache(limit: limits.answers)
    revisions = BoundedCache(limit: limits.revisions)
  }

  func nextSerial() -> UInt64 { serial.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Forgets what changed until a generation. Another thread may know a later one already; then this has nothing to do.
  func advance(to now: Int64, _ state: any DeviceState) throws {
    try generation.withLock { known in
      if let known, known >= now { return }
      let changed = try known.flatMap { try state.snapsChanged(since: $0) }
      // From here on nothing older is kept, so what is forgotten below stays so.
      newest.store(now, ordering: .sequentiallyConsistent)
      if let changed {
        for id in changed { entries[id] = nil }
      } else {
        entries.removeAll()
      }
      known = now
    }
  }

  /// Keeps an entry, unless something may have been forgotten since it was read.
  func keep(_ entry: Catalogue.Entry, id: String) {
    entries.insert(entry, for: id) { newest.load(ordering: .sequentiallyConsistent) == entry.readAt }
  }
}
