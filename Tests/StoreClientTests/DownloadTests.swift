import ByteText
import Crypto
import Linux
import Snap
@testable import StoreClient
import StoreProtocol
import Synchronization
import TestSupport
import Testing

private func hex(_ bytes: [UInt8]) -> String {
  Digest.of(bytes, .sha3_384).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite struct DownloadTests {
  static let size = 3 << 20 | 12345
  static let content = Samples.bytes(size)
  static let digest = hex(content)

  /// As a good server answers: with ranges.
  @Sendable static func serve(_ request: OddServer.Request) -> [OddServer.Step] { ranged(request, content) }

  static func ranged(_ request: OddServer.Request, _ content: [UInt8]) -> [OddServer.Step] {
    guard let range = request.headers["range"], let start = Int(range.dropFirst(6).dropLast()) else {
      return OddServer.answer(content)
    }
    guard start < content.count else { return OddServer.answer([], 416) }
    return OddServer.answer(
      Array(content[start...]), 206, ["Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)"])
  }

  /// The head of all of it, and a part.
  static func part(_ count: Int) -> [OddServer.Step] {
    [.send(OddServer.head(200, ["Content-Length: \(size)"]) + content[..<count]), .close]
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: String?
    let requests: Int
    /// What an earlier attempt left.
    var there: [UInt8]?
    var keepsPartial = false
    let answer: @Sendable (OddServer.Request) -> [OddServer.Step]

    init(
      _ name: String, _ message: String?, requests: Int, there: [UInt8]? = nil, keepsPartial: Bool = false,
      _ answer: @escaping @Sendable (OddServer.Request) -> [OddServer.Step]
    ) {
      (testDescription, self.message, self.requests) = (name, message, requests)
      (self.there, self.keepsPartial, self.answer) = (there, keepsPartial, answer)
    }
  }

  static let cases: [Case] = [
    Case("good", nil, requests: 1, serve),
    Case("resumed", nil, requests: 1, there: Array(content[..<(2 << 20)]), serve),
    Case("there already", nil, requests: 0, there: content, serve),
    Case("another beginning", nil, requests: 2, there: Samples.bytes(2 << 20, seed: 2), serve),
    Case("all of it, but another", nil, requests: 1, there: Samples.bytes(size, seed: 2), serve),
    Case("more than all of it", nil, requests: 1, there: content + [0], serve),
    Case("no ranges", nil, requests: 1, there: Array(content[..<1000])) { _ in OddServer.answer(content) },
    Case("breaks off three times", nil, requests: 4) { request in
      request.number == 0
        ? part(1 << 20)
        : request.number < 3
          ? [serve(request)[0], .close].map { step in
            guard case .send(let bytes) = step else { return step }
            return .send(Array(bytes[..<(bytes.count / 2)]))
          } : serve(request)
    },
    Case("always breaks off", "persistent network error: Get \"{}/x\": ", requests: 7, keepsPartial: true) { request in
      request.number == 0 ? part(1000) : [.close]
    },
    Case("ends early without a length", "response code (503)", requests: 7, keepsPartial: true) { request in
      request.number == 0
        ? [.send(OddServer.head(200, ["Connection: close"]) + content[..<1000]), .close] : OddServer.json("", 503)
    },
    Case("fails, then good", nil, requests: 3) { request in
      request.number < 2 ? OddServer.json("{}", 502) : serve(request)
    },
    Case(
      "always fails", "received an unexpected http response code (502) when trying to download {}/x", requests: 7,
      keepsPartial: true
    ) { _ in OddServer.json("{}", 502) },
    Case("206 without a range", "unexpected http response code (206)", requests: 7, keepsPartial: true) { _ in
      OddServer.answer(content, 206, ["Content-Range: bytes 0-\(size - 1)/\(size)"])
    },
    Case("206 of something else", nil, requests: 2, there: Array(content[..<1000])) { request in
      request.number == 0
        ? OddServer.answer(Array(content[5...]), 206, ["Content-Range: bytes 5-\(size - 1)/\(size)"]) : serve(request)
    },
    Case("416", nil, requests: 2, there: Array(content[..<1000])) { request in
      request.headers["range"] != nil ? OddServer.answer([], 416) : serve(request)
    },
    Case("wrong bytes", "sha3-384 mismatch for \"hello\": got ", requests: 1) { _ in
      OddServer.answer(Samples.bytes(size, seed: 3))
    },
    Case("wrong length", "cannot download \"hello\": it has 5 bytes instead of \(size)", requests: 1) { _ in
      OddServer.answer([1, 2, 3, 4, 5])
    },
    Case("never ends", "cannot download \"hello\": it has ", requests: 1) { _ in
      [.send(OddServer.head(200, [])), .flood(Array(repeating: 1, count: 1 << 16), 1000), .close]
    },
    Case("begins anew for ever", "persistent network error: ", requests: 7, keepsPartial: true) { request in
      request.headers["range"] == nil
        ? part(1 << 20) : OddServer.answer([1], 206, ["Content-Range: bytes 5-5/\(size)"])
    },
    Case("costs money", "please buy hello before installing it", requests: 1, keepsPartial: true) { _ in
      OddServer.json("{}", 402)
    },
    Case(
      "gone", "received an unexpected http response code (404) when trying to download {}/x", requests: 1,
      keepsPartial: true
    ) { _ in OddServer.json("{}", 404) },
    Case("endless error", "received an unexpected http response code (403)", requests: 1, keepsPartial: true) { _ in
      [.send(OddServer.head(403, [])), .flood(Array(repeating: 1, count: 1 << 16), 1000), .close]
    },
  ]

  @Test(arguments: cases) func odd(_ odd: Case) throws {
    let server = try OddServer(odd.answer)
    defer { server.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let (path, partial) = (directory("hello_1.snap"), directory("hello_1.snap.partial"))
    if let there = odd.there { try Files.writeAtomically(there, to: partial, mode: 0o600) }
    let client = try StoreClient.testing(server)
    let told = Mutex<[Int64]>([])
    var message: String?
    do {
      try client.download(
        "hello", SnapDownload(sha3_384: Self.digest, size: Int64(Self.size), url: server.url + "/x?token=secret"),
        to: path, DownloadOptions(progress: { done, total in told.withLock { $0 += [done, total] } }))
    } catch { message = "\(error)" }
    #expect(server.requests.count == odd.requests)
    if let wanted = odd.message?.replacing("{}", with: server.url) {
      #expect(message?.contains(wanted) ?? false, "\(message ?? "no error")")
      #expect(message?.contains("secret") == false)
      #expect(try Files.status(path) == nil)
      #expect(try (Files.status(partial) != nil) == odd.keepsPartial)
    } else {
      #expect(message == nil)
      #expect(try Files.read(path, limit: 8 << 20) == Self.content)
      #expect(try Files.status(path)?.mode == 0o600 && Files.status(partial) == nil)
      #expect(told.withLock { $0 }.suffix(2) == [Int64(Self.size), Int64(Self.size)])
    }
  }

  /// As slowly as was said, but for what may come at once; and that is not too slow.
  @Test func limited() throws {
    let server = try OddServer { _ in
      [.send(OddServer.head(200, ["Content-Length: \(Self.size)"]) + Self.content), .close]
    }
    defer { server.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let clock = TestClock()
    var patience = Patience()
    let rate = Int64(Self.size / 10)
    (patience.leastSpeed, patience.window) = (Double(Self.size), .seconds(1))
    try StoreClient.testing(server, clock: clock, patience: patience).download(
      "hello", SnapDownload(sha3_384: Self.digest, size: Int64(Self.size), url: server.url + "/x"),
      to: directory("x"), DownloadOptions(rate: rate))
    let waited = clock.waits.reduce(.zero, +)
    #expect(waited > .seconds(7.9) && waited < .seconds(8.1), "\(waited)")
    #expect(clock.waits.allSatisfy { $0 <= .seconds(1) })
    #expect(try Files.read(directory("x"), limit: 8 << 20) == Self.content)
  }

  @Test func slownessIsBounded() throws {
    let server = try OddServer { _ in
      [.send(OddServer.head(200, ["Content-Length: \(Self.size)"]) + [1, 2, 3]), .hang]
    }
    defer { server.stop() }
    let silent = try OddServer { _ in [.hang] }
    defer { silent.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    var patience = Patience()
    func download(_ server: OddServer, step: Duration, _ context: StoreClient.Context = .init()) throws {
      // Whenever somebody looks at the clock it is much later.
      try StoreClient.testing(server, clock: TestClock(step: step), patience: patience).download(
        "hello", SnapDownload(sha3_384: Self.digest, size: Int64(Self.size), url: server.url + "/x"),
        to: directory("x"), DownloadOptions(), context)
    }
    patience.head = .seconds(1_000_000)
    let slow = #expect(throws: StoreError.self) { try download(server, step: .seconds(200)) }
    guard case .tooSlow = slow else {
      Issue.record("\(String(describing: slow))")
      return
    }
    patience.head = .seconds(15)
    let error = #expect(throws: StoreError.self) { try download(silent, step: .seconds(30)) }
    #expect(error.map { "\($0)".contains("timeout awaiting response headers") } ?? false)
    // Cancelled while it waits for more.
    let looks = Mutex(0)
    let cancels = StoreClient.Context(isCancelled: {
      looks.withLock { looks in
        looks += 1
        return looks > 3
      }
    })
    #expect(throws: StoreError.cancelled) { try download(server, step: .zero, cancels) }
    #expect(try Files.status(directory("x.partial")) != nil)
  }

  @Test func onlyTheStoreLearnsWhoDownloads() throws {
    let other = try OddServer(Self.serve)
    defer { other.stop() }
    let (fresh, address) = (try Samples.macaroon("fresh"), other.url)
    let server = try OddServer { request in
      if request.path == "/api/v2/tokens/refresh" { return OddServer.json(#"{"discharge_macaroon":"\#(fresh)"}"#) }
      return request.number == 0
        ? OddServer.json("{}", 401, ["WWW-Authenticate: Macaroon needs_refresh=1"])
        : OddServer.json("", 302, ["Location: \(address)/y"])
    }
    defer { server.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let client = try StoreClient.testing(server, authority: TestAuthority()) { $0.allowsCDN = false }
    let user = StoreUser(id: 1, macaroon: try Samples.macaroon("r"), discharges: [try Samples.macaroon("d")])
    try client.download(
      "hello", SnapDownload(sha3_384: Self.digest, size: Int64(Self.size), url: server.url + "/x"),
      to: directory("x"), DownloadOptions(), .init(user: user))
    let (asked, led) = (try #require(server.requests.last), try #require(other.requests.last))
    #expect(asked.headers["authorization"] != nil && asked.headers["snap-cdn"] == "none")
    #expect(led.headers["authorization"] == nil)
    #expect(throws: StoreError.self) {
      try client.download("hello", SnapDownload(url: server.url), to: directory("y"))
    }
    let error = #expect(throws: StoreError.self) {
      try client.download(
        "hello", SnapDownload(sha3_384: Self.digest, size: 1 << 60, url: server.url + "/x"), to: directory("z"))
    }
    guard case .noSpace = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func severalAtOnce() async throws {
    let server = try OddServer(Self.serve)
    defer { server.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let client = try StoreClient.testing(server)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          try client.download(
            "hello", SnapDownload(sha3_384: Self.digest, size: Int64(Self.size), url: server.url + "/x"),
            to: directory("\(index)"))
        }
      }
      try await group.waitForAll()
    }
    #expect(try (0..<4).allSatisfy { try Files.status(directory("\($0)"))?.size == Int64(Self.size) })
  }
}

@Suite struct CacheTests {
  @Test func keepsWhatIsUsedAndAFewOthers() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let time = Mutex<Int64>(1_000_000_000)
    let cache = DownloadCache(directory: directory("cache")) { time.withLock { $0 } }
    func name(_ index: Int) -> String { hex([UInt8(index)]) }
    for index in 0..<8 {
      time.withLock { $0 += 1 }
      let path = directory("\(index)")
      try Files.writeAtomically([UInt8(index)], to: path, mode: 0o600)
      try cache.keep(path, sha3: name(index))
      // The first stays in use.
      if index > 0 { try Files.remove(path) }
    }
    try cache.clean()
    func there() throws -> [Int] { try (0..<8).filter { try Files.status(directory("cache/\(name($0))")) != nil } }
    #expect(try there() == [0, 3, 4, 5, 6, 7])
    #expect(try cache.take(name(5), size: 1, to: directory("five")))
    #expect(try Files.read(directory("five"), limit: 9) == [5])
    // One of another size is no good.
    #expect(try !cache.take(name(6), size: 2, to: directory("six")) && Files.status(directory("six")) == nil)
    #expect(
      try !cache.take("../x", size: 1, to: directory("six")) && !cache.take(name(9), size: 1, to: directory("six")))
    // Nor is one that has become another since.
    try Files.writeAtomically([66], to: directory("cache/\(name(7))"), mode: 0o600)
    #expect(try !cache.take(name(7), size: 1, to: directory("six")) && Files.status(directory("six")) == nil)
    time.withLock { $0 += 31 * 86400 }
    try cache.clean()
    #expect(try there() == [0, 5])
    // Too many bytes in all.
    try Files.remove(directory("five"))
    time.withLock { $0 -= 31 * 86400 }
    try DownloadCache(directory: directory("cache"), policy: .init(bytes: 0)) { time.withLock { $0 } }.clean()
    #expect(try there() == [0])
  }
}

@Suite(.enabled(if: DeltaApplier.installed() != nil)) struct DeltaTests {
  enum Fault: CaseIterable, Sendable {
    case none, missing, damaged, otherDigest, otherSource, larger, endless, noProgram, nosy, noLayers
  }

  @Test(arguments: Fault.allCases) func delta(fault: Fault) throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let old = Samples.bytes(200_000)
    let new = Array(old[..<90_000]) + Samples.bytes(3000, seed: 9) + old[100_000...]
    try Files.writeAtomically(old, to: directory("old"), mode: 0o600)
    try Files.writeAtomically(fault == .larger ? new + new : new, to: directory("new"), mode: 0o600)
    let made = try ChildProcess.run(
      ["/usr/bin/xdelta3", "-e", "-3", "-f", "-s", directory("old"), directory("new"), directory("delta")])
    #expect(made.status == .exited(0))
    var delta = try Files.read(directory("delta"), limit: 1 << 20)
    if fault == .damaged { delta[delta.count / 2] ^= 0x55 }
    if fault == .otherSource {
      try Files.writeAtomically(Samples.bytes(200_000, seed: 4), to: directory("old"), mode: 0o600)
    }
    let served = delta
    let server = try OddServer { request in
      switch request.path {
      case "/delta": fault == .missing ? OddServer.json("{}", 404) : OddServer.answer(served)
      default: OddServer.answer(new)
      }
    }
    defer { server.stop() }
    let failures = Mutex<[StoreError]>([])
    var applier = try #require(DeltaApplier.installed())
    switch fault {
    case .endless: (applier.program, applier.firstArguments) = ("/bin/sh", ["-c", "while :; do echo more; done"])
    case .noProgram: applier.program = "/no/such"
    case .nosy:
      // Has become somebody else's program: it looks around, and gives what it finds.
      applier.program = "/bin/sh"
      applier.firstArguments = [
        "-c",
        """
        for file in /etc/shadow \(directory("new")); do
          { read line < "$file"; } 2> /dev/null && echo "read $file"
        done
        { echo wrote >> \(directory("old")); } 2> /dev/null
        { echo wrote > \(directory("found")); } 2> /dev/null
        exit 0
        """,
      ]
    case .noLayers: applier.confinement.layers = []
    default: break
    }
    let sources = DownloadSources(
      images: [.store(1): directory("old")], applier: applier,
      deltaFailed: { error in failures.withLock { $0.append(error) } })
    let sha3 = fault == .otherDigest ? hex([1]) : hex(served)
    let download = SnapDownload(
      sha3_384: hex(new), size: Int64(new.count), url: server.url + "/whole",
      deltas: [
        SnapDelta(format: "snap-1-1-xdelta3", size: 1, source: .store(1), target: .store(2), url: server.url + "/no"),
        SnapDelta(
          format: "xdelta3", sha3_384: sha3, size: Int64(served.count), source: .store(1), target: .store(2),
          url: server.url + "/delta"),
      ])
    try StoreClient.testing(server).download("hello", download, using: sources, to: directory("image"))
    #expect(try Files.read(directory("image"), limit: 1 << 20) == new)
    #expect(server.targets == (fault == .none ? ["/delta"] : ["/delta", "/whole"]))
    #expect(failures.withLock { $0.count } == (fault == .none ? 0 : 1))
    let sentences: [Fault: String] = [
      .larger: "the result has more than \(new.count) bytes", .endless: "the result has more than \(new.count) bytes",
      .noLayers: "cannot hide files", .nosy: "the result has 0 bytes instead of \(new.count)",
    ]
    if let sentence = sentences[fault] {
      let said = failures.withLock { "\($0)" }
      #expect(said.hasBytes(sentence), "\(said)")
    }
    let after = try Files.read(directory("old"), limit: 1 << 20)
    #expect(fault == .otherSource || after == old)
    #expect(try Files.list(directory.path).sorted() == ["delta", "image", "new", "old"])
  }

  @Test func whatIsCachedIsNotBrought() throws {
    let server = try OddServer { _ in OddServer.json("{}", 404) }
    defer { server.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let cache = DownloadCache(directory: directory("cache"))
    try Files.writeAtomically([1, 2, 3], to: directory("a"), mode: 0o600)
    try cache.keep(directory("a"), sha3: hex([1, 2, 3]))
    let client = try StoreClient.testing(server)
    try client.download(
      "a", SnapDownload(sha3_384: hex([1, 2, 3]), size: 3, url: server.url), using: DownloadSources(cache: cache),
      to: directory("b"))
    #expect(try Files.read(directory("b"), limit: 9) == [1, 2, 3] && server.requests.isEmpty)
  }
}
