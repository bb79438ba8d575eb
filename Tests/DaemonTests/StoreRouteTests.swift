import API
import Assertions
import FoundationEssentials
import HTTP
import Host
import Linux
import Logging
import MachineSupport
import Overlord
import Snap
import StoreDirectory
import StoreProtocol
import Testing

@testable import Daemon

/// A store in memory: what a test wants it to say.
private struct SaidStore: RemoteStore {
  var names: [String] = []
  var trouble: RemoteStoreError?

  private func snap(_ name: String) throws -> StoreSnap {
    var snap = StoreSnap()
    snap.name = try SnapName(name)
    (snap.snapID, snap.version, snap.revision) = ("id-" + name, "1.0", try Revision("7"))
    snap.publisher = StoreAccount(id: "p", username: "pub", displayName: "Pub", validation: "verified")
    snap.download.size = 4096
    return snap
  }

  func find(_ search: StoreSearch, _ user: DaemonUser?) throws -> [StoreSnap] {
    if let trouble { throw trouble }
    if search.isPrivate, user == nil { throw RemoteStoreError.loginNeeded("you need to log in first") }
    switch search.terms {
    case .words("bad+query"): throw RemoteStoreError.badQuery
    case .words(let text): return try names.filter { $0.contains(text) || text.isEmpty }.map(snap)
    case .prefix(let text): return try names.filter { $0.hasPrefix(text) }.map(snap)
    case .commonID: return []
    }
  }

  func info(_ name: SnapName, _ user: DaemonUser?) throws -> SnapInfoResponse {
    if let trouble { throw trouble }
    guard names.contains(name.rawValue) else { throw RemoteStoreError.snapNotFound(name.rawValue) }
    let held = try snap(name.rawValue)
    var info = SnapInfoResponse()
    (info.name, info.snapID, info.snap) = (name, held.snapID, held)
    info.channelMap = [
      ChannelMapEntry(
        channel: ChannelMapChannel(architecture: "amd64", try Channel("stable"), releasedAt: nil), snap: held),
      ChannelMapEntry(
        channel: ChannelMapChannel(architecture: "amd64", try Channel("2.0/edge"), releasedAt: nil), snap: held),
    ]
    return info
  }

  func sections() throws -> [String] {
    if let trouble { throw trouble }
    return ["art", names.first ?? "x"]
  }
  func categories() throws -> [String] { try sections() }

  func logIn(email: String, password: String, oneTimePassword: String) throws -> StoreLogin {
    if let trouble { throw trouble }
    switch (password, oneTimePassword) {
    case ("right", ""): throw RemoteStoreError.twoFactorNeeded
    case ("right", "123"): return StoreLogin(macaroon: "STORE-SECRET", discharges: ["D"])
    case ("right", _): throw RemoteStoreError.twoFactorFailed
    case ("short", _): throw RemoteStoreError.passwordPolicy("too short", ["password": ["longer"]])
    default: throw RemoteStoreError.loginNeeded("invalid credentials")
    }
  }

  func createCohorts(_ snaps: [SnapName], _ user: DaemonUser?) throws -> [String: String] {
    if let trouble { throw trouble }
    return try Dictionary(
      uniqueKeysWithValues: snaps.map {
        guard names.contains($0.rawValue) else { throw RemoteStoreError.snapNotFound($0.rawValue) }
        return ($0.rawValue, "key-" + $0.rawValue)
      })
  }

  func assertion(_ reference: AssertionReference) throws -> Assertion { throw AssertionNotFound(reference) }
}

