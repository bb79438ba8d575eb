import Assertions
import Crypto
import HTTP
import Linux
import Snap
import StoreProtocol
import StoreState
import TestSupport
import Testing
import Time

@testable import StoreServer

@Suite struct DeviceRouteTests {
  let store: DeviceFixture
  init() throws { store = try DeviceFixture() }

  struct Case: Sendable, CustomStringConvertible {
    var method = "GET"
    var target: String
    var body = ""
    var account: String?
    var status = 200
    /// All of these are in the answer.
    var has: [String] = []
    var hasNot: [String] = []
    var description: String { "\(method) \(target) \(body) \(account ?? "")" }
  }

  private static let refresh = "/v2/snaps/refresh"
  private static let find = "/v2/snaps/find?fields=title,channel,version,download&architecture=amd64"

  private static let cases = [
    Case(
      method: "POST", target: refresh,
      body: #"{"context":[],"actions":[{"action":"install","instance-key":"i","name":"hello"}],"fields":["version"]}"#,
      has: [#""result":"install""#, #""version":"1.2""#, #""effective-channel":"stable""#, DeviceFixture.hello]),
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
    Case(target: "/v2/snaps/info/hidden", account: "alice", has: [DeviceFixture.hidden]),
    Case(
      target: find + "&q=hello", has: [DeviceFixture.hello, #""channel":"stable""#], hasNot: [DeviceFixture.hidden]),
    Case(target: find + "&q=greet+whom", has: [DeviceFixture.hello]),
    Case(target: find + "&q=salutation", has: [DeviceFixture.hello]),
    Case(target: find + "&q=nothing", has: [#""results":[]"#]),
    Case(target: find + "&q=a%2Ab", status: 400, has: ["bad-query"]),
    Case(target: find + "&name=hel", has: [DeviceFixture.hello]),
    Case(target: find + "&name=ello", hasNot: [DeviceFixture.hello]),
    Case(target: find + "&name=%27", status: 400),
    Case(target: find + "&category=social", has: [DeviceFixture.hello], hasNot: [DeviceFixture.hidden]),
    Case(target: find + "&category=games", hasNot: [DeviceFixture.hello]),
    Case(target: find + "&q=hello&channel=edge", has: [#""channel":"edge""#]),
    Case(target: find + "&q=hello&channel=beta", hasNot: [DeviceFixture.hello]),
    Case(target: find + "&q=hello&confinement=classic", hasNot: [DeviceFixture.hello]),
    Case(target: find + "&q=hello&confinement=strict,classic", has: [DeviceFixture.hello]),
    Case(target: "/v2/snaps/find?q=hello&architecture=s390x", hasNot: [DeviceFixture.hello]),
    Case(target: find + "&private=true", status: 401, has: ["user-authorization"]),
    Case(target: find + "&private=true", account: "alice", has: [DeviceFixture.hidden], hasNot: [DeviceFixture.hello]),
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
    Case(target: "/api/v1/snaps/download/\(DeviceFixture.hello)_9.snap", status: 404),
    Case(target: "/api/v1/snaps/download/\(DeviceFixture.hidden)_1.snap", status: 404),
    Case(target: "/api/v1/snaps/download/\(DeviceFixture.hidden)_1.snap", account: "alice"),
  ]

  /// All over one store, since making a store takes a while.
  @Test func answers() async throws {
    for sample in Self.cases { try await check(sample) }
  }

  private func check(_ sample: Case) async throws {
    var headers: HTTP.Headers = [StoreHeader.architecture: "amd64", StoreHeader.series: "16"]
    if let account = sample.account { headers["Authorization"] = "Macaroon root=\"\(account)\"" }
    if sample.target.contains("s390x") || sample.target.contains("arm64") { headers[StoreHeader.architecture] = nil }
    let answer = try await store.send(sample.method, sample.target, headers: headers, body: sample.body)
    #expect(answer.status == sample.status, "\(sample): \(answer.text)")
    for text in sample.has { #expect(answer.text.contains(text), "\(sample): \(answer.text)") }
    for text in sample.hasNot { #expect(!answer.text.contains(text), "\(sample): \(answer.text)") }
  }

  @Test func imagesAreSentInParts() async throws {
    let path = "/api/v1/snaps/download/\(DeviceFixture.hello)_2.snap"
    let image = DeviceFixture.image(2, of: DeviceFixture.hello)
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
    #expect(store.side.downloads.take() == [DeviceFixture.hello: 2])
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
    #expect(found.text.contains(DeviceFixture.hello))
    guard DeltaMaker.installed != nil else { return }
    let body = """
      {"context":[{"snap-id":"\(DeviceFixture.hello)","instance-key":"k","revision":1,"tracking-channel":"stable"}],
       "actions":[{"action":"refresh","instance-key":"k"}],"fields":["download","revision"]}
      """
    let answer = try await store.send(
      "POST", "/v2/snaps/refresh",
      headers: [StoreHeader.architecture: "amd64", StoreHeader.acceptDeltaFormat: "xdelta3"], body: body)
    guard case .snap(_, let snap)? = try SnapActionResponse(json: answer.body).results.first?.content,
      let delta = snap.download.deltas.first
    else { throw Failed() }
    #expect(delta.size < 5000 && delta.source == .store(1) && delta.target == .store(2))
    let sent = try await store.get(String(delta.url.dropFirst("http://store.test".count)))
    #expect(
      Digest.of(sent.body, .sha3_384).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        == delta.sha3_384)
    let (old, patch, new) = (store.path("old"), store.path("patch"), store.path("new"))
    try Files.writeAtomically(DeviceFixture.image(1, of: DeviceFixture.hello), to: old, mode: 0o600)
    try Files.writeAtomically(sent.body, to: patch, mode: 0o600)
    let result = try ChildProcess.run(["/usr/bin/xdelta3", "-d", "-s", old, patch, new])
    #expect(result.status == .exited(0))
    #expect(try Files.read(new, limit: 1 << 20) == DeviceFixture.image(2, of: DeviceFixture.hello))
  }
  struct Failed: Error {}

  private func deltas() throws -> [DeltaRecord] { try store.state.read { try $0.deltas(of: DeviceFixture.hello) } }

  /// Another process makes the same delta, and is not heard of again.
  @Test(.enabled(if: DeltaMaker.installed != nil)) func whatAnotherProcessMakesIsLeftToIt() throws {
    let now = store.side.store.now().seconds
    let worker = DeviceWorker(store.side) { Issue.record("\($0)") }
    let work = DeltaWork(state: store.state, maker: DeltaMaker(blobs: store.side.store.blobs))
    let jobs = try work.jobs(DeviceFixture.hello, now: now)
    #expect(jobs.count > 1)
    let taken = try #require(jobs.first)
    let claim = DeltaClaim(
      snapID: taken.snapID, source: taken.source, target: taken.target, claimant: "other", until: now + 100)
    #expect(try store.state.write { try $0.claim(claim, now: now) })
    try worker.workOff()
    #expect(try deltas().count == jobs.count - 1)
    #expect(try !deltas().contains { $0.source == taken.source && $0.target == taken.target })
    // By the generation all is done, and still nothing is forgotten.
    #expect(try store.state.read { try $0.generation() != $0.indexedGeneration() })
    try worker.workOff()
    #expect(try store.state.read { try $0.generation() == $0.indexedGeneration() })
    store.store.move(.seconds(101))
    try worker.workOff()
    #expect(try deltas().count == jobs.count)
    #expect(try work.abandoned(now: now + 1_000_000).isEmpty)
    // The other one comes back: what it has is not used, whatever it is.
    #expect(try !store.state.write { try $0.end(claim) })
  }

  /// A program in the place of xdelta3, which publishers' images may have taken over, and one that fails half-way.
  @Test(arguments: [
    // What it finds and cannot read makes no delta; a delta that is larger than it may be is none either.
    "{ read line < /etc/shadow; } 2> /dev/null && echo found; { echo x > \"$HOLE\"; } 2> /dev/null; exit 7",
    "echo half of it; exit 1", "echo half of it; kill -9 $$", "while :; do echo much; done",
  ])
  func whatIsHalfMadeIsNeverOffered(script: String) throws {
    let hole = store.path("hole")
    var maker = DeltaMaker(blobs: store.side.store.blobs, program: "/bin/sh")
    maker.firstArguments = ["-c", script.replacing("$HOLE", with: hole)]
    let work = DeltaWork(state: store.state, maker: maker)
    let now = store.side.store.now().seconds
    for job in try work.jobs(DeviceFixture.hello, now: now) { try? work.run(job, now: now) }
    #expect(try deltas() == [] && Files.status(hole) == nil)
    // Nobody tries again what failed, and nobody waits for who gave up.
    #expect(try work.jobs(DeviceFixture.hello, now: now).isEmpty)
    #expect(try work.abandoned(now: now + 1_000_000).isEmpty)
  }

  /// What devices say of holds changes no answer, and is counted (`spec/assertions-and-store.md` §6).
  @Test func holdsAreCounted() async throws {
    func ask(_ held: String, id: String = DeviceFixture.hello) async throws -> String {
      let body = """
        {"context":[{"snap-id":"\(id)","instance-key":"k","revision":1,"tracking-channel":"stable"\(held)}],
         "actions":[{"action":"refresh","instance-key":"k"}],"fields":["revision"]}
        """
      return try await store.send(
        "POST", "/v2/snaps/refresh", headers: [StoreHeader.architecture: "amd64"], body: body
      ).text
    }
    let free = try await ask("")
    #expect(free.contains("\"revision\":2"))
    for held in [#","held":{"by":["system"]}"#, #","held":{"by":["gate","other"]}"#, #","held":{"by":["system","x"]}"#]
    {
      #expect(try await ask(held) == free)
    }
    _ = try await ask(#","held":{"by":["system"]}"#, id: "unknownaaaaaaaaaaaaaaaaaaaaaaaaa")
    let worker = DeviceWorker(store.side) { Issue.record("\($0)") }
    try worker.countRequests()
    let day = String(store.side.store.now().wholeSeconds.utf8.prefix(10)) ?? ""
    let counted = try store.state.read {
      try $0.metrics(of: DeviceFixture.hello, name: HoldCounts.metric, from: day, to: day)
    }
    #expect(counted.map { "\($0.bucket) \($0.value)" } == ["snaps 1", "user 2"])
  }

  @Test func changesOfASnapAreFoundAtOnce() async throws {
    let target = "/v2/snaps/find?q=unheard&architecture=amd64"
    #expect(!(try await store.get(target)).text.contains(DeviceFixture.hello))
    try store.state.write { writer in
      var snap = try #require(try writer.snap(id: DeviceFixture.hello))
      snap.metadata.title = "Unheard of"
      try writer.update(snap)
    }
    #expect((try await store.get(target)).text.contains(DeviceFixture.hello))
    #expect(!(try await store.get("/v2/snaps/find?q=social&architecture=amd64")).text.contains(DeviceFixture.hello))
  }

  @Test func aCohortKeepsWhatWasThere() async throws {
    let made = try await store.send("POST", "/v2/cohorts", body: #"{"snaps":["hello"]}"#)
    let key = try #require(try CohortsResponse(json: made.body).cohortKeys["hello"])
    store.store.move(.seconds(100))
    try store.release(3, "stable", of: DeviceFixture.hello, at: 50)
    func installed(_ rest: String) async throws -> String {
      let body = #"{"actions":[{"action":"install","instance-key":"i","name":"hello"\#(rest)}],"fields":["version"]}"#
      return try await store.send("POST", "/v2/snaps/refresh", headers: [StoreHeader.architecture: "amd64"], body: body)
        .text
    }
    #expect(try await installed("").contains("1.3"))
    #expect(try await installed(#","cohort-key":"\#(key)""#).contains("1.2"))
  }
}
