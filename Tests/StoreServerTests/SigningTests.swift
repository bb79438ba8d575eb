import Assertions
import Crypto
import Linux
import Snap
import StoreState
import TestSupport
import Testing
import Time

@testable import StoreServer

@Suite struct SigningTests {
  /// What a device that has the root file believes.
  private func device(_ fixture: StoreFixture) throws -> AssertionDatabase {
    try AssertionDatabase(trusted: try StoreDirectory(path: fixture.directory.path + "/store").roots())
  }

  /// Fetches an assertion and what it needs, as devices do.
  private func fetch(
    _ reference: AssertionReference, _ fixture: StoreFixture, into device: AssertionDatabase
  ) throws {
    if (try? device.find(reference)) != nil, reference.type == .account || reference.type == .accountKey { return }
    let stored = try #require(
      try fixture.context.state.read {
        try $0.assertion(reference.type.rawValue, key: reference.key, maximumFormat: 99)
      }, "\(reference)")
    let assertion = try stored.decoded()
    for needed in assertion.value.prerequisites { try fetch(needed, fixture, into: device) }
    try fetch(AssertionReference(.accountKey, [assertion.signKeyID]), fixture, into: device)
    do { try device.add(assertion, now: fixture.now) } catch is AssertionRevisionError {}
  }

  private func makeSnap(_ fixture: StoreFixture) throws -> (SnapRecord, RevisionRecord) {
    let alice = try fixture.makeAccount("alice")
    var snap = SnapRecord(
      id: "abcdefghijklmnopqrstuvwxyz012345", name: try SnapName("hello"), publisherID: alice.id,
      createdAt: fixture.now)
    snap.declaration = ["plugs": .map(["docker": .map(["allow-installation": .text("true")])])]
    let revision = RevisionRecord(
      snapID: snap.id, number: 7, digest: try #require(BlobDigest([UInt8](repeating: 9, count: 48))), size: 4096,
      version: "1", type: .app, base: "", confinement: .strict, grade: .stable, epoch: .zero, architectures: [.all],
      snapYAML: "", provenance: "global-upload", status: .ready, notes: [], uploadedBy: alice.id,
      createdAt: fixture.now)
    try fixture.context.state.write { [snap] in
      try $0.insert(snap)
      try $0.insert(revision)
    }
    return (snap, revision)
  }

  @Test func `devices that trust the root believe what the store signs`() throws {
    let fixture = try StoreFixture()
    let (snap, revision) = try makeSnap(fixture)
    let signing = fixture.context.signing
    let declaration = try signing.sign(snap)
    let signed = try signing.sign(revision, of: snap)
    #expect(try signing.sign(snap).revision == declaration.revision)
    let device = try device(fixture)
    try fetch(signed.reference, fixture, into: device)
    try fetch(declaration.reference, fixture, into: device)
    let believed: SnapDeclaration = try device.value(.snapDeclaration, ["16", snap.id])
    #expect(believed.publisherID == "alice")
    #expect(believed.stanzas.plugs.keys.sorted() == ["docker"])
    var changed = snap
    changed.name = try SnapName("other")
    #expect(try signing.sign(changed).revision == declaration.revision + 1)
  }

  @Test func `a revoked key's signatures are made anew, and its own are refused`() throws {
    let fixture = try StoreFixture()
    let (context, signing) = (fixture.context, fixture.context.signing)
    let (snap, revision) = try makeSnap(fixture)
    let old = try signing.sign(snap)
    let signed = try signing.sign(revision, of: snap)
    #expect(throws: SigningError.self) {
      try signing.revoke(keyID: old.signKeyID, now: fixture.now, state: context.state) { _ in }
    }
    fixture.move(.seconds(100))
    let id = try signing.rotate(context.keys, name: "second", now: fixture.now, state: context.state)
    #expect(try signing.signingKey(.store).publicKey.id == id)
    fixture.move(.seconds(100))
    try signing.revoke(keyID: old.signKeyID, now: fixture.now, state: context.state) { _ in }
    try signing.revoke(keyID: old.signKeyID, now: fixture.now, state: context.state) { _ in }
    let device = try device(fixture)
    try fetch(AssertionReference(.accountKey, [old.signKeyID]), fixture, into: device)
    #expect(throws: AssertionCheckError.self) { try device.add(old, now: fixture.now) }
    try fetch(signed.reference, fixture, into: device)
    let now = try device.find(old.reference)
    #expect(now.signKeyID == id)
    #expect(now.revision == old.revision + 1)
    let root = try StoreDirectory(path: fixture.directory.path + "/store").trust().fingerprint
    #expect(throws: SigningError.self) {
      try signing.revoke(keyID: root, now: fixture.now, state: context.state) { _ in }
    }
  }

  @Test func `a publisher's key signs builds and sets, and forged ones are refused`() throws {
    let fixture = try StoreFixture()
    let signing = fixture.context.signing
    _ = try makeSnap(fixture)
    let key = try PrivateKey.generate(bits: 1024)
    let request = try Assertion.sign(
      .accountKeyRequest,
      [
        "account-id": .text("alice"), "name": .text("laptop"), "public-key-sha3-384": .text(key.publicKey.id),
        "since": .text(fixture.now.wholeSeconds),
      ], body: key.publicKey.encoded, with: key, at: fixture.now)
    let checked = try signing.check(request.encoded, of: [.accountKeyRequest])
    try signing.signKey(try #require(checked.value as? AccountKeyRequest))
    func build(_ account: String, _ key: PrivateKey) throws -> [UInt8] {
      try Assertion.sign(
        .snapBuild,
        [
          "authority-id": .text(account), "snap-sha3-384": .text(String(repeating: "A", count: 64)),
          "snap-id": .text("abcdefghijklmnopqrstuvwxyz012345"), "grade": .text("stable"), "snap-size": .text("1"),
          "timestamp": .text(fixture.now.wholeSeconds),
        ], with: key, at: fixture.now
      ).encoded
    }
    let good = try build("alice", key)
    _ = try signing.accept(good, of: [.snapBuild])
    _ = try signing.accept(good, of: [.snapBuild])
    #expect(throws: SigningError.self) { try signing.accept(good, of: [.validationSet]) }
    #expect(throws: AssertionCheckError.self) { try signing.accept(try build("acme", key), of: [.snapBuild]) }
    #expect(throws: AssertionCheckError.self) {
      try signing.accept(try build("alice", PrivateKey.generate(bits: 1024)), of: [.snapBuild])
    }
    var forged = good
    forged[forged.count / 3] ^= 1
    #expect(throws: (any Error).self) { try signing.accept(forged, of: [.snapBuild]) }
  }

  @Test func `making a store again changes nothing, and an interrupted one is finished`() throws {
    let fixture = try StoreFixture()
    let path = fixture.directory.path + "/store"
    let store = StoreDirectory(path: path)
    let before = try store.trust()
    #expect(try store.make(.init(), now: { fixture.now }) == false)
    #expect(throws: ConfigurationError.self) { try store.make(.init(id: "other"), now: { fixture.now }) }
    #expect(throws: ConfigurationError.self) { try StoreDirectory(path: path + "/no").open() }
    // As if it had been killed before the last step, and earlier.
    try Files.remove(path + "/store.json")
    #expect(throws: ConfigurationError.self) { try store.make(.init(id: "other"), now: { fixture.now }) }
    #expect(try store.make(.init(), now: { fixture.now }))
    try Files.remove(path + "/store.json")
    for name in ["store.db", "store.db-wal", "store.db-shm"] { try Files.remove("\(path)/\(name)") }
    #expect(try store.make(.init(), now: { fixture.now }))
    let after = try store.trust()
    #expect(after.file == before.file)
    #expect(after.fingerprint == before.fingerprint)
    #expect(try Files.status(path)?.mode == 0o700)
    #expect(try Files.status(path + "/keys")?.mode == 0o700)
  }

  @Test func `what is released after a new key waits`() throws {
    let fixture = try StoreFixture()
    let (context, holds) = (fixture.context, fixture.context.holds)
    let (snap, _) = try makeSnap(fixture)
    func release(_ number: UInt32) throws -> Int {
      let release = ReleaseRecord(
        snapID: snap.id, architecture: .all, channel: try Channel("stable"), revision: number, releasedAt: fixture.now)
      return try context.state.write { try holds.release(release, by: "alice", in: $0, now: fixture.now) }.count
    }
    func seen() throws -> [UInt32] { try context.state.read { try $0.releases(of: snap.id) }.map(\.revision) }
    // Nothing is out yet: there is nothing to hold.
    try context.state.write { try holds.begin(forNewKeyOf: "alice", in: $0, now: fixture.now) }
    #expect(try release(1) == 0)
    try context.state.write { try holds.begin(forNewKeyOf: "alice", in: $0, now: fixture.now) }
    #expect(try release(2) == 1)
    #expect(try seen() == [1])
    try context.state.write { try holds.endDue(in: $0, now: fixture.now) }
    #expect(try seen() == [1])
    try context.state.write { try holds.end(snapID: snap.id, by: "acme", in: $0, now: fixture.now) }
    #expect(try seen() == [2])
    try context.state.write { try holds.begin(forNewOwnerOf: snap.id, in: $0, now: fixture.now) }
    #expect(try release(3) == 1)
    #expect(try release(4) == 1)
    fixture.move(.seconds(3 * 86400))
    try context.state.write { try holds.endDue(in: $0, now: fixture.now) }
    #expect(try seen() == [4])
    #expect(try context.state.read { try $0.holds(of: nil) } == [])
    #expect(try context.state.read { try $0.heldReleases(of: nil) } == [])
  }
}
