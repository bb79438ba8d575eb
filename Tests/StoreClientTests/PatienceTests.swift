import ByteText
import Crypto
import Glibc
import Linux
import Snap
import StoreProtocol
import TestSupport
import Testing

@testable import StoreClient

/// Stores that do not answer, or ever more slowly, or without end: on the clock of the machine, with little patience.
@Suite struct PatienceTests {
  private static let patience: Patience = {
    var patience = Patience()
    (patience.connection, patience.head, patience.request) = (
      .milliseconds(200), .milliseconds(200), .milliseconds(400)
    )
    (patience.window, patience.leastSpeed) = (.milliseconds(300), 1_048_576)
    return patience
  }()

  /// Far more than any of it takes, and far less than what a machine would call for ever.
  private static let bound = Duration.seconds(30)

  private func client(_ url: String, _ options: WebOptions? = nil) throws -> StoreClient {
    var configuration = StoreConfiguration(
      name: "test", api: try WebAddress(url), userAgent: "snapd/test", architecture: Architecture("amd64"))
    configuration.retries = RetryPolicy(tries: 2, total: .seconds(5), first: .milliseconds(10), factor: 1)
    configuration.downloadRetries = configuration.retries
    return StoreClient(configuration, web: options ?? WebOptions(patience: Self.patience), authority: NoAuthority())
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What is said of a question, and of a download.
    let asked: String
    let brought: String
    let steps: @Sendable () throws -> [OddServer.Step]

    init(_ name: String, _ asked: String, _ brought: String, _ steps: @escaping @Sendable () throws -> [OddServer.Step])
    {
      (testDescription, self.asked, self.brought, self.steps) = (name, asked, brought, steps)
    }
  }

  private static let much = [UInt8](repeating: 0x20, count: 1 << 16)
  private static let slow = "persistent network error: Get \"{}\": timeout"

  static let cases: [Case] = [
    Case("silent", slow, slow) { [.hang] },
    Case("drips a head", slow, slow) { [.send(Array("HTTP/1.1 200 X\r\n".utf8)), .drip(Array("X: y\r\n".utf8), 20)] },
    Case("drips a line of a head", slow, slow) { [.send(Array("HTTP/1.1 200 X\r\nX-".utf8)), .drip([0x61], 20)] },
    Case("drips answers before the answer", slow, slow) { [.drip(Array("HTTP/1.1 100 X\r\n\r\n".utf8), 20)] },
    Case("drips a body", slow, "download too slow: ") {
      [.send(OddServer.head(200, ["Content-Length: \(size)"])), .drip([1], 20)]
    },
    Case("drips chunks", slow, "download too slow: ") {
      [.send(OddServer.head(200, ["Transfer-Encoding: chunked"])), .drip(Array("1\r\nx\r\n".utf8), 20)]
    },
    Case("falls silent", slow, "download too slow: ") {
      [.send(OddServer.head(200, ["Content-Length: \(size)"]) + Array(repeating: 1, count: 1 << 20)), .hang]
    },
    Case("has no end", "the answer is larger than 16777216 bytes", "it has ") {
      [.send(OddServer.head(200, [])), .flood(much, 100_000)]
    },
    Case("has heads without end", "the headers of the answer are too large", "the headers of the answer are too large")
    {
      [
        .send(Array("HTTP/1.1 200 X\r\n".utf8)),
        .flood(Array("X-A: \(String(repeating: "a", count: 9000))\r\n".utf8), 100_000),
      ]
    },
    Case("is a bomb", "the answer is larger than 16777216 bytes", "it has ") {
      // 64 MiB in 64 KiB.
      let bomb = try ChildProcess.run(["/bin/sh", "-c", "head -c 64M /dev/zero | gzip -9"])
      return OddServer.answer(bomb.output, 200, ["Content-Encoding: gzip", "Content-Type: application/json"])
    },
    Case("is a broken bomb", "cannot ", "it has ") {
      OddServer.answer(Array("no gzip at all".utf8), 200, ["Content-Encoding: gzip"])
    },
    Case("leads in circles", "stopped after 10 redirects", "stopped after 10 redirects") {
      OddServer.answer([], 302, ["Location: /again"])
    },
    Case("leads to a file", "cannot follow a redirection: invalid URL", "cannot follow a redirection: invalid URL") {
      OddServer.answer([], 302, ["Location: file:///etc/shadow"])
    },
    Case("leads to another protocol", "cannot follow a redirection: invalid URL", "invalid URL") {
      OddServer.answer([], 302, ["Location: gopher://127.0.0.1/x"])
    },
  ]
  static let size = 3 << 20

  @Test(arguments: cases) func ends(_ odd: Case) throws {
    let steps = try odd.steps()
    let server = try OddServer { _ in steps }
    defer { server.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let start = ContinuousClock.now
    let client = try client(server.url)
    let asked = #expect(throws: StoreError.self) { try client.info(try SnapName("hello")) }
    #expect(said(asked, odd.asked, "\(server.url)/v2/snaps/info/hello"), "\(asked.map { "\($0)" } ?? "")")
    var options = DownloadOptions()
    options.keepsPartial = false
    let digest = String(repeating: "a", count: 96)
    let brought = #expect(throws: StoreError.self) {
      try client.download(
        "hello", SnapDownload(sha3_384: digest, size: Int64(Self.size), url: server.url + "/x"), to: directory("x"),
        options)
    }
    #expect(said(brought, odd.brought, "\(server.url)/x"), "\(brought.map { "\($0)" } ?? "")")
    #expect(try Files.list(directory.path) == [])
    #expect(ContinuousClock.now - start < Self.bound)
  }

