import Assertions
import Crypto
import HTTP
import JSONValues
import Macaroons
import StoreState
import Testing
import Time

@testable import StoreServer

/// Who may do what: every address of the publisher side, as everybody who may come along.
@Suite struct AccessTests {
  /// Those who ask, in the order of the statuses in ``rows``.
  enum Who: Int, CaseIterable { case nobody, other, collaborator, owner, admin, ended, narrowed, elsewhere }

  struct Row: Sendable, CustomStringConvertible {
    var method: String
    var path: String
    var body: JSONValue?
    var statuses: [Int]
    var description: String { "\(method) \(path)" }

    init(_ method: String, _ path: String, _ body: JSONValue? = nil, _ statuses: [Int]) {
      (self.method, self.path, self.body, self.statuses) = (method, path, body, statuses)
    }
  }

  static let seen = [401, 404, 200, 200, 200, 401, 200, 404]
  static let worked = [401, 404, 200, 200, 200, 401, 403, 404]
  static let ruled = [401, 403, 403, 403, 200, 401, 403, 403]

  static let rows: [Row] = [
    Row("GET", "/v1/snap/hello", nil, seen),
    Row("GET", "/dev/api/snaps/info/hello", nil, seen),
    Row("PATCH", "/v1/snap/hello", ["title": "x"], worked),
    Row("POST", "/dev/api/snaps/ID/metadata", ["title": "x"], worked),
    Row("DELETE", "/v1/snap/hello", nil, [401, 404, 403, 409, 409, 401, 403, 404]),
    Row("GET", "/v1/snap/hello/releases", nil, seen),
    Row("GET", "/v1/snap/hello/revisions", nil, seen),
    Row("GET", "/v1/snap/hello/revisions/review", nil, seen),
    Row("GET", "/api/v2/snaps/hello/channel-map", nil, seen),
    Row("GET", "/dev/api/snaps/ID/history", nil, seen),
    Row("POST", "/v1/snap/hello/releases", [["channel": "edge", "revision": 1]], worked),
    Row("POST", "/dev/api/snap-release/", ["name": "hello", "revision": 1, "channels": ["edge"]], worked),
    Row("POST", "/dev/api/snaps/ID/close", ["channels": ["beta"]], worked),
    Row("POST", "/v1/snap/hello/tracks", [["name": "2.x"]], [401, 404, 201, 201, 201, 401, 403, 404]),
    Row(
      "POST", "/dev/api/snap-push/", ["name": "hello", "dry_run": true], [401, 404, 202, 202, 202, 401, 403, 404]),
    Row("POST", "/v1/snap/hello/revisions", ["upload-id": "none"], [401, 404, 404, 404, 404, 401, 403, 404]),
    Row("GET", "/v1/snap/hello/collaborators", nil, seen),
    Row("POST", "/v1/snap/hello/collaborators", ["add": ["bob"]], [401, 404, 403, 200, 200, 401, 403, 404]),
    Row(
      "POST", "/dev/api/snaps/metrics", ["filters": [["snap_id": "ID", "metric_name": "x"]]], seen),
    Row("POST", "/dev/api/snaps/ID/builds", ["assertion": "x"], [401, 404, 400, 400, 400, 401, 403, 404]),
    Row("GET", "/v1/tokens/whoami", nil, [401, 200, 200, 200, 200, 401, 200, 200]),
    Row(
      "POST", "/dev/api/account/account-key", ["account_key_request": "x"],
      [401, 400, 400, 400, 400, 401, 403, 400]),
    Row(
      "POST", "/api/v2/validation-sets/build-assertion", ["name": "set", "snaps": [["name": "hello"]]],
      [401, 404, 200, 200, 200, 401, 403, 200]),
    Row("POST", "/v1/snap", ["name": "core"], [401, 409, 409, 409, 201, 401, 403, 403]),
    Row("GET", "/v1/admin/reviews", nil, ruled),
    Row("GET", "/v1/admin/snap/hello/declaration", nil, ruled),
    Row("PUT", "/v1/admin/snap/hello/declaration", [:], ruled),
    Row(
      "POST", "/v1/admin/snap/hello/revisions/1/review", ["action": "approve"],
      [401, 403, 403, 403, 409, 401, 403, 403]),
    Row("POST", "/v1/admin/snap/hello/transfer", ["account": "alice"], ruled),
    Row("GET", "/v1/admin/disputes", nil, ruled),
    Row(
      "POST", "/v1/admin/disputes/reject", ["name": "hello", "account": "bob"],
      [401, 403, 403, 403, 404, 401, 403, 403]),
  ]

