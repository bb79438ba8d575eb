internal import Snap
internal import StoreProtocol
internal import Synchronization

/// The snaps as devices see them, out of memory where nothing has changed.
///
/// The state is shared with other processes, so each request asks once for the state's generation; what changed since
/// is forgotten, snap by snap.
final class Catalogue: Sendable {
  /// One snap, and what was made of its revisions for answers.
  final class Entry: Sendable {
    let snap: DeviceSnap
    fileprivate let revisions = Mutex<[UInt32: StoreSnap]>([:])
    fileprivate let answers = Mutex<[AnswerKey: [UInt8]]>([:])

    init(_ snap: DeviceSnap) { self.snap = snap }
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

  let state: any DeviceState
  private let entries: BoundedCache<String, Entry>
  /// What `entries` was read at.
  private let generation = Mutex<Int64?>(nil)

  /// - Parameter limit: snaps in memory; one takes about 1 KiB, and 2 KiB for each revision that was sent lately.
  init(_ state: any DeviceState, limit: Int = 1 << 18) {
    self.state = state
    entries = BoundedCache(limit: limit)
  }

  /// Forgets what changed. Once a request, before anything is looked up.
  func validate() throws {
    let now = try state.generation()
    try generation.withLock { known in
      guard known != now else { return }
      if let since = known, let changed = try state.snapsChanged(since: since) {
        for id in changed { entries[id] = nil }
      } else {
        entries.removeAll()
      }
      known = now
    }
  }

  func entry(id: String) throws -> Entry? {
    if let entry = entries[id] { return entry }
    let before = generation.withLock { $0 }
    guard let snap = try state.snap(id: id) else { return nil }
    let entry = Entry(snap)
    // Kept only when it is certainly of the known generation: nothing changed until it was read, and nobody has
    // forgotten anything since.
    if try state.generation() == before {
      generation.withLock { known in if known == before { entries[id] = entry } }
    }
    return entry
  }

  func entry(name: String) throws -> Entry? { try state.snapID(name: name).flatMap { try entry(id: $0) } }

  func revision(_ number: UInt32, of entry: Entry) throws -> StoreSnap? {
    if let known = entry.revisions.withLock({ $0[number] }) { return known }
    guard let snap = try state.revision(number, of: entry.snap.id) else { return nil }
    entry.revisions.withLock { revisions in
      if revisions.count >= 32 { revisions.removeAll() }
      revisions[number] = snap
    }
    return snap
  }

  /// The bytes of an answer's `snap`, made once.
  func answer(_ key: AnswerKey, of entry: Entry, make: () throws -> [UInt8]?) throws -> [UInt8]? {
    if let known = entry.answers.withLock({ $0[key] }) { return known }
    guard let bytes = try make() else { return nil }
    entry.answers.withLock { answers in
      if answers.count >= 16 { answers.removeAll() }
      answers[key] = bytes
    }
    return bytes
  }
}