  private func said(_ error: StoreError?, _ sentence: String, _ address: String) -> Bool {
    error.map { "\($0)".hasBytes(sentence.replacing("{}", with: address)) } ?? false
  }

  /// A server that is there, and has more who wait for it than it lets in.
  @Test func connectionsThatNobodyTakes() throws {
    let listener = OwnedFD(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let raw = listener.raw
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(raw, pointer, length) == 0 && listen(raw, 0) == 0 && getsockname(raw, pointer, &length) == 0
      }
    }
    try #require(isBound)
    var waiting: [Int32] = []
    defer { for peer in waiting { close(peer) } }
    // Until one is not let in.
    while waiting.count < 64 {
      let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
      waiting.append(peer)
      let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(peer, $0, length) }
      }
      var request = pollfd(fd: peer, events: Int16(POLLOUT), revents: 0)
      if result != 0, poll(&request, 1, 200) == 0 { break }
    }
    let start = ContinuousClock.now
    let url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    let error = #expect(throws: StoreError.self) { try client(url).info(try SnapName("hello")) }
    #expect(said(error, Self.slow, url + "/v2/snaps/info/hello"), "\(error.map { "\($0)" } ?? "")")
    #expect(ContinuousClock.now - start < Self.bound)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.1.2.3", true), ("127.1", true), ("2130706433", true), ("0x7f000001", true),
    ("0.0.0.0", true), ("localhost", true), ("LOCALHOST.", true), ("a.localhost", true), ("[::1]", true),
    ("[::]", true),
    ("[::ffff:127.0.0.1]", true), ("[::127.0.0.1]", true), ("example.com", false), ("128.0.0.1", false),
    ("localhost.example.com", false), ("[2::1]", false), ("[fe80::1]", false), ("[::ffff:10.0.0.1]", false),
  ])
  func thisMachine(host: String, expected: Bool) throws {
    #expect(try WebAddress("http://\(host):80/x").isThisMachine == expected)
  }

  @Test(
    arguments: [
      ([127, 0, 0, 1], true), ([10, 0, 0, 1], false), (Array(repeating: 0, count: 15) + [1], true),
      ([0x20] + Array(repeating: 0, count: 14) + [1], false),
    ] as [([UInt8], Bool)])
  func resolvedToThisMachine(address: [UInt8], expected: Bool) {
    if address.count == 4 {
      var four = sockaddr_in()
      four.sin_family = sa_family_t(AF_INET)
      withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: address) }
      #expect(withUnsafeBytes(of: four) { WebAddress.isThisMachine($0) } == expected)
      #expect(
        withUnsafeBytes(of: four) { WebAddress.isThisMachine(UnsafeRawBufferPointer(rebasing: $0[..<4])) } == false)
    } else {
      var six = sockaddr_in6()
      six.sin6_family = sa_family_t(AF_INET6)
      withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: address) }
      #expect(withUnsafeBytes(of: six) { WebAddress.isThisMachine($0) } == expected)
    }
  }

  /// A store elsewhere, which a proxy stands for here, leads to what listens on this machine.
  @Test(arguments: ["http://127.0.0.1:{}/x", "http://localhost:{}/x", "http://[::1]:{}/x", "//127.1:{}/x"])
  func storesElsewhereLeadNobodyHere(location: String) throws {
    let inside = try OddServer { _ in OddServer.json(Samples.info) }
    defer { inside.stop() }
    let target = location.replacing("{}", with: "\(inside.port)")
    let proxy = try OddServer { request in
      request.path.hasSuffix("/direct") ? [.close] : OddServer.answer([], 302, ["Location: \(target)"])
    }
    defer { proxy.stop() }
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let client = try client(
      "http://store.example/", WebOptions(httpProxy: proxy.url, patience: Self.patience))
    let error = #expect(throws: StoreError.self) { try client.info(try SnapName("hello")) }
    #expect(said(error, "the store leads to this machine itself (", ""), "\(error.map { "\($0)" } ?? "")")
    // Nor does the address of an image, or of assertions.
    let direct = target.hasPrefix("//") ? "http:" + target : target
    let download = SnapDownload(sha3_384: String(repeating: "a", count: 96), size: 10, url: direct)
    let brought = #expect(throws: StoreError.self) { try client.download("hello", download, to: directory("x")) }
    #expect(said(brought, "the store leads to this machine itself (", ""), "\(brought.map { "\($0)" } ?? "")")
    let fetched = #expect(throws: StoreError.self) { try client.assertions(at: direct) }
    #expect(said(fetched, "the store leads to this machine itself (", ""), "\(fetched.map { "\($0)" } ?? "")")
    #expect(inside.requests.isEmpty)
    #expect(try Files.list(directory.path).allSatisfy { $0.hasSuffix(".partial") })
  }
}