  @Test func `each address does for each who asks what it may`() async throws {
    let fixture = try PublisherFixture()
    for name in ["alice", "bob", "mallory"] { try fixture.account(name) }
    try fixture.account("root", isAdmin: true)
    let owner = try await fixture.login("alice")
    let made = try await fixture.send("POST", "/v1/snap", ["name": "hello", "private": true], as: owner)
    let id = try #require(made.value["id"]?.string)
    #expect(try await fixture.push(try fixture.image("hello", "1"), "hello", as: owner)["revision"] == 1)
    _ = try await fixture.send("POST", "/v1/snap/hello/collaborators", ["add": ["bob"]], as: owner)
    let ended = try await fixture.login("alice")
    _ = try await fixture.send("POST", "/v1/tokens/revoke", as: ended)
    let tokens: [Who: String] = [
      .other: try await fixture.login("mallory"), .collaborator: try await fixture.login("bob"), .owner: owner,
      .admin: try await fixture.login("root"), .ended: ended,
      .narrowed: try await fixture.login("alice", ["permissions": ["package-view"]]),
      .elsewhere: try await fixture.login("alice", ["packages": [["name": "other"]]]),
    ]
    for row in Self.rows {
      let path = Self.replacing("ID", with: id, in: row.path)
      let body = try row.body.map { try JSONValue(parsing: Self.replacing("\"ID\"", with: "\"\(id)\"", in: $0.text)) }
      for who in Who.allCases {
        let answer = try await fixture.send(row.method, path, body, as: tokens[who])
        #expect(answer.status == row.statuses[who.rawValue], "\(row) as \(who): \(answer.value.text)")
      }
    }
    // An administrator's log-in for less is no administrator's.
    let less = try await fixture.login("root", ["permissions": ["account-register-package", "package-view"]])
    #expect(try await fixture.send("GET", "/v1/snap/hello", as: less).status == 404)
    #expect(try await fixture.send("POST", "/v1/snap", ["name": "snapd"], as: less).status == 409)
    #expect(try await fixture.send("GET", "/v1/admin/reviews", as: less).status == 403)
  }

