import Assertions
import Crypto
import HTTP
import Linux
import Snap
import StoreProtocol
import TestSupport
import Testing
import Time

@testable import StoreServer

@Suite struct DeviceRouteTests {
  let store: StoreFixture
  init() throws { store = try StoreFixture() }

  struct Case: Sendable, CustomTestStringConvertible {
    var method = "GET"
    var target: String
    var body = ""
    var account: String?
    var status = 200
    /// All of these are in the answer.
    var has: [String] = []
    var hasNot: [String] = []
    var testDescription: String { "\(method) \(target) \(body) \(account ?? "")" }
  }

  private static let refresh = "/v2/snaps/refresh"
  private static let find = "/v2/snaps/find?fields=title,channel,version,download&architecture=amd64"

  @Test(arguments: [
    Case(
      method: "POST", target: refresh,
      body: #"{"context":[],"actions":[{"action":"install","instance-key":"i","name":"hello"}],"fields":["version"]}"#,
      has: [#""result":"install""#, #""version":"1.2""#, #""effective-channel":"stable""#, StoreFixture.hello]),
    Case(method: "POST", target: refresh, body: "{", status: 400, has: ["error-list", "cannot read the request"]),
    Case(method: "POST", target: refresh, body: #"{"actions":[{"action":"dance"}]}"#, status: 400, has: ["dance"]),
    Case(method: "POST", target: refresh, body: "{}", has: [#"{"results":[]}"#]),
    Case(method: "POST", target: refresh, body: "{}", account: "old", status: 401, has: ["needs-refresh"]),
    Case(
      target: "/v2/snaps/info/hello?fields=version,summary,download&architecture=amd64",
      has: [#""name":"edge""#, #""version":"1.3""#, "Greets", "_2.snap"]),
    Case(target: "/v2/snaps/info/hello?architecture=arm64", status: 404, has: ["cannot find"]),
    Case(target: "/v2/snaps/info/nothing", status: 404, has: ["not-found"]),
    Case(target: "/v2/snaps/info/hidden", status: 404),
    Case(target: "/v2/snaps/info/hidden", account: "bob", status: 404),
    Case(target: "/v2/snaps/info/hidden", account: "alice", has: [StoreFixture.hidden]),
    Case(target: find + "&q=hello", has: [StoreFixture.hello, #""channel":"stable""#], hasNot: [StoreFixture.hidden]),
    Case(target: find + "&q=greet+whom", has: [StoreFixture.hello]),
    Case(target: find + "&q=salutation", has: [StoreFixture.hello]),
    Case(target: find + "&q=nothing", has: [#""results":[]"#]),
    Case(target: find + "&q=a%2Ab", status: 400, has: ["bad-query"]),
    Case(target: find + "&name=hel", has: [StoreFixture.hello]),
    Case(target: find + "&name=ello", hasNot: [StoreFixture.hello]),
    Case(target: find + "&name=%27", status: 400),
    Case(target: find + "&category=social", has: [StoreFixture.hello], hasNot: [StoreFixture.hidden]),
    Case(target: find + "&category=games", hasNot: [StoreFixture.hello]),
    Case(target: find + "&q=hello&channel=edge", has: [#""channel":"edge""#]),
    Case(target: find + "&q=hello&channel=beta", hasNot: [StoreFixture.hello]),
    Case(target: find + "&q=hello&confinement=classic", hasNot: [StoreFixture.hello]),
    Case(target: find + "&q=hello&confinement=strict,classic", has: [StoreFixture.hello]),
    Case(target: "/v2/snaps/find?q=hello&architecture=s390x", hasNot: [StoreFixture.hello]),
    Case(target: find + "&private=true", status: 401, has: ["user-authorization"]),
    Case(target: find + "&private=true", account: "alice", has: [StoreFixture.hidden], hasNot: [StoreFixture.hello]),
    Case(target: find + "&private=true", account: "bob", has: [#""results":[]"#]),
    Case(target: "/v2/snaps/categories", has: [#"{"name":"social"}"#]),
    Case(target: "/api/v1/snaps/sections", has: ["clickindex:sections", "social"]),
    Case(target: "/api/v1/snaps/search?q=hello", has: [#""package_name":"hello""#, "anon_download_url"]),
    Case(target: "/v2/assertions/account/nobody", status: 404, has: [#""code":"not-found""#, "nobody"]),
    Case(target: "/v2/assertions/nonsense/x", status: 400, has: ["unknown assertion type"]),
    Case(target: "/v2/assertions/account/a/b", status: 400, has: ["account-id"]),
    Case(target: "/v2/assertions/account/a?max-format=x", status: 400),
    Case(target: "/v2/assertions/account/a?sequence=1", status: 400),
    Case(target: "/v2/assertions/validation-set/16/a/b?sequence=0", status: 400),
    Case(target: "/v2/assertions/bundle", status: 400),
    Case(method: "POST", target: "/v2/cohorts", body: #"{"snaps":["hello"]}"#, has: [#"{"cohort-keys":{"hello":"#]),
    Case(method: "POST", target: "/v2/cohorts", body: #"{"snaps":["hidden"]}"#, status: 404, has: ["name-not-found"]),
    Case(method: "POST", target: "/api/v1/snaps/auth/request-id", has: ["request-id"]),
    Case(method: "POST", target: "/api/v1/snaps/auth/devices", body: "x", status: 400, has: ["cannot read"]),
    Case(target: "/api/v1/snaps/download/\(StoreFixture.hello)_9.snap", status: 404),
    Case(target: "/api/v1/snaps/download/\(StoreFixture.hidden)_1.snap", status: 404),
    Case(target: "/api/v1/snaps/download/\(StoreFixture.hidden)_1.snap", account: "alice"),
    Case(target: "/api/v1/snaps/download/..", status: 404),
  ])
  func answers(_ sample: Case) async throws {
    var headers: HTTP.Headers = [StoreHeader.architecture: "amd64", StoreHeader.series: "16"]
    if let account = sample.account { headers["Authorization"] = "Macaroon root=\"\(account)\"" }
    if sample.target.contains("s390x") || sample.target.contains("arm64") { headers[StoreHeader.architecture] = nil }
    guard RequestTarget(sample.target) != nil else { return }
    let answer = try await store.send(sample.method, sample.target, headers: headers, body: sample.body)
    #expect(answer.status == sample.status, "\(answer.text)")
    for text in sample.has { #expect(answer.text.contains(text), "\(answer.text)") }
    for text in sample.hasNot { #expect(!answer.text.contains(text), "\(answer.text)") }
  }

  @Test func imagesAreSentInParts() async throws {
    let path = "/api/v1/snaps/download/\(StoreFixture.hello)_2.snap"
    let image = StoreFixture.image(2, of: StoreFixture.hello)
    let whole = try await store.get(path)
    #expect(whole.body == image && whole.status == 200)
    let tag = try #require(whole.headers["ETag"])
    for (headers, status, body) in [
      (["Range": "bytes=99990-"] as HTTP.Headers, 206, Array(image[99_990...])),
      (["Range": "bytes=5-6"], 206, [image[5], image[6]]),
      (["Range": "bytes=100000-"], 416, []), (["If-None-Match": tag], 304, []),
      (["Range": "bytes=5-6", "If-Range": "\"other\""], 200, image),
    ] {
      let part = try await store.get(path, headers: headers)
      #expect(part.status == status)
      #expect(part.body == body)
    }
    #expect(store.side.downloads.take() == [StoreFixture.hello: 2])
  }

  /// `snap-store` is built with what Debian has, which `Tools/setup` installs.
  @Test func theWorkerIndexesAndMakesDeltas() async throws {
    let worker = DeviceWorker(store.side) { Issue.record("\($0)") }
    try worker.workOff()
    try worker.workOff()
    #expect(try store.state.read { try $0.generation() == $0.indexedGeneration() })
    let names = try await store.get("/api/v1/snaps/names?confinement=strict")
    #expect(names.text.contains(#""apps":["hello"]"#) && names.text.contains(#""aliases":[{"name":"hi"}]"#))
    #expect(!names.text.contains("hidden"))
    let found = try await store.get("/v2/snaps/find?common-id=org.hello&architecture=amd64")
    #expect(found.text.contains(StoreFixture.hello))
    guard DeltaMaker.installed != nil else { return }
    let body = """
      {"context":[{"snap-id":"\(StoreFixture.hello)","instance-key":"k","revision":1,"tracking-channel":"stable"}],
       "actions":[{"action":"refresh","instance-key":"k"}],"fields":["download","revision"]}
      """
    let answer = try await store.send(
      "POST", "/v2/snaps/refresh",
      headers: [StoreHeader.architecture: "amd64", StoreHeader.acceptDeltaFormat: "xdelta3"], body: body)
    guard case .snap(_, let snap)? = try SnapActionResponse(json: answer.body).results.first?.content,
      let delta = snap.download.deltas.first
    else { throw Failed() }
    #expect(delta.size < 5000 && delta.source == .store(1) && delta.target == .store(2))
    let sent = try await store.get(String(delta.url.dropFirst("https://store.test".count)))
    #expect(
      Digest.of(sent.body, .sha3_384).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        == delta.sha3_384)
    let (old, patch, new) = (store.directory("old"), store.directory("patch"), store.directory("new"))
    try Files.writeAtomically(StoreFixture.image(1, of: StoreFixture.hello), to: old, mode: 0o600)
    try Files.writeAtomically(sent.body, to: patch, mode: 0o600)
    let result = try ChildProcess.run(["/usr/bin/xdelta3", "-d", "-s", old, patch, new])
    #expect(result.status == .exited(0))
    #expect(try Files.read(new, limit: 1 << 20) == StoreFixture.image(2, of: StoreFixture.hello))
  }
  struct Failed: Error {}

  @Test func changesOfASnapAreFoundAtOnce() async throws {
    let target = "/v2/snaps/find?q=unheard&architecture=amd64"
    #expect(!(try await store.get(target)).text.contains(StoreFixture.hello))
    try store.state.write { writer in
      var snap = try #require(try writer.snap(id: StoreFixture.hello))
      snap.metadata.title = "Unheard of"
      try writer.update(snap)
    }
    #expect((try await store.get(target)).text.contains(StoreFixture.hello))
    #expect(!(try await store.get("/v2/snaps/find?q=social&architecture=amd64")).text.contains(StoreFixture.hello))
  }

  @Test func aCohortKeepsWhatWasThere() async throws {
    let made = try await store.send("POST", "/v2/cohorts", body: #"{"snaps":["hello"]}"#)
    let key = try #require(try CohortsResponse(json: made.body).cohortKeys["hello"])
    store.advance(seconds: 100)
    try store.release(3, "stable", of: StoreFixture.hello, at: 50)
    func installed(_ rest: String) async throws -> String {
      let body = #"{"actions":[{"action":"install","instance-key":"i","name":"hello"\#(rest)}],"fields":["version"]}"#
      return try await store.send("POST", "/v2/snaps/refresh", headers: [StoreHeader.architecture: "amd64"], body: body)
        .text
    }
    #expect(try await installed("").contains("1.3"))
    #expect(try await installed(#","cohort-key":"\#(key)""#).contains("1.2"))
  }
}
