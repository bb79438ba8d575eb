import Assertions
import Crypto
import HTTP
import JSONValues
import Linux
import Snap
import StoreState
import Testing
import Time

@testable import StoreServer

@Suite struct PublisherTests {
  @Test func `a snap is registered, uploaded, released, and everything about it is told`() async throws {
    let fixture = try PublisherFixture()
    try fixture.account("alice")
    let token = try await fixture.login("alice")
    let me = try await fixture.send("GET", "/api/v2/tokens/whoami", as: token).value
    #expect(me["account"]?["email"]?.string == "alice@example.org")
    let made = try await fixture.send("POST", "/dev/api/register-name/", ["snap_name": "hello"], as: token)
    #expect(made.status == 201)
    let id = try #require(made.value["snap_id"]?.string)
    let again = try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: token)
    #expect(again.status == 409 && again.value["error_list"]?.array?.first?["code"]?.string == "already_owned")

    let image = try fixture.image("hello", "1")
    let first = try await fixture.push(image, "hello", as: token, channels: ["edge"])
    #expect(first["revision"]?.integer == 1 && first["code"]?.string == "ready_to_release", "\(first)")
    // The same image again is the same revision.
    #expect(try await fixture.push(image, "hello", as: token)["revision"]?.integer == 1)
    let second = try await fixture.push(try fixture.image("hello", "2"), "hello", as: token)
    #expect(second["revision"]?.integer == 2)