@Suite struct StoreRouteTests {
  /// A daemon with stores of these names, in this order.
  private func withService(
    _ stores: [(String, SaidStore)], _ body: (DaemonService, Machine) async throws -> Void
  ) async throws {
    try await Machine.with(base: false) { machine in
      let place = machine.directories.prefix + "/etc/snapd/stores.d"
      try Files.makeDirectories(place)
      for (name, _) in stores {
        try Files.writeAtomically(
          Array(#"{"url":"https://\#(name).example"}"#.utf8), to: "\(place)/\(name).json", mode: 0o644)
      }
      let all = Dictionary(uniqueKeysWithValues: stores)
      let directory = try StoreDirectory(directories: machine.directories, environment: { _ in nil }, report: { _ in })
      let service = DaemonService(
        overlord: machine.overlord, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        stores: Stores(directory: directory, assertions: machine.overlord.assertions) { all[$0.name] ?? SaidStore() })
      try await body(service, machine)
    }
  }

  /// Asks through the table of routes, as the server does: with the check of who may.
  private func ask(
    _ service: DaemonService, _ method: String, _ path: String, _ body: String = "", uid: UInt32 = 0,
    authorization: String? = nil
  ) async throws -> (status: Int, json: JSONValue) {
    let target = try #require(RequestTarget(path))
    let route = try #require(
      service.routes.first { $0.method == method && "/" + target.segments.joined(separator: "/") == $0.pattern })
    var headers = HTTP.Headers()
    if let authorization { headers["Authorization"] = authorization }
    let request = Request(
      method: method, target: target, captures: [:], headers: headers,
      peer: Peer(pid: 1, uid: uid, gid: uid, socket: ListeningSocket.main.rawValue), body: Array(body.utf8))
    let isLoggedIn = service.user(of: request) != nil
    switch route.access.allows(request.peer, isLoggedIn: isLoggedIn) {
    case .allowed: break
    case .unauthorized: return (401, .null)
    case .forbidden: return (403, .null)
    }
    do {
      switch try await route.handler(request) {
      case .sync(let bytes), .found(let bytes):
        return (200, try JSONDecoder().decode(JSONValue.self, from: Data(bytes)))
      default: return (0, .null)
      }
    } catch {
      let failure = APIFailure(error)
      return (
        failure.status,
        .object(["message": .string(failure.message), "kind": failure.kind.map { .string($0.rawValue) } ?? .null])
      )
    }
  }

  @Test func noStore() async throws {
    try await withService([]) { service, _ in
      for (path, what) in [
        ("/v2/find?q=x", "search"), ("/v2/find?name=foo", #"get details for snap "foo""#),
        ("/v2/sections", "list sections"),
      ] {
        let answer = try await ask(service, "GET", path)
        #expect(
          answer.status == 400
            && answer.json["message"] == .string(#"cannot \#(what): no store is set up (see "snap store add")"#))
      }
      #expect(try await ask(service, "GET", "/v2/stores").json == [])
      let model = try await ask(service, "GET", "/v2/model")
      #expect(model.status == 404 && model.json["kind"] == "assertion-not-found")
    }
  }

  @Test func findInSeveral() async throws {
    try await withService([("a", SaidStore(names: ["foo", "bar"])), ("b", SaidStore(names: ["foo", "food", "baz"]))]) {
      service, _ in
      func names(_ query: String) async throws -> [String] {
        try await ask(service, "GET", "/v2/find?" + query).json.array?.compactMap { $0["name"]?.string } ?? ["?"]
      }
      #expect(try await names("q=foo") == ["foo", "food"])
      #expect(try await names("name=ba*") == ["bar", "baz"])
      #expect(try await names("name=baz") == ["baz"])
      let one = try await ask(service, "GET", "/v2/find?name=food").json[0]
      #expect(one["tracks"] == ["latest", "2.0"] && one["channels"]?["2.0/edge"]?["version"] == "1.0")
      #expect(one["publisher"]?["validation"] == "verified" && one["status"] == "available" && one["revision"] == "7")
      #expect(try await ask(service, "GET", "/v2/find?name=nope").json["kind"] == "snap-not-found")
      #expect(try await ask(service, "GET", "/v2/sections").json == ["art", "foo"])
      #expect(try await ask(service, "GET", "/v2/categories").json[1] == ["name": "foo"])
      for (query, message) in [
        ("q=a&name=b", "cannot use 'q' and 'name' together"),
        ("q=a&common-id=b", "cannot use 'common-id' and 'q' together"),
        ("name=a&common-id=b", "cannot use 'common-id' and 'name' together"),
        ("q=a&select=refresh", "cannot use 'q' with 'select=refresh'"), ("q=bad%2Bquery", "bad query"),
      ] {
        let answer = try await ask(service, "GET", "/v2/find?" + query)
        #expect(answer.status == 400 && answer.json["message"] == .string(message))
      }
      #expect(try await ask(service, "GET", "/v2/find?q=a&select=private").json["kind"] == "login-required")
      let cohorts = try await ask(service, "POST", "/v2/cohorts", #"{"action":"create","snaps":["bar","baz"]}"#)
      #expect(cohorts.json == ["bar": "key-bar", "baz": "key-baz"])
      for (body, status) in [
        (#"{"action":"create","snaps":["nope"]}"#, 404), (#"{"action":"x"}"#, 400), ("{", 400),
        (#"{"action":"create","snaps":["No"]}"#, 400), (#"{"action":"create"}"#, 200),
      ] { #expect(try await ask(service, "POST", "/v2/cohorts", body).status == status, "\(body)") }
      #expect(try await ask(service, "POST", "/v2/cohorts", "{}", uid: 1000).status == 401)
    }
  }

  /// One store that is down: what others find is shown, but they do not answer for it.
  @Test func oneIsDown() async throws {
    let down = SaidStore(trouble: .unreachable("persistent network error"))
    try await withService([("a", down), ("b", SaidStore(names: ["foo"]))]) { service, _ in
      let found = try await ask(service, "GET", "/v2/find?q=foo")
      #expect(found.json.array?.count == 1)
      #expect(try await ask(service, "GET", "/v2/find?q=nope").json["kind"] == "dns-failure")
      #expect(try await ask(service, "GET", "/v2/find?name=foo").json["kind"] == "dns-failure")
    }
  }

  @Test func logInAndOut() async throws {
    try await withService([("a", SaidStore(names: ["foo"]))]) { service, machine in
      func logIn(_ body: String, uid: UInt32 = 0) async throws -> (status: Int, json: JSONValue) {
        try await ask(service, "POST", "/v2/login", body, uid: uid)
      }
      for (body, status, kind) in [
        (#"{"email":"j@x.y","password":"right"}"#, 401, "two-factor-required"),
        (#"{"email":"j@x.y","password":"right","otp":"1"}"#, 401, "two-factor-failed"),
        (#"{"email":"j@x.y","password":"wrong"}"#, 401, "login-required"),
        (#"{"email":"j@x.y","password":"short"}"#, 401, "password-policy"),
        (#"{"email":"j","password":"right"}"#, 400, "invalid-auth-data"),
      ] {
        let answer = try await logIn(body)
        #expect(answer.status == status && answer.json["kind"] == .string(kind), "\(body)")
      }
      #expect(try await logIn("{\"password\":\"hush\"").json["message"]?.string?.contains("hush") == false)
      let right = #"{"username":"j@x.y","password":"right","otp":"123"}"#
      #expect(try await logIn(right, uid: 1000).status == 401)
      let first = try await logIn(right)
      let again = try await logIn(right)
      #expect(first.json["id"] == 1 && again.json["id"] == 1 && again.json["email"] == "j@x.y")
      #expect(!"\(first.json)".contains("STORE-SECRET"))
      func header(_ json: JSONValue) -> String { "Macaroon root=\"\(json["macaroon"]?.string ?? "")\"" }
      // The older proof has ended; neither the state nor a guess is one.
      let (old, new) = (header(first.json), header(again.json))
      let route = #"{"action":"create"}"#
      #expect(try await ask(service, "POST", "/v2/cohorts", route, uid: 1000, authorization: old).status == 401)
      #expect(try await ask(service, "POST", "/v2/cohorts", route, uid: 1000, authorization: new).status == 200)
      #expect(try await ask(service, "POST", "/v2/stores", "{}", uid: 1000, authorization: new).status == 403)
      #expect(
        try await ask(service, "POST", "/v2/cohorts", route, uid: 1000, authorization: "Macaroon root=\"\"").status
          == 401)
      #expect(
        try await ask(service, "GET", "/v2/find?q=foo&select=private", uid: 1000, authorization: new).status == 200)
      #expect(try await ask(service, "POST", "/v2/logout", authorization: new).status == 200)
      #expect(try await ask(service, "POST", "/v2/logout", authorization: new).status == 400)
      #expect(try await ask(service, "POST", "/v2/cohorts", route, uid: 1000, authorization: new).status == 401)
      _ = machine
    }
  }

  @Test func settingUp() async throws {
    try await withService([("a", SaidStore())]) { service, machine in
      let stores = try await ask(service, "GET", "/v2/stores", uid: 1000)
      #expect(stores.json[0]["url"] == "https://a.example/" && stores.json[0]["origin"] == "administrator")
      let key = String(repeating: "A", count: 64)
      for (body, message) in [
        (#"{"action":"add","url":"x","key":"\#(key)"}"#, "cannot use \"x\" as the address of a store"),
        (#"{"action":"add","url":"https://x","key":"y"}"#, "as the fingerprint of a key"),
        (#"{"action":"add","url":"https://x","key":"\#(key)","name":"a"}"#, "is set up already"),
        (#"{"action":"add","url":"https://x","key":"\#(key)"}"#, "cannot trust the store: it has no account-key"),
        (#"{"action":"remove","name":"none"}"#, "store \"none\" is not set up"),
        (#"{"action":"x"}"#, "unknown store action \"x\""),
      ] {
        let answer = try await ask(service, "POST", "/v2/stores", body)
        #expect(answer.status == 400 && answer.json["message"]?.string?.contains(message) == true, "\(answer)")
      }
      #expect(try await ask(service, "POST", "/v2/stores", #"{"action":"remove","name":"a"}"#).json["name"] == "a")
      #expect(!machine.exists("etc/snapd/stores.d/a.json"))
    }
  }
}

extension JSONValue {
  fileprivate subscript(index: Int) -> JSONValue {
    array.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? .null
  }
}
