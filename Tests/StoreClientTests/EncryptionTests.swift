import Glibc
import Linux
import Snap
import StoreClient
import StoreProtocol
import TestSupport
import Testing

/// `openssl s_server` with a certificate that nobody knows.
@Suite(.enabled(if: access("/usr/bin/openssl", X_OK) == 0)) struct EncryptionTests {
  private static func openssl(_ arguments: [String]) throws {
    let result = try ChildProcess.run(["/usr/bin/openssl"] + arguments)
    try #require(result.status == .exited(0), "\(String(decoding: result.errorOutput, as: UTF8.self))")
  }

  @Test func onlyWhoeverIsKnownIsTalkedTo() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    for name in ["good", "other"] {
      try Self.openssl([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory("\(name).key"), "-out",
        directory("\(name).pem"),
      ])
    }
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let output = OwnedFD(owning: ends[0])
    let child: ChildProcess
    do {
      let input = OwnedFD(owning: ends[1])
      var options = ChildProcessOptions()
      options.descriptors = [1: input.raw]
      child = try ChildProcess.spawn(
        [
          "/usr/bin/openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", directory("good.key"), "-cert",
          directory("good.pem"),
        ], options)
    }
    defer {
      child.killGroup(SIGKILL)
      _ = try? child.wait()
    }
    let port = try #require(try Self.port(output))
    let address = try WebAddress("https://127.0.0.1:\(port)")
    func outcome(_ options: WebOptions) -> StoreError? {
      var configuration = StoreConfiguration(name: "test", api: address, userAgent: "test")
      configuration.retries.tries = 1
      return StoreClient(configuration, web: options).connectivity()["127.0.0.1"] ?? nil
    }
    let clock = TestClock().clock
    #expect(outcome(WebOptions(certificates: directory("good.pem"), clock: clock)) == nil)
    for options in [WebOptions(clock: clock), WebOptions(certificates: directory("other.pem"), clock: clock)] {
      guard case .tls("127.0.0.1", let detail) = outcome(options) else {
        Issue.record("\(String(describing: outcome(options)))")
        continue
      }
      #expect(detail.contains("certificate"))
    }
  }

  /// Of the line `ACCEPT 127.0.0.1:PORT`.
  private static func port(_ output: borrowing OwnedFD) throws -> Int? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(output.raw, &buffer, buffer.count)
      guard count > 0 else { return nil }
      text += String(decoding: buffer[..<count], as: UTF8.self)
      for line in text.split(separator: "\n") where line.hasPrefix("ACCEPT ") {
        if text.hasSuffix("\n") { return line.split(separator: ":").last.flatMap { Int($0) } }
      }
    }
  }
}

@Suite struct ProxyTests {
  /// Whether a proxy is asked; and that credentials for it are in no error.
  @Test(arguments: [
    (WebOptions(httpProxy: "http://127.0.0.1:1"), true),
    (WebOptions(environment: ["http_proxy": "http://name:word@127.0.0.1:1"]), true),
    (WebOptions(httpProxy: "nonsense://name:word@127.0.0.1 port 1"), true),
    (WebOptions(noProxy: "127.0.0.2", environment: ["http_proxy": "http://name:word@127.0.0.1:1"]), false),
    (WebOptions(httpProxy: "", environment: ["all_proxy": "http://127.0.0.1:1"]), false),
  ]) func proxy(options: WebOptions, isAsked: Bool) throws {
    var options = options
    options.clock = TestClock().clock
    var configuration = StoreConfiguration(
      name: "test", api: try WebAddress("http://127.0.0.2:2"), userAgent: "test")
    configuration.retries.tries = 1
    let client = StoreClient(configuration, web: options)
    let error = #expect(throws: StoreError.self) { try client.info(try SnapName("hello")) }
    let text = error.map { "\($0)" } ?? ""
    let says = isAsked ? "127.0.0.1 port 1" : "127.0.0.2 port 2"
    #expect(text.contains(says) || options.httpProxy?.hasPrefix("nonsense") ?? false, "\(text)")
    #expect(!text.contains("word"))
  }

  @Test func thisMachineIsReachedDirectly() throws {
    let server = try OddServer { _ in OddServer.json(Samples.info) }
    defer { server.stop() }
    let client = StoreClient(
      StoreConfiguration(name: "test", api: try WebAddress(server.url), userAgent: "test"),
      web: WebOptions(httpProxy: "http://127.0.0.1:1", clock: TestClock().clock))
    #expect(try client.info(try SnapName("hello")).snapID == "ID")
    // A server that is a proxy sees the whole address.
    let through = StoreClient(
      StoreConfiguration(name: "test", api: try WebAddress("http://store.invalid/base"), userAgent: "test"),
      web: WebOptions(httpProxy: server.url, clock: TestClock().clock))
    _ = try through.info(try SnapName("hello"))
    #expect(server.targets.last?.hasPrefix("http://store.invalid/base/v2/snaps/info/hello?") ?? false)
  }
}

@Suite struct AddressTests {
  @Test(arguments: [
    ("http://Host/a?b#c", "http://host/a?b"), ("https://h:443", "https://h/"),
    ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ("http://h?x", "http://h/?x"), ("ftp://h/", nil), ("http://", nil), ("http://u@h/", nil), ("http://h:99999/", nil),
    ("http://h/\u{301}", nil), ("http://h/a b", nil), ("http://h\\@x/", nil), ("http://h:/", nil),
  ]) func read(text: String, address: String?) { #expect((try? WebAddress(text))?.description == address) }
}

@Suite struct TextTests {
  @Test func userAgent() {
    let text = StoreUserAgent.text(
      system: ("debian\r\n", ""), kernel: "6.1.0-1 x", architecture: Architecture("amd64"), notes: ["classic"])
    #expect(text == "snapd/\(SystemVersion.current) (series 16; classic) debian/unknown (amd64) linux/6.1.0-1x")
  }

  @Test func patience() {
    let set = Patience(environment: ["SNAPD_MIN_DOWNLOAD_SPEED": "100", "SNAPD_DOWNLOAD_MEAS_WINDOW": "1m30s"])
    #expect(set.leastSpeed == 100 && set.window == .seconds(90))
    let odd = Patience(environment: ["SNAPD_MIN_DOWNLOAD_SPEED": "nan", "SNAPD_DOWNLOAD_MEAS_WINDOW": "-1s"])
    #expect(odd.leastSpeed == 4096 && odd.window == .seconds(300))
  }
}
