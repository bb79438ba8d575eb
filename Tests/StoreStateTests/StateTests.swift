import Assertions
import Crypto
import Linux
import SQLite
import Snap
import StoreProtocol
import TestSupport
import Testing
import Time

@testable import StoreState

/// A state in a directory of its own, with an account and a snap.
final class StateFixture {
  let directory: TemporaryDirectory
  let state: SQLiteState
  static let time = Timestamp(seconds: 1_800_000_000)
  let account = AccountRecord(
    id: "alice", username: "alice", displayName: "Alice", email: "alice@example.org", createdAt: time)
  let snap: SnapRecord

  init() throws {
    directory = try TemporaryDirectory()
    state = try SQLiteState(path: directory.path + "/store.db")
    snap = SnapRecord(
      id: "abcdefghijklmnopqrstuvwxyz012345", name: try SnapName("hello"), publisherID: "alice", createdAt: Self.time)
    let (account, snap) = (account, snap)
    try state.write {
      try $0.insert(account)
      try $0.insert(snap)
    }
  }

  func revision(_ number: UInt32) throws -> RevisionRecord {
    RevisionRecord(
      snapID: snap.id, number: number, digest: try #require(BlobDigest([UInt8](repeating: UInt8(number), count: 48))),
      size: 10, version: "1.\(number)", type: .app, base: "core24", confinement: .strict, grade: .stable,
      epoch: try Epoch("1*"), architectures: [Architecture("amd64"), Architecture("arm64")], snapYAML: "name: hello\n",
      provenance: "global-upload", status: .review, notes: ["a", "b\"c"], uploadedBy: "alice", createdAt: Self.time)
  }

  func release(_ number: UInt32, _ channel: String, at seconds: Int64) throws -> ReleaseRecord {
    ReleaseRecord(
      snapID: snap.id, architecture: Architecture("amd64"), channel: try Channel(channel), revision: number,
      releasedAt: Timestamp(seconds: seconds))
  }
}

@Suite struct StateTests {
  @Test func `what is written is read, by other connections too`() throws {
    let fixture = try StateFixture()
    var account = fixture.account
    account.password = try PasswordHash(of: "secret", cost: Scrypt.Cost(logN: 4, r: 8, p: 1))
    account.validation = .verified
    var snap = fixture.snap
    snap.metadata = SnapMetadata(
      title: "T", summary: "S", description: "D\nE", license: "MIT", contact: "c", website: "w",
      links: ["issues": ["https://x"]], media: [.init(type: "icon", url: "u", width: 1)], categories: ["games"],
      videoURLs: ["v"])
    snap.declaration = [
      "plugs": .map(["x": .map(["allow-installation": .text("true")])]), "a": .list([.text("b")]),
    ]
    let (revision, track) = (
      try fixture.revision(1),
      TrackRecord(
        snapID: snap.id, name: "2.0", versionPattern: "2.*", automaticPhasing: 12.5, createdAt: StateFixture.time)
    )
    try fixture.state.write { [account, snap] in
      try $0.update(account)
      try $0.update(snap)
      try $0.insert(revision)
      try $0.set(track)
    }
    let other = try SQLiteState(path: fixture.directory.path + "/store.db")
    try other.read { reader throws in
      #expect(try reader.account(email: "ALICE@example.org") == account)
      #expect(try reader.account(username: "alice")?.password?.matches("secret") == true)
      #expect(try reader.account(id: "alice")?.password?.matches("Secret") == false)
      #expect(try reader.snap(name: "hello") == snap)
      #expect(try reader.revision(1, of: snap.id) == revision)
      #expect(try reader.revision(revision.digest, of: snap.id) == revision)
      #expect(try reader.revisionsInReview() == [revision])
      #expect(try reader.isUsed(revision.digest))
      #expect(try reader.tracks(of: snap.id) == [track])
      #expect(try reader.mayDevelop(snapID: snap.id, accountID: "alice"))
      #expect(try !reader.mayDevelop(snapID: snap.id, accountID: "bob"))
    }
    #expect(try other.write { try $0.nextRevision(of: snap.id) } == 2)
  }

