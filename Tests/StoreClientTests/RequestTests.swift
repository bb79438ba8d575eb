import JSONValues
import Linux
import Snap
import StoreClient
import StoreProtocol
import TestSupport
import Testing

@Suite struct RequestTests {
  /// What a server does, what comes of it, and how often it was asked.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// `{}` stands for the address of the server.
    let message: String?
    let requests: Int
    var waits: [Duration] = []
    let answer: @Sendable (OddServer.Request) -> [OddServer.Step]

    init(
      _ name: String, _ message: String?, requests: Int, waits: [Duration] = [],
      _ answer: @escaping @Sendable (OddServer.Request) -> [OddServer.Step]
    ) {
      (testDescription, self.message, self.requests, self.waits) = (name, message, requests, waits)
      self.answer = answer
    }
  }

  private static let backOff: [Duration] = [
    .milliseconds(500), .milliseconds(1250), .milliseconds(3125), .microseconds(7_812_500),
    .microseconds(19_531_250),
  ]
  private static let subject = #"cannot get details for snap "hello": "#

  static let cases: [Case] = [
    Case("good", nil, requests: 1) { _ in OddServer.json(Samples.info) },
    Case("fails five times", nil, requests: 6, waits: backOff) { request in
      request.number < 5 ? OddServer.json("{}", 503) : OddServer.json(Samples.info)
    },
    Case(
      "always fails", subject + #"got unexpected HTTP status code 500 via GET to "{}/v2/snaps/info/hello" [oops1]"#,
      requests: 6, waits: backOff
    ) { _ in OddServer.json("{}", 500, ["X-Oops-Id: oops\u{1B}1"]) },
    Case("ends without an answer, then good", nil, requests: 3, waits: Array(backOff[..<2])) { request in
      request.number < 2 ? [.close] : OddServer.json(Samples.info)
    },
    Case("never ends a body", #"persistent network error: Get "{}/v2/snaps/info/hello": "#, requests: 6) { _ in
      [.send(OddServer.head(200, ["Content-Length: 100"]) + Array("{".utf8)), .close]
    },
    Case("too many", "too many requests", requests: 1) { _ in OddServer.json("{}", 429) },
    Case("not there", "snap not found", requests: 1) { _ in OddServer.json("{}", 404) },
    Case("forbids", subject + #"got unexpected HTTP status code 403 via GET to "{}/v2/snaps/info/hello""#, requests: 1)
    {
      _ in OddServer.json("{}", 403)
    },
    Case("wants to know who", "you need to log in first", requests: 1) { _ in OddServer.json("{}", 401) },
    Case("no HTTP", #"cannot reach the store: Get "{}/v2/snaps/info/hello": "#, requests: 1) { _ in
      [.send(Array("SSH-2.0-OpenSSH\r\n".utf8)), .close]
    },
    Case(
      "half", subject + "cannot decode the store's answer: unexpected end of JSON input", requests: 1
    ) { _ in OddServer.json(#"{"name":"hello","snap"#) },
    Case("HTML", subject + "cannot decode the store's answer: invalid character at offset 0 of JSON input", requests: 1)
    {
      _ in OddServer.answer(Array("<html>".utf8))
    },
    Case("another snap", subject + "cannot decode the store's answer: it is about another snap", requests: 1) { _ in
      OddServer.json(#"{"name":"other"}"#)
    },
    Case("endless body", subject + "the answer is larger than 16777216 bytes", requests: 1) { _ in
      [.send(OddServer.head(200, [])), .flood(Array(repeating: 0x20, count: 1 << 16), 4096), .close]
    },
    Case("endless head", "cannot reach the store", requests: 1) { _ in
      [
        .send(Array("HTTP/1.1 200 X\r\n".utf8)),
        .flood(Array("X-A: \(String(repeating: "a", count: 9000))\r\n".utf8), 99),
        .close,
      ]
    },
    Case("loop", #"cannot reach the store: Get "{}/v2/snaps/info/hello": stopped after 10 redirects"#, requests: 11) {
      _ in
      OddServer.json("{}", 302, ["Location: /v2/snaps/info/hello"])
    },
    Case("to a file", "cannot follow a redirection: invalid URL", requests: 1) { _ in
      OddServer.json("{}", 302, ["Location: file:///etc/passwd"])
    },
    Case("to somebody's", "cannot follow a redirection: invalid URL", requests: 1) { _ in
      OddServer.json("{}", 302, ["Location: http://user:secret@127.0.0.1/"])
    },
    Case("moved", nil, requests: 2) { request in
      request.path == "/there" ? OddServer.json(Samples.info) : OddServer.json("{}", 307, ["Location: ../../../there"])
    },
  ]

  @Test(arguments: cases) func odd(_ odd: Case) throws {
    let server = try OddServer(odd.answer)
    defer { server.stop() }
    let clock = TestClock()
    let client = try StoreClient.testing(server, clock: clock)
    var message: String?
    do { _ = try client.info(try SnapName("hello")) } catch { message = "\(error)" }
    let wanted = odd.message.map { $0.replacing("{}", with: server.url) }
    #expect(message == wanted || wanted.map { message?.contains($0) ?? false } ?? false, "\(message ?? "no error")")
    #expect(server.requests.count == odd.requests)
    if !odd.waits.isEmpty { #expect(clock.waits == odd.waits) }
  }

  @Test func silenceIsBounded() throws {
    let server = try OddServer { _ in [.hang] }
    defer { server.stop() }
    var patience = Patience()
    patience.request = .milliseconds(150)
    let clock = TestClock()
    let client = try StoreClient.testing(server, clock: clock, patience: patience) { $0.retries.tries = 2 }
    #expect(throws: StoreError.self) { try client.info(try SnapName("hello")) }
    #expect(server.requests.count == 2 && clock.waits.count == 1)

    client.isOnline = false
    #expect(throws: StoreError.offline) { try client.info(try SnapName("hello")) }
    client.isOnline = true
    let cancelled = StoreClient.Context(isCancelled: { true })
    #expect(throws: StoreError.cancelled) { try client.info(try SnapName("hello"), cancelled) }
    #expect(server.requests.count == 2)
  }

  @Test func nobodyElseLearnsWhoAsks() throws {
    let other = try OddServer { _ in OddServer.json(Samples.info) }
    defer { other.stop() }
    let address = other.url
    let server = try OddServer { request in
      request.path == "/back"
        ? OddServer.json(Samples.info) : OddServer.json("{}", 302, ["Location: \(address)/x?secret=1"])
    }
    defer { server.stop() }
    let authority = TestAuthority()
    authority.keep(session: "SESSION", with: "test")
    let client = try StoreClient.testing(server, authority: authority) {
      $0.storeID = "brand"
      $0.cloud = CloudLocation(name: "aws", region: "a\"b", availabilityZone: "z")
    }
    let user = StoreUser(
      id: 1, macaroon: try Samples.macaroon("root"), discharges: [try Samples.macaroon("discharge")])
    let context = StoreClient.Context(user: user, clientUserAgent: "snap/1\r\nX-Evil: 1")
    _ = try client.info(try SnapName("hello"), context)
    let (first, second) = (try #require(server.requests.first).headers, try #require(other.requests.first).headers)
    #expect(first["authorization"]?.hasPrefix("Macaroon root=\"\(user.macaroon)\", discharge=\"") ?? false)
    // Bound to the root: not what is kept.
    #expect(first["authorization"]?.contains(user.discharges[0]) == false)
    #expect(first["snap-device-authorization"] == "Macaroon root=\"SESSION\"")
    #expect(first["snap-device-store"] == "brand" && first["snap-device-architecture"] == "amd64")
    #expect(first["snap-device-location"] == #"cloud-name="aws" availability-zone="z""#)
    #expect(first["snap-client-user-agent"] == "snap/1X-Evil: 1" && first["x-evil"] == nil)
    #expect(first["snap-device-series"] == "16" && first["snap-classic"] == "true")
    #expect(second["authorization"] == nil && second["snap-device-authorization"] == nil)
    #expect(second["user-agent"] == "snapd/test")
    #expect(!"\(user) \(String(reflecting: user))".contains(user.macaroon))
  }

  @Test func searchesAndOtherQuestions() throws {
    let server = try OddServer { request in
      switch request.path {
      case "/v2/snaps/find" where request.target.contains("q=old"): OddServer.json("{}", 404)
      case "/v2/snaps/find":
        OddServer.json(
          #"{"results":[{"name":"hello","snap-id":"I","snap":{"title":"T"},"revision":{"channel":"stable","version":"1"}}]}"#
        )
      case "/api/v1/snaps/search":
        OddServer.json(
          #"{"_embedded":{"clickindex:package":[{"package_name":"../bad"},{"package_name":"hello","title":"Old\u001b","revision":3,"content":"application","origin":"o"}]}}"#
        )
      case "/v2/snaps/categories": OddServer.json(#"{"categories":[{"name":"games"}]}"#)
      case "/api/v1/snaps/sections": OddServer.json(#"{"_embedded":{"clickindex:sections":[{"name":"s"}]}}"#)
      case "/api/v1/snaps/names":
        OddServer.json(
          #"{"x":1,"_embedded":{"y":[],"clickindex:package":[{"package_name":"hello","apps":["a"],"aliases":[{"name":"b"}]}]}}"#
        )
      case "/v2/cohorts": OddServer.json(#"{"cohort-keys":{"hello":"k"}}"#)
      case "/v2/assertions/account/here": OddServer.answer(Array("type: account\n".utf8))
      case "/v2/assertions/account/gone": OddServer.json(#"{"error-list":[{"code":"not-found"}]}"#, 404)
      default: OddServer.answer([], 404, ["Content-Type: text/html"])
      }
    }
    defer { server.stop() }
    let client = try StoreClient.testing(server)
    let found = try #require(try client.find(StoreSearch(.words("a b"))).first)
    #expect(found.title == "T" && found.version == "1" && found.channel == "stable")
    let target = try #require(server.targets.first)
    #expect(target.contains("q=a%20b&channel=stable&confinement=strict%2Cclassic"))
    let old = try client.find(StoreSearch(.words("old"), isWide: true))
    #expect(old.count == 1 && old[0].title == "Old" && old[0].revision == .store(3))
    #expect(server.targets.last == "/api/v1/snaps/search?q=old&confinement=strict%2Cclassic&scope=wide")
    #expect(server.requests.last?.headers["x-ubuntu-series"] == "16")
    #expect(throws: StoreError.badQuery) { try client.find(StoreSearch(.words("a&b"))) }
    #expect(throws: StoreError.loginNeeded) { try client.find(StoreSearch(.words("a"), isPrivate: true)) }
    #expect(try client.categories().map(\.name) == ["games"] && client.sections() == ["s"])
    var items: [CatalogueItem] = []
    try client.catalogue { items.append($0) }
    #expect(items.map(\.apps) == [["a"]] && items.map(\.aliases) == [["b"]])
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    try client.writeNames(to: directory("names"))
    #expect(try Files.read(directory("names"), limit: 99) == Array("hello\n".utf8))
    #expect(try client.createCohorts([try SnapName("hello")]) == ["hello": "k"])
    #expect(try client.assertion("account", ["here"], maxFormat: 0) == Array("type: account\n".utf8))
    #expect(server.targets.last == "/v2/assertions/account/here?max-format=0")
    #expect(throws: StoreError.assertionNotFound(type: "account", key: ["gone"])) {
      try client.sequence("account", ["gone"], sequence: nil, maxFormat: 0)
    }
    #expect(server.targets.last == "/v2/assertions/account/gone?max-format=0&sequence=latest")
    // A 404 of something that is no store says nothing about assertions.
    #expect(throws: StoreError.self) { try client.assertion("account", ["..", "a/b"], maxFormat: 0) }
    #expect(server.targets.last == "/v2/assertions/account/%2E%2E/a%2Fb?max-format=0")
  }
}
