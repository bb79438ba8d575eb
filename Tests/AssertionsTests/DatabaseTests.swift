import Crypto
import Glibc
import Linux
import TestSupport
import Testing
import Time

@testable import Assertions

@Suite struct DatabaseTests {
  private let samples: Samples
  private let now: Timestamp

  init() throws {
    samples = try Samples.shared
    now = samples.now
  }

  private func declaration(_ more: Headers = [:], by key: PrivateKey? = nil) throws -> Assertion {
    let headers = samples.headers(.snapDeclaration).merging(["authority-id": "root"]) { $1 }.merging(more) { $1 }
    return try Assertion.sign(.snapDeclaration, headers, with: key ?? samples.rootKey, at: now)
  }

  private func refuses(
    _ database: AssertionDatabase, _ assertion: Assertion, _ message: String, at time: Timestamp? = nil
  ) {
    do {
      try database.add(assertion, now: time ?? now)
      Issue.record("taken, and not refused: \(message)")
    } catch { #expect("\(error)".contains(message), "\(error)") }
  }

  @Test func revisions() throws {
    let database = try samples.database.trial()
    try database.add(declaration(["revision": "2"]), now: now)
    refuses(database, try declaration(["revision": "2"]), "revision 2 is already the current revision")
    refuses(database, try declaration(["revision": "1"]), "revision 1 is older than current revision 2")
    try database.add(declaration(["revision": "3", "snap-name": ""]), now: now)
    #expect(try database.find(.snapDeclaration, ["series": "16", "snap-id": Samples.snapID]).revision == 3)
    #expect(throws: AssertionNotFound.self) {
      try database.find(.snapDeclaration, ["series": "16", "snap-id": Samples.snapID, "snap-name": "foo"])
    }
    #expect(throws: AssertionError("must provide primary key: snap-id")) {
      try database.find(.snapDeclaration, ["series": "16"])
    }
    #expect(try database.findMany(.snapDeclaration, ["publisher-id": "brand"]).count == 1)
    #expect(try database.findMany(.account).map(\.reference.key) == [["brand"], ["root"]])
  }

  @Test func signers() throws {
    let database = try samples.database.trial()
    let stranger = samples.deviceKey
    refuses(
      database, try declaration(by: stranger),
      "no matching public key \"\(stranger.publicKey.id)\" for signature by \"root\"")
    refuses(database, try declaration(by: samples.brandKey), "no matching public key")
    refuses(
      database, try declaration(["authority-id": "brand"], by: samples.brandKey),
      "is not signed by a directly trusted authority: brand")
    refuses(
      database, try declaration(["publisher-id": "nobody"]),
      "does not have a matching account assertion for the publisher \"nobody\"")
    refuses(
      database, try declaration(["timestamp": "2025-01-01T00:00:00Z"]),
      "outside of signing key validity (key valid since \"2026-01-01T00:00:00Z\")")
    refuses(database, try samples.assertion(.snapRevision), "does not have a matching snap-declaration assertion")
    refuses(database, try Samples.account("root", by: samples.rootKey, at: now), "clashing with a trusted assertion")
    refuses(database, try declaration(), "expired public key", at: Timestamp("2025-01-01T00:00:00Z"))
    try database.add(declaration(), now: now)
    refuses(database, try samples.assertion(.validation), "approved-snap-id")
    // Two keys of one account have two names.
    refuses(
      database, try Samples.key(stranger, of: "brand", named: "default", by: samples.rootKey, at: now),
      "has the same name \"default\"")
    refuses(
      database, try Samples.key(stranger, of: "nobody", named: "x", by: samples.rootKey, at: now),
      "does not have a matching account assertion")
    refuses(
      database, try Samples.key(stranger, of: "brand", named: "x", by: samples.brandKey, authority: "brand", at: now),
      "not signed by a directly trusted authority")
    // What only comes with the program.
    refuses(
      database,
      try Assertion.builtin(
        .baseDeclaration, ["authority-id": "root", "series": "16", "timestamp": "2026-02-01T00:00:00Z"]),
      "not for keeping")
  }

  @Test func expiredAndConstrained() throws {
    let database = try AssertionDatabase(
      trusted: [
        Samples.account("root", by: samples.rootKey, at: now),
        Samples.key(samples.rootKey, of: "root", named: "root", by: samples.rootKey, at: now),
      ],
      matcher: { constraint, headers in constraint.map?["headers"]?.map?["type"] == headers["type"] })
    try database.add(Samples.account("brand", by: samples.rootKey, at: now), now: now)
    let key = samples.brandKey
    try database.add(
      Samples.key(
        key, of: "brand", named: "k", by: samples.rootKey, ["constraints": [["headers": ["type": "model"]]]], at: now),
      now: now)
    try database.check(samples.assertion(.model), now: now)
    refuses(database, try samples.assertion(.repair), "does not match signing constraints")
    // Taken back: a newer revision says until when it was good.
    try database.add(
      Samples.key(
        key, of: "brand", named: "k", by: samples.rootKey, ["until": "2026-06-01T00:00:00Z", "revision": "1"], at: now),
      now: now)
    refuses(database, try samples.assertion(.model), "assertion is signed with expired public key")
    let model = try samples.assertion(.model)
    try database.check(model, now: try #require(Timestamp("2026-05-01T00:00:00Z")))
    // A clock that is wrong is not believed.
    database.setEarliestTime(Timestamp("2026-07-01T00:00:00Z"))
    refuses(database, model, "expired public key", at: Timestamp("2026-05-01T00:00:00Z"))
  }

  @Test func provenance() throws {
    let database = try samples.filled()
    func revision(_ more: Headers, by key: PrivateKey) throws -> Assertion {
      try Assertion.sign(.snapRevision, samples.headers(.snapRevision).merging(more) { $1 }, with: key, at: now)
    }
    try database.add(revision(["authority-id": "brand", "provenance": "own"], by: samples.brandKey), now: now)
    refuses(
      database, try revision(["authority-id": "brand", "provenance": "else"], by: samples.brandKey),
      "not signed by an authorized authority: brand")
    refuses(database, try revision(["authority-id": "brand"], by: samples.brandKey), "is not signed by a store: brand")
    try database.add(revision(["authority-id": "root"], by: samples.rootKey), now: now)
    #expect(try database.findMany(.snapRevision).map { $0.reference.key[1] } == ["global-upload", "own"])
  }

  @Test func twoRoots() throws {
    let other = samples.deviceKey
    let trusted = try [
      Samples.account("root", by: samples.rootKey, at: now),
      Samples.key(samples.rootKey, of: "root", named: "root", by: samples.rootKey, at: now),
      Samples.account("corp", by: other, authority: "corp", at: now),
      Samples.key(other, of: "corp", named: "root", by: other, authority: "corp", at: now),
    ]
    let database = try AssertionDatabase(trusted: trusted)
    try database.add(Samples.account("brand", by: samples.rootKey, at: now), now: now)
    try database.add(Samples.account("dev", by: other, authority: "corp", at: now), now: now)
    try database.add(declaration(), now: now)
    refuses(
      database, try declaration(["authority-id": "corp", "publisher-id": "dev", "revision": "9"], by: other),
      "cannot be replaced by \"corp\"")
    refuses(
      database, try Samples.key(samples.brandKey, of: "brand", named: "x", by: other, authority: "corp", at: now),
      "the account is vouched for by \"root\"")
    try database.add(
      declaration(["authority-id": "corp", "publisher-id": "dev", "snap-id": .text(Samples.otherID)], by: other),
      now: now)
    refuses(
      database,
      try declaration(["authority-id": "corp", "publisher-id": "brand", "snap-id": .text(Samples.otherID)], by: other),
      "its publisher \"brand\" is vouched for by \"root\"")
    let revision = try Assertion.sign(
      .snapRevision, samples.headers(.snapRevision).merging(["authority-id": "corp"]) { $1 }, with: other, at: now)
    refuses(database, revision, "is not signed by the store that declares the snap")
  }

  @Test func aRootThatWentLeavesNothingInTheWay() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let store = try FileBackstore(directory: directory.path)
    let gone = samples.deviceKey
    func root(_ key: PrivateKey, _ account: String) throws -> [Assertion] {
      [
        try Samples.account(account, by: key, authority: account, at: now),
        try Samples.key(key, of: account, named: "root", by: key, authority: account, at: now),
      ]
    }
    let first = try AssertionDatabase(trusted: try root(gone, "corp"), backstore: store)
    try first.add(Samples.account("brand", by: gone, authority: "corp", at: now), now: now)
    try first.add(
      declaration(["authority-id": "corp", "publisher-id": "brand", "revision": "9"], by: gone), now: now)

    // Another root says of the same account and snap what is so now, in lower numbers.
    let second = try AssertionDatabase(trusted: try root(samples.rootKey, "root"), backstore: store)
    let account = try Samples.account("brand", by: samples.rootKey, at: now)
    #expect(try second.assertion(account.reference) == nil)
    try AssertionBatch([declaration(), account]).commit(to: second, now: now)
    #expect(try second.assertion(declaration().reference)?.authorityID == "root")
    // As before, what is believed is not taken over, and not taken back.
    refuses(
      second, try declaration(["authority-id": "corp", "publisher-id": "brand", "revision": "10"], by: gone),
      "no matching public key")
  }

  @Test func onDisk() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let store = try FileBackstore(directory: directory.path)
    let model = try samples.assertion(.model)
    try store.put(model)
    let path = directory.path + "/asserts-v0/model/16/brand/box/active"
    #expect(try Files.read(path, limit: 1 << 20) == model.encoded)
    #expect(try Files.status(path)?.mode == 0o664)
    let own = try Assertion.sign(
      .snapRevision, samples.headers(.snapRevision).merging(["authority-id": "brand", "provenance": "own"]) { $1 },
      with: samples.brandKey, at: now)
    let revision = try samples.assertion(.snapRevision)
    try store.put(own)
    try store.put(revision)
    #expect(try Files.list(directory.path + "/asserts-v0/snap-revision/" + Samples.digest) == ["0:own", "active"])
    #expect(try store.search(.snapRevision, [:], maximumFormat: 0) == [revision, own])
    #expect(try store.search(.snapRevision, ["snap-sha3-384": Samples.digest], maximumFormat: 0).count == 2)
    #expect(try store.search(.snapRevision, ["provenance": "own"], maximumFormat: 0) == [own])
    #expect(try store.find(own.reference, maximumFormat: 0) == own)
    let user = try samples.assertion(.systemUser)
    try store.put(user)
    #expect(try Files.status(directory.path + "/asserts-v0/system-user/brand/a%40example.org/active.1") != nil)
    #expect(try store.find(user.reference, maximumFormat: 0) == nil)
    #expect(try store.find(user.reference, maximumFormat: 2) == user)
    #expect(throws: AssertionRevisionError.self) { try store.put(user) }
    #expect(try store.search(.model, ["brand-id": "..", "series": "16", "model": "box"], maximumFormat: 0).isEmpty)
    #expect(try store.search(.account, [:], maximumFormat: 0).isEmpty)
    // What is in the wrong place, or damaged.
    try Files.makeDirectories(directory.path + "/asserts-v0/model/16/brand/other")
    try Files.writeAtomically(
      model.encoded, to: directory.path + "/asserts-v0/model/16/brand/other/active", mode: 0o644)
    #expect(throws: AssertionError.self) {
      try store.find(AssertionReference(.model, ["16", "brand", "other"]), maximumFormat: 0)
    }
    try Files.writeAtomically([1, 2, 3], to: path, mode: 0o644)
    #expect(throws: AssertionError.self) { try store.find(model.reference, maximumFormat: 0) }
    try Files.setMode(directory.path, 0o777)
    #expect(throws: KeyManagerError.self) { try FileBackstore(directory: directory.path) }
  }

  @Test func formatsAndSequences() throws {
    let database = try samples.database.trial()
    let stored = try Assertion.decode(HeaderLines(declaration()).with("format", "8"))
    refuses(database, stored, "proposed \"snap-declaration\" assertion has format 8 but 7 is latest supported")
    try database.add(declaration(), now: now)
    refuses(database, stored, "current not updated")
    for number in ["1", "5", "3"] {
      let set = try Assertion.sign(
        .validationSet,
        samples.headers(.validationSet).merging(["authority-id": "brand", "sequence": .text(number)]) { $1 },
        with: samples.brandKey, at: now)
      try database.add(set, now: now)
    }
    let key = ["16", "brand", "set"]
    #expect(try database.sequenceMember(.validationSet, key).headers["sequence"] == "5")
    #expect(try database.sequenceMember(.validationSet, key, after: 1).headers["sequence"] == "3")
    #expect(throws: AssertionNotFound.self) { try database.sequenceMember(.validationSet, key, after: 5) }
  }

  /// A key that was added is worth no more than the root that vouches for it.
  @Test func rootTakenAway() throws {
    let store = MemoryBackstore()
    let database = try AssertionDatabase(
      trusted: [
        Samples.account("root", by: samples.rootKey, at: now),
        Samples.key(samples.rootKey, of: "root", named: "root", by: samples.rootKey, at: now),
      ], backstore: store)
    try database.add(Samples.account("brand", by: samples.rootKey, at: now), now: now)
    try database.add(Samples.key(samples.brandKey, of: "brand", named: "k", by: samples.rootKey, at: now), now: now)
    try database.check(samples.assertion(.model), now: now)
    refuses(try AssertionDatabase(backstore: store), try samples.assertion(.model), "no matching public key")
  }

  @Test func batches() throws {
    let empty = try AssertionDatabase(trusted: [
      Samples.account("root", by: samples.rootKey, at: now),
      Samples.key(samples.rootKey, of: "root", named: "root", by: samples.rootKey, at: now),
    ])
    let all = try [
      samples.assertion(.snapRevision), declaration(),
      Samples.key(samples.brandKey, of: "brand", named: "default", by: samples.rootKey, at: now),
      Samples.account("brand", by: samples.rootKey, at: now), samples.assertion(.model),
    ]
    // All or none.
    let bad = try samples.assertion(.serialRequest)
    #expect(throws: (any Error).self) { try AssertionBatch(all + [bad]).commit(to: empty, now: now) }
    #expect(throws: AssertionNotFound.self) { try empty.find(AssertionReference(.account, ["brand"])) }
    let missing = AssertionError("cannot resolve prerequisite assertion: account (brand) not found")
    #expect(throws: missing) { try AssertionBatch(all.dropLast(2)).commit(to: empty, now: now) }
    #expect(try AssertionBatch(all).commit(to: empty, now: now).count == 5)
    #expect(try AssertionBatch(all).commit(to: empty, now: now).isEmpty)
    #expect(try empty.find(all[0].reference) == all[0])
  }

  @Test func roots() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let (shared, local) = (directory.path + "/usr", directory.path + "/etc")
    try Files.makeDirectories(shared)
    try Files.makeDirectories(local)
    let root = try [
      Samples.account("root", by: samples.rootKey, at: now),
      Samples.key(samples.rootKey, of: "root", named: "root", by: samples.rootKey, at: now),
    ]
    try Files.writeAtomically(root.encodedStream, to: shared + "/root.assert", mode: 0o644)
    try Files.writeAtomically([1], to: shared + "/README", mode: 0o644)
    func read() -> TrustedRoots { TrustedRoots(directories: [shared, local, directory.path + "/none"]) }
    #expect(read().assertions == root)
    #expect(read().problems.isEmpty)
    var damaged = root.encodedStream
    damaged[60] ^= 1
    try Files.writeAtomically(damaged, to: local + "/bad.assert", mode: 0o644)
    try Files.writeAtomically(root.encodedStream, to: local + "/twice.assert", mode: 0o644)
    try Files.writeAtomically(root.encodedStream, to: local + "/world.assert", mode: 0o666)
    try Files.writeAtomically(samples.assertion(.model).encoded, to: local + "/model.assert", mode: 0o644)
    #expect(read().assertions == root)
    #expect(read().problems.count == 4, "\(read().problems)")
    // The administrator takes a root away.
    try Files.writeAtomically([], to: local + "/root.assert", mode: 0o644)
    #expect(!read().problems.contains { $0.contains("/root.assert:") })
    #expect(read().assertions.map(\.reference.key) == root.map(\.reference.key))
    try Files.remove(local + "/twice.assert")
    #expect(read().assertions.isEmpty)
  }
}