  @Test func `what throws has not happened, and names are of one alone`() throws {
    let fixture = try StateFixture()
    let twin = AccountRecord(
      id: "other", username: "alice", displayName: "", email: "x@y", createdAt: StateFixture.time)
    #expect(throws: StateConflict.usernameTaken("alice")) { try fixture.state.write { try $0.insert(twin) } }
    let snap = SnapRecord(
      id: "b", name: try SnapName("hello"), publisherID: "alice", createdAt: StateFixture.time)
    #expect(throws: StateConflict.nameTaken("hello")) {
      try fixture.state.write {
        try $0.setSetting("a", "b")
        try $0.insert(snap)
      }
    }
    #expect(try fixture.state.read { try $0.setting("a") } == nil)
  }

  @Test func `each change of what devices see has a generation`() throws {
    let fixture = try StateFixture()
    let id = fixture.snap.id
    let start = try fixture.state.read { try $0.generation() }
    #expect(try fixture.state.read { try $0.snapsChanged(since: start) } == [])
    var last = start
    func expectChange(_ body: (any StoreWriter) throws -> Void) throws {
      try fixture.state.write(body)
      let now = try fixture.state.read { try $0.generation() }
      #expect(now > last)
      #expect(try fixture.state.read { try $0.snapsChanged(since: last) } == [id])
      last = now
    }
    let (revision, release) = (try fixture.revision(1), try fixture.release(1, "edge", at: 5))
    try expectChange { try $0.insert(revision) }
    try expectChange { try $0.set(release, by: "alice") }
    try expectChange {
      try $0.close(release.channel, of: id, architecture: release.architecture, at: release.releasedAt, by: "alice")
    }
    var account = fixture.account
    account.displayName = "Alicia"
    try expectChange { [account] in try $0.update(account) }
    try fixture.state.write { try $0.setSetting("x", "y") }
    #expect(try fixture.state.read { try $0.generation() } == last)
    #expect(try fixture.state.read { try $0.snapsChanged(since: last + 1) } == nil)
  }

  @Test func `one process makes a delta, and another when the first is not heard of`() async throws {
    let fixture = try StateFixture()
    func claim(_ claimant: String, until: Int64, target: UInt32 = 2) -> DeltaClaim {
      DeltaClaim(snapID: fixture.snap.id, source: 1, target: target, claimant: claimant, until: until)
    }
    let (first, second) = (claim("first", until: 100), claim("second", until: 200))
    let start = try fixture.state.read { try $0.generation() }
    #expect(try fixture.state.write { try $0.claim(first, now: 0) })
    #expect(try !fixture.state.write { try $0.claim(second, now: 99) })
    #expect(try fixture.state.write { try $0.claim(claim("other", until: 50, target: 3), now: 99) })
    #expect(try fixture.state.read { try $0.abandonedDeltas(now: 99, limit: 9) }.map(\.claimant) == ["other"])
    #expect(
      try fixture.state.read { try $0.abandonedDeltas(now: 100, limit: 9) }.map(\.claimant) == ["other", "first"])
    #expect(try fixture.state.write { try $0.claim(second, now: 100) })
    // Who comes too late uses nothing of what it made.
    #expect(try !fixture.state.write { try $0.end(first) })
    #expect(try fixture.state.write { try $0.end(second) })
    #expect(try fixture.state.write { try $0.claim(first, now: 100) })
    // Devices see nothing of it.
    #expect(try fixture.state.read { try $0.generation() } == start)
    let state = fixture.state
    let id = fixture.snap.id
    let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<8 {
        group.addTask {
          let mine = DeltaClaim(snapID: id, source: 7, target: 8, claimant: "\(index)", until: 1000)
          return try state.write { try $0.claim(mine, now: 0) }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(winners == 1)
  }

  @Test func `channels are as they were at a time`() throws {
    let fixture = try StateFixture()
    let id = fixture.snap.id
    let (one, two) = (try fixture.release(1, "stable", at: 10), try fixture.release(2, "stable", at: 20))
    var branch = try fixture.release(3, "edge/fix", at: 12)
    branch.expiresAt = Timestamp(seconds: 15)
    branch.progress = ReleaseProgress(share: 2500, isPaused: true, others: 1)
    try fixture.state.write { [branch] in
      try $0.set(one, by: "alice")
      try $0.set(branch, by: "alice")
      try $0.set(two, by: "alice")
      try $0.close(two.channel, of: id, architecture: two.architecture, at: Timestamp(seconds: 30), by: "alice")
    }
    try fixture.state.read { reader throws in
      #expect(try reader.releases(of: id) == [branch])
      for (seconds, expected) in [(5, []), (11, [one]), (13, [branch, one]), (16, [one]), (20, [two]), (30, [])] {
        #expect(try reader.releases(of: id, at: Timestamp(seconds: Int64(seconds))) == expected, "\(seconds)")
      }
      #expect(try reader.wasReleased(2, of: id))
      #expect(try !reader.wasReleased(4, of: id))
      let history = try reader.history(of: id, architecture: nil, channel: two.channel, until: nil, limit: 10)
      #expect(history.map(\.revision) == [nil, 2, 1])
      #expect(try reader.history(of: id, architecture: nil, channel: nil, until: nil, limit: 1).count == 1)
    }
  }

  @Test func `assertions are found by key, header, sequence and signer`() throws {
    let fixture = try StateFixture()
    func stored(_ type: String, _ key: [String], _ revision: Int, format: Int = 0, index: [String: String] = [:])
      -> StoredAssertion
    {
      StoredAssertion(
        type: type, key: key, format: format, revision: revision, signKeyID: "key", index: index,
        bytes: Array("\(type) \(key) \(format) \(revision)".utf8))
    }
    let put: (StoredAssertion) throws -> Bool = { assertion in try fixture.state.write { try $0.put(assertion) } }
    #expect(try put(stored("account", ["alice"], 1, index: ["username": "alice"])))
    #expect(try !put(stored("account", ["alice"], 1)))
    #expect(try put(stored("account", ["alice"], 2, index: ["username": "alicia"])))
    #expect(try put(stored("snap-declaration", ["16", "id"], 1, format: 1)))
    #expect(try put(stored("snap-declaration", ["16", "id"], 2, format: 5)))
    for sequence in ["9", "10"] { #expect(try put(stored("validation-set", ["16", "alice", "set", sequence], 0))) }
    try fixture.state.read { reader throws in
      #expect(try reader.assertion("account", key: ["alice"], maximumFormat: 0)?.revision == 2)
      #expect(try reader.assertion("account", key: ["a/b"], maximumFormat: 0) == nil)
      #expect(try reader.assertions("account", header: ("username", "alice"), maximumFormat: 9).isEmpty)
      #expect(try reader.assertions("account", header: ("username", "alicia"), maximumFormat: 9).count == 1)
      #expect(try reader.assertion("snap-declaration", key: ["16", "id"], maximumFormat: 4)?.revision == 1)
      #expect(try reader.assertions("snap-declaration", header: nil, maximumFormat: 9).map(\.revision) == [2])
      let last = try reader.sequenceMember(
        "validation-set", sequenceKey: ["16", "alice", "set"], sequence: nil, maximumFormat: 0)
      #expect(last?.key == ["16", "alice", "set", "10"])
      #expect(try reader.assertionCount(signedBy: "key") == 5)
    }
  }

  @Test func `nonces are used once, secrets are of all processes`() throws {
    let fixture = try StateFixture()
    let other = try SQLiteState(path: fixture.directory.path + "/store.db")
    let (now, later) = (StateFixture.time, StateFixture.time + .seconds(60))
    try fixture.state.write { for name in ["a", "b"] { try $0.insertNonce(name, until: later) } }
    #expect(try other.write { try $0.takeNonce("a", now: now) })
    #expect(try fixture.state.write { try $0.takeNonce("a", now: now) } == false)
    #expect(try fixture.state.write { try $0.takeNonce("b", now: later) } == false)
    let secret = try fixture.state.write { try $0.secret("cohorts") }
    #expect(secret.count == 32)
    #expect(try other.write { try $0.secret("cohorts") } == secret)
    let newer = try Database(path: fixture.directory.path + "/store.db")
    try newer.execute("PRAGMA user_version = 1000")
    #expect(throws: SQLiteState.NewerSchema.self) { try SQLiteState(path: fixture.directory.path + "/store.db") }
  }
}