    let released = try await fixture.send(
      "POST", "/dev/api/snap-release/", ["name": "hello", "revision": "1", "channels": ["stable", "beta/fix"]],
      as: token)
    #expect(released.status == 200, "\(released)")
    let progressive = try await fixture.send(
      "POST", "/dev/api/snap-release/",
      ["name": "hello", "revision": "2", "channels": ["stable"], "progressive": ["percentage": 25, "paused": false]],
      as: token)
    #expect(progressive.status == 200, "\(progressive)")
    let releases = try fixture.store.context.state.read { try $0.releases(of: id) }
    #expect(
      releases.first { $0.channel.fullName == "latest/stable" }?.progress
        == ReleaseProgress(
          share: 2500, isPaused: false, others: 1))
    #expect(releases.first { $0.channel.branch == "fix" }?.expiresAt == fixture.store.now + .seconds(30 * 86_400))
    let map = try await fixture.send("GET", "/api/v2/snaps/hello/channel-map", as: token).value
    #expect(map["channel-map"]?.array?.count == 3 && map["snap"]?["channels"]?.array?.count == 5)
    let closed = try await fixture.send("POST", "/dev/api/snaps/\(id)/close", ["channels": ["edge"]], as: token)
    #expect(closed.status == 200)
    let listed = try await fixture.send("GET", "/v1/snap/hello/releases", as: token).value
    #expect(listed["channel-map"]?.array?.count == 2)
    #expect(
      try await fixture.send("GET", "/api/v2/snaps/hello/releases", as: token).value["releases"]?.array?.count == 5)
    #expect(try await fixture.send("GET", "/v1/snap/hello/revisions", as: token).value["revisions"]?.array?.count == 2)
    let names = try await fixture.send("GET", "/v1/snap", as: token).value["results"]?.array
    #expect(names?.first?["summary"]?.string == "A thing" && names?.first?["status"]?.string == "published")

    // What devices will check is there.
    let signed = try fixture.store.context.state.read { reader in
      (
        try reader.assertions("snap-revision", header: ("snap-id", id), maximumFormat: 0).count,
        try reader.assertion("snap-declaration", key: ["16", id], maximumFormat: 7) != nil
      )
    }
    #expect(signed == (2, true))
  }

  @Test func `what must be refused is refused, and leaves nothing behind`() async throws {
    let fixture = try PublisherFixture()
    try fixture.account("alice")
    try fixture.account("mallory")
    let token = try await fixture.login("alice")
    let other = try await fixture.login("mallory")
    _ = try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: token)
    let image = try fixture.image("hello", "1")

    // Somebody else's name, whatever they do with it.
    #expect(try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: other).status == 409)
    for (method, path, body) in [
      ("GET", "/v1/snap/hello", nil), ("GET", "/v1/snap/hello/revisions", nil),
      ("PATCH", "/v1/snap/hello", ["private": true]), ("GET", "/v1/snap/nothing", nil),
      ("POST", "/dev/api/snap-push/", ["name": "hello", "dry_run": true]),
      ("POST", "/dev/api/snap-release/", ["name": "hello", "revision": 1, "channels": ["edge"]]),
    ] as [(String, String, JSONValue?)] {
      #expect(try await fixture.send(method, path, body, as: other).status == 404, "\(method) \(path)")
    }
    #expect(try await fixture.send("GET", "/v1/admin/reviews", as: other).status == 403)
    // An upload that is cut off, in the image or behind it.
    for cut in [3, 40, image.count] {
      #expect(try await fixture.upload(image, cutOff: cut).status == 400)
    }
    #expect(try fixture.blobs() == 0)
    // Images that are none, are another's, or can never be released.
    for (bytes, reason) in [
      (Array("no image".utf8), "image"), (Array(image[..<200]), "image"),
      (try fixture.image("other", "1"), "for the name"),
      (try fixture.image("hello", "1", "apps: {a: {command: missing}}\\n"), "missing files"),
    ] {
      let status = try await fixture.push(bytes, "hello", as: token)
      #expect(status["code"]?.string == "processing_error", "\(reason): \(status)")
      #expect(status["errors"]?.array?.first?["message"]?.string?.contains(reason) == true, "\(status)")
    }
    #expect(try fixture.blobs() == 0)
    #expect(try await fixture.send("GET", "/v1/snap/hello/revisions", as: token).value["revisions"]?.array == [])
    // An upload is claimed by one.
    let id = try #require(try await fixture.upload(image).value["upload_id"])
    let claim: JSONValue = ["name": "hello", "updown_id": id]
    #expect(try await fixture.send("POST", "/dev/api/snap-push/", claim, as: token).status == 202)
    #expect(try await fixture.send("POST", "/dev/api/snap-push/", claim, as: token).status == 202)
    _ = try await fixture.send("POST", "/v1/snap", ["name": "mine"], as: other)
    #expect(
      try await fixture.send("POST", "/dev/api/snap-push/", ["name": "mine", "updown_id": id], as: other).status == 404)
    // What nobody claims goes.
    let orphan = try fixture.image("hello", "9")
    _ = try await fixture.upload(orphan)
    fixture.store.move(.seconds(3 * 3600))
    try fixture.publisher.uploads.sweep()
    #expect(try fixture.store.context.state.read { try $0.uploads(.received) }.isEmpty)
  }

  @Test func `passwords are tried ten times, and a new one ends the log-ins of the old one`() async throws {
    let fixture = try PublisherFixture()
    var account = try fixture.account("alice")
    let token = try await fixture.login("alice")
    func tries(_ password: String) async throws -> Int {
      try await fixture.send(
        "POST", "/api/v2/tokens/discharge",
        ["email": "Alice@Example.org", "password": .string(password), "caveat_id": "1.AAAA"]
      ).status
    }
    #expect(try await tries("secret") == 400)
    for _ in 0..<10 { #expect(try await tries("guess") == 401) }
    #expect(try await tries("secret") == 429)
    fixture.store.move(.seconds(601))
    #expect(try await tries("guess") == 401)
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: token).status == 200)
    fixture.store.move(.seconds(86_400))
    let old = try await fixture.send("GET", "/v1/tokens/whoami", as: token)
    #expect(old.status == 401 && old.value["error-list"]?.array?.first?["code"] == "macaroon-needs-refresh")
    #expect(old.headers["WWW-Authenticate"]?.contains("needs_refresh=1") == true)
    let fresh = try await fixture.login("alice")
    account.password = try PasswordHash(of: "better", cost: .init(logN: 4, r: 8, p: 1))
    try fixture.store.context.state.write { [account] in try $0.update(account) }
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: fresh).status == 401)
    for bad in ["", "Macaroon root=x", "Basic YTpi", nil] as [String?] {
      #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: bad).status == 401)
    }
  }

  @Test func `a log-in ends when it is revoked, and allows no more than was asked for`() async throws {
    let fixture = try PublisherFixture()
    try fixture.account("alice")
    let all = try await fixture.login("alice")
    for name in ["hello", "other"] { _ = try await fixture.send("POST", "/v1/snap", ["name": .string(name)], as: all) }
    _ = try await fixture.push(try fixture.image("hello", "1"), "hello", as: all)
    let few = try await fixture.login(
      "alice",
      [
        "permissions": ["package-manage-releases"], "packages": [["name": "hello", "series": "16"]],
        "channels": ["edge"],
      ])
    func release(_ name: String, _ channel: String) async throws -> Int {
      try await fixture.send(
        "POST", "/dev/api/snap-release/", ["name": .string(name), "revision": 1, "channels": [.string(channel)]],
        as: few
      ).status
    }
    #expect(try await release("hello", "edge") == 200)
    #expect(try await release("hello", "stable") == 403)
    #expect(try await release("other", "edge") == 404)
    #expect(try await fixture.send("POST", "/v1/snap", ["name": "third"], as: few).status == 403)
    let exchanged = try await fixture.send("POST", "/v1/tokens/usso/exchange", as: all).value["macaroon"]?.string
    let one = "Macaroon \(try #require(exchanged))"
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: one).status == 200)
    #expect(try await fixture.send("POST", "/v1/tokens/revoke", as: all).status == 200)
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: all).status == 401)
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: one).status == 401)
    #expect(try await fixture.send("GET", "/v1/tokens/whoami", as: few).status == 200)
  }

  @Test func `what needs a person waits for one; a declaration or a grant spares the next one`() async throws {
    let fixture = try PublisherFixture()
    try fixture.account("alice")
    try fixture.account("root", isAdmin: true)
    let token = try await fixture.login("alice")
    let admin = try await fixture.login("root")
    _ = try await fixture.send("POST", "/v1/snap", ["name": "hello"], as: token)
    let classic = try await fixture.push(
      try fixture.image("hello", "1", "confinement: classic\\n"), "hello", as: token, channels: ["edge"])
    #expect(classic["code"] == "need_manual_review" && classic["can_release"] == false, "\(classic)")
    let refused = try await fixture.send(
      "POST", "/dev/api/snap-release/", ["name": "hello", "revision": 1, "channels": ["edge"]], as: token)
    #expect(refused.status == 409)
    let reviews = try await fixture.send("GET", "/v1/admin/reviews", as: admin).value["reviews"]?.array
    #expect(
      reviews?.first?["findings"]?.array?.first?.string?.contains("confinement:classic") == true, "\(reviews ?? [])")
    let review = "/v1/admin/snap/hello/revisions/1/review"
    #expect(try await fixture.send("POST", review, ["action": "approve", "remember": true], as: token).status == 403)
    #expect(try await fixture.send("POST", review, ["action": "approve", "remember": true], as: admin).status == 200)
    #expect(try await fixture.send("POST", review, ["action": "reject"], as: admin).status == 409)
    let next = try await fixture.push(try fixture.image("hello", "2", "confinement: classic\\n"), "hello", as: token)
    #expect(next["code"] == "ready_to_release", "\(next)")

    let plug = "plugs: {docker-support: null}\\n"
    let third = try await fixture.push(try fixture.image("hello", "3", plug), "hello", as: token)
    #expect(third["code"] == "need_manual_review")
    let path = "/v1/admin/snap/hello/declaration"
    let bad: JSONValue = ["plugs": ["docker-support": ["allow-flying": true]]]
    #expect(try await fixture.send("PUT", path, bad, as: admin).status == 400)
    #expect(try await fixture.send("PUT", path, ["snap-name": "x"], as: admin).status == 400)
    let good: JSONValue = ["plugs": ["docker-support": ["allow-installation": true]]]
    #expect(try await fixture.send("PUT", path, good, as: admin).status == 200)
    let fourth = try await fixture.push(try fixture.image("hello", "4", plug), "hello", as: token)
    #expect(fourth["code"] == "ready_to_release", "\(fourth)")
    #expect(
      try await fixture.send("POST", "/v1/admin/snap/hello/revisions/3/review", ["action": "reject"], as: admin).status
        == 200)
    #expect(
      try await fixture.send("GET", "/v1/snap/hello/revisions?revision=3", as: token).value["revisions"]?.array?
        .first?["status"] == "rejected")
  }

  @Test func `collaborators, tracks, metadata and keys`() async throws {
    let fixture = try PublisherFixture()
    let alice = try fixture.account("alice")
    try fixture.account("bob")
    let token = try await fixture.login("alice")
    let bob = try await fixture.login("bob")
    _ = try await fixture.send("POST", "/v1/snap", ["name": "hello", "private": true], as: token)
    let people = "/v1/snap/hello/collaborators"
    #expect(try await fixture.send("POST", people, ["add": ["bob"]], as: token).status == 200)
    #expect(try await fixture.push(try fixture.image("hello", "1"), "hello", as: bob)["revision"] == 1)
    #expect(try await fixture.send("POST", people, ["remove": ["alice"]], as: bob).status == 403)
    #expect(
      try await fixture.send("GET", "/v1/snap?include-collaborations=true", as: bob).value["results"]?.array?.count == 1
    )
    #expect(try await fixture.send("POST", people, ["remove": ["bob@example.org"]], as: token).status == 200)
    #expect(try await fixture.send("GET", "/v1/snap/hello", as: bob).status == 404)

    func release(_ channel: String) async throws -> Int {
      try await fixture.send(
        "POST", "/v1/snap/hello/releases", [["channel": .string(channel), "revision": 1]], as: token
      ).status
    }
    #expect(try await release("2.x/stable") == 404)
    let tracks = "/v1/snap/hello/tracks"
    #expect(try await fixture.send("POST", tracks, [["name": "2.x"]], as: token).value["num-tracks-created"] == 1)
    for name in ["stable", "latest", "a/b", "", "é"] {
      #expect(try await fixture.send("POST", tracks, [["name": .string(name)]], as: token).status == 400, "\(name)")
    }
    #expect(try await release("2.x/stable") == 200)
    let snap = "/v1/snap/hello"
    #expect(try await fixture.send("PATCH", snap, ["default-track": "3"], as: token).status == 404)
    let changed = try await fixture.send(
      "PATCH", snap, ["default-track": "2.x", "title": "Hello!", "private": false, "links": ["issues": ["https://x"]]],
      as: token)
    #expect(changed.value["metadata"]?["title"] == "Hello!" && changed.value["metadata"]?["private"] == false)
    for bad in [
      ["title": .string(String(repeating: "x", count: 65))], ["website": "javascript:1"], ["summary": "a\nb"],
      ["media": [["type": "icon", "url": "file:///etc"]]], ["private": "yes"],
    ] as [JSONValue] {
      #expect(try await fixture.send("PATCH", snap, bad, as: token).status == 400, "\(bad)")
    }

    // A key of alice's own, and a validation set signed with it.
    let key = try PrivateKey.generate(bits: 1024)
    let wanted = try Assertion.sign(
      .accountKeyRequest,
      [
        "public-key-sha3-384": .text(key.publicKey.id), "account-id": .text(alice.id), "name": "mine",
        "since": .text(fixture.store.now.wholeSeconds),
      ], body: key.publicKey.encoded, with: key, at: fixture.store.now)
    let text = JSONValue.string(String(decoding: wanted.encoded, as: UTF8.self))
    let keys = "/dev/api/account/account-key"
    #expect(try await fixture.send("POST", keys, ["account_key_request": text], as: bob).status == 403)
    let added = try await fixture.send("POST", keys, ["account_key_request": text], as: token)
    #expect(added.value["public_key"]?.string == key.publicKey.id, "\(added)")
    // Whoever has a new key has to wait before devices follow.
    let held = try await fixture.send(
      "POST", "/dev/api/snap-release/", ["name": "hello", "revision": 1, "channels": ["edge"]], as: token)
    #expect(held.value["held"] == true, "\(held)")
    let template = try await fixture.send(
      "POST", "/api/v2/validation-sets/build-assertion",
      ["name": "set", "sequence": 1, "snaps": [["name": "hello", "presence": "required", "revision": 1]]], as: token)
    let input = try SigningInput(json: template.value.bytes)
    let set = try Assertion.sign(.validationSet, input.headers, with: key, at: fixture.store.now)
    let sets = "/api/v2/validation-sets"
    #expect(try await fixture.send("POST", sets, as: token, bytes: set.encoded).status == 200)
    #expect(try await fixture.send("POST", sets, as: bob, bytes: set.encoded).status == 403)
    let other = try Assertion.sign(
      .validationSet, input.headers, with: try PrivateKey.generate(bits: 1024), at: fixture.store.now)
    #expect(try await fixture.send("POST", sets, as: token, bytes: other.encoded).status == 400)
    #expect(try await fixture.send("GET", sets, as: token).value["assertions"]?.array?.count == 1)
  }
}