  private static func replacing(_ word: String, with other: String, in text: String) -> String {
    var bytes = Array(text.utf8)
    while let range = bytes.firstRange(of: Array(word.utf8)) { bytes.replaceSubrange(range, with: Array(other.utf8)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `nothing is open that need not be`() async throws {
    let fixture = try PublisherFixture()
    let open: Set = [
      "/dev/api/acl", "/dev/api/acl/", "/api/v2/tokens", "/v1/tokens", "/v1/tokens/usso", "/api/v2/tokens/discharge",
      "/api/v2/tokens/refresh", "/unscanned-upload", "/unscanned-upload/",
    ]
    for endpoint in fixture.publisher.endpoints where !open.contains(endpoint.pattern) {
      let parts = endpoint.pattern.split(separator: "/", omittingEmptySubsequences: false)
      let path = parts.map { $0.hasPrefix("{") ? "x" : String($0) }.joined(separator: "/")
      #expect(try await fixture.send(endpoint.method, path, [:]).status == 401, "\(endpoint.method) \(path)")
    }
  }

  @Test func `a token that somebody gave away makes nobody them`() async throws {
    let fixture = try PublisherFixture()
    for name in ["alice", "mallory"] { try fixture.account(name) }
    try fixture.account("root", isAdmin: true)
    // What an administrator gave away to look at one snap says whose it is, in clear.
    let given = try AuthorizationHeader(
      try await fixture.login("root", ["permissions": ["package-view"], "packages": [["name": "other"]]]))
    let known = given.discharges[0].caveats.map { String(decoding: $0.identifier, as: UTF8.self) }
    let permissions: JSONValue = ["permissions": ["store-manage", "package-manage", "package-view"]]
    let text = try await fixture.send("POST", "/v1/tokens", permissions).value["macaroon"]?.string
    let root = try Macaroon(serialized: try #require(text))
    let caveat = try #require(root.caveats.first { $0.thirdParty != nil })
    let answer = try await fixture.send(
      "POST", "/api/v2/tokens/discharge",
      [
        "email": "mallory@example.org", "password": "secret",
        "caveat_id": .string(String(decoding: caveat.identifier, as: UTF8.self)),
      ])
    let own = try Macaroon(serialized: try #require(answer.value["discharge_macaroon"]?.string))
    var forged = own
    for condition in known { forged.add(condition) }
    let refreshed = try await fixture.send(
      "POST", "/api/v2/tokens/refresh", ["discharge_macaroon": .string(try forged.serialized())])
    #expect(refreshed.status == 401, "\(refreshed.value.text)")
    // Nor is an end that somebody added taken out, by refreshing or by exchanging.
    var short = own
    short.add(TokenCondition.expires(fixture.store.now + .seconds(60)).text)
    let longer = try await fixture.send(
      "POST", "/api/v2/tokens/refresh", ["discharge_macaroon": .string(try short.serialized())])
    #expect(longer.status == 401)
    let both = try "Macaroon root=\(root.serialized()), discharge=\(short.bound(to: root).serialized())"
    let one = try await fixture.send("POST", "/v1/tokens/exchange", as: both).value["macaroon"]?.string
    let exchanged = "Macaroon \(try #require(one))"
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: exchanged).status == 200)
    fixture.store.move(.seconds(61))
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: exchanged).status == 401)
  }

  @Test func `passwords tried at once are counted as those tried one after the other`() async throws {
    let fixture = try PublisherFixture()
    try fixture.account("alice")
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<40 {
        let name = index.isMultiple(of: 2) ? "alice@example.org" : "alice"
        group.addTask {
          try await fixture.send(
            "POST", "/api/v2/tokens/discharge",
            ["email": .string(name), "password": "guess", "caveat_id": "1.AAAA"]
          ).status
        }
      }
      return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect(statuses == [401: 10, 429: 30])
    // What was right is not counted.
    fixture.store.move(.seconds(601))
    for _ in 0..<12 { _ = try await fixture.login("alice") }
  }

  @Test func `a snap changes hands: held, declared anew, and the old owner and their helpers are out`() async throws {
    let fixture = try PublisherFixture()
    for name in ["alice", "bob", "carol"] { try fixture.account(name) }
    try fixture.account("root", isAdmin: true)
    let (alice, carol) = (try await fixture.login("alice"), try await fixture.login("carol"))
    let (bob, admin) = (try await fixture.login("bob"), try await fixture.login("root"))
    _ = try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: alice)
    _ = try await fixture.send("POST", "/v1/snap/hello/collaborators", ["add": ["bob"]], as: alice)
    _ = try await fixture.push(try fixture.image("hello", "1"), "hello", as: alice, channels: ["stable"])

    // Carol says that it is hers; an administrator finds that, and gives it to her.
    let dispute = "/dev/api/register-name-dispute/"
    for (token, name, status) in [(alice, "hello", 409), (carol, "free", 404), (carol, "hello", 201)] {
      let body: JSONValue = ["snap_name": .string(name), "comment": "mine"]
      #expect(try await fixture.send("POST", dispute, body, as: token).status == status)
    }
    let listed = try await fixture.send("GET", "/v1/admin/disputes", as: admin).value["disputes"]?.array
    #expect(listed?.first?["claimed-by"] == "carol" && listed?.first?["publisher"] == "alice", "\(listed ?? [])")
    let path = "/v1/admin/snap/hello/transfer"
    #expect(try await fixture.send("POST", path, ["account": "nobody"], as: admin).status == 404)
    for _ in 0..<2 {
      let given = try await fixture.send("POST", path, ["account": "carol"], as: admin)
      #expect(given.status == 200 && given.value["held-until"]?.string != nil, "\(given.value.text)")
    }
    #expect(try await fixture.send("GET", "/v1/admin/disputes", as: admin).value["disputes"]?.array?.isEmpty == true)
    for token in [alice, bob] { #expect(try await fixture.send("GET", "/v1/snap/hello", as: token).status == 404) }
    let (snap, declaration, holds) = try fixture.store.context.state.read { reader in
      let snap = try #require(try reader.snap(name: "hello"))
      return (
        snap, try reader.assertion("snap-declaration", key: ["16", snap.id], maximumFormat: .max)?.decoded(),
        try reader.holds(of: snap.id)
      )
    }
    #expect(declaration?.headers["publisher-id"] == "carol" && declaration?.revision == 1)
    #expect(holds.map(\.reason) == [.newOwner])
    // What the new owner releases waits; devices have what they had.
    _ = try await fixture.push(try fixture.image("hello", "2"), "hello", as: carol, channels: ["stable"])
    #expect(try fixture.store.context.state.read { try $0.releases(of: snap.id).map(\.revision) } == [1])
    try fixture.store.context.state.write {
      try fixture.store.context.holds.end(snapID: snap.id, by: "acme", in: $0, now: fixture.store.now)
    }
    #expect(try fixture.store.context.state.read { try $0.releases(of: snap.id).map(\.revision) } == [2])
  }

  @Test func `a name without revisions is given back, one with revisions is not`() async throws {
    let fixture = try PublisherFixture()
    for name in ["alice", "bob"] { try fixture.account(name) }
    let (alice, bob) = (try await fixture.login("alice"), try await fixture.login("bob"))
    let made = try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: alice)
    let id = try #require(made.value["id"]?.string)
    _ = try await fixture.send("PATCH", "/v1/snap/hello", ["title": "A thing"], as: alice)
    _ = try await fixture.send("POST", "/v1/snap/hello/tracks", [["name": "2"]], as: alice)
    let gone = try await fixture.send("DELETE", "/v1/snap/hello", as: alice)
    #expect(gone.status == 200 && gone.value["package-id"]?.string == id, "\(gone.value.text)")
    #expect(try await fixture.send("GET", "/v1/snap/hello", as: alice).status == 404)
    let declaration = try fixture.store.context.state.read {
      try $0.assertion("snap-declaration", key: ["16", id], maximumFormat: .max)?.decoded()
    }
    #expect((declaration?.value as? SnapDeclaration)?.snapName == "")
    #expect(try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: bob).status == 201)
    _ = try await fixture.push(try fixture.image("hello", "1"), "hello", as: bob)
    #expect(try await fixture.send("DELETE", "/v1/snap/hello", as: bob).status == 409)
  }

  @Test func `a revoked key stays revoked, whoever asks for it again`() async throws {
    let fixture = try PublisherFixture()
    let alice = try fixture.account("alice")
    let token = try await fixture.login("alice")
    let key = try PrivateKey.generate(bits: 1024)
    let wanted = try Assertion.sign(
      .accountKeyRequest,
      [
        "public-key-sha3-384": .text(key.publicKey.id), "account-id": .text(alice.id), "name": "mine",
        "since": .text(fixture.store.now.wholeSeconds),
      ], body: key.publicKey.encoded, with: key, at: fixture.store.now)
    let body: JSONValue = ["account_key_request": .string(String(decoding: wanted.encoded, as: UTF8.self))]
    let keys = "/dev/api/account/account-key"
    for _ in 0..<2 { #expect(try await fixture.send("POST", keys, body, as: token).status == 200) }
    let context = fixture.store.context
    fixture.store.move(.seconds(60))
    try context.signing.revoke(keyID: key.publicKey.id, now: fixture.store.now, state: context.state) { _ in }
    let again = try await fixture.send("POST", keys, body, as: token)
    #expect(again.status == 400, "\(again.value.text)")
    let kept = try context.state.read { try $0.assertion("account-key", key: [key.publicKey.id], maximumFormat: .max) }
    #expect((try kept?.decoded().value as? AccountKey)?.until == fixture.store.now)
    // The root is what devices have in a file: it is said what to do instead.
    let rooted = #expect(throws: SigningError.self) {
      try context.signing.rotate(context.keys, name: "root", now: fixture.store.now, state: context.state)
    }
    #expect(rooted?.description.contains("snap store add") == true)
  }

  @Test func `images that nobody has claimed are bounded while they come, too`() async throws {
    let fixture = try PublisherFixture()
    let limits = UploadDesk.Limits(size: 1 << 20, unclaimed: 10_000)
    let desk = UploadDesk(fixture.store.context, limits) { Issue.record("\($0)") }
    func send(_ count: Int) async throws -> String {
      let head = "--b\r\nContent-Disposition: form-data; name=\"binary\"; filename=\"x\"\r\n\r\n"
      let body = Array(head.utf8) + [UInt8](repeating: 7, count: count) + Array("\r\n--b--\r\n".utf8)
      let request = Request(
        method: "POST", target: try #require(RequestTarget("/unscanned-upload/")),
        headers: ["Content-Type": "multipart/form-data; boundary=b"],
        origin: .process(Peer(pid: 0, uid: 0, gid: 0, socket: "test")), body: body)
      return try await desk.receive(request, accountID: nil)
    }
    for _ in 0..<2 { await #expect(throws: PublisherError.self) { try await send(10_001) } }
    #expect(try fixture.blobs() == 0)
    // What was refused counts no more; what waits does.
    _ = try await send(6000)
    await #expect(throws: PublisherError.self) { try await send(6001) }
    #expect(try fixture.blobs() == 1)
  }
}
