import Glibc
import Linux
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// What comes over the network: addresses, several event loops, files, TLS, limits.
@Suite struct NetworkTests {
  private static func curl(_ arguments: [String]) throws -> String {
    let result = try ChildProcess.run(
      ["/usr/bin/curl", "-s", "--max-time", "30", "--noproxy", "*"] + arguments, captureLimit: 64 << 20,
      timeout: .seconds(40))
    return String(decoding: result.output, as: UTF8.self)
  }

  private func serve(
    _ endpoints: [Endpoint], limits: HTTPLimits = HTTPLimits(), security: TransportSecurity? = nil,
    _ body: (_ port: UInt16, _ server: HTTPServer) throws -> Void
  ) async throws {
    let server = try await HTTPServer.start(
      at: [.tcp(host: "127.0.0.1", port: 0)], router: Router(endpoints), limits: limits, loops: 3, security: security,
      render: renderPlainly)
    let result = Result { try body(try #require(server.ports.first), server) }
    await server.shutdown(grace: .seconds(5))
    try result.get()
  }

  /// A file of 3 MiB and a bit, each byte another than its neighbours.
  private static func makeFile(_ directory: TemporaryDirectory) throws -> (path: String, bytes: [UInt8]) {
    let bytes = (0..<(3 << 20) + 5).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    try Files.writeAtomically(bytes, to: directory("file"), mode: 0o600)
    return (directory("file"), bytes)
  }

  private static func endpoints(_ file: String) -> [Endpoint] {
    [
      Endpoint("GET", "/who") { request in
        Response(body: .bytes(Array("\(request.origin.address.map { "\($0)" } ?? "-") \(request.isEncrypted)".utf8)))
      },
      Endpoint("GET", "/file/{from}/{count}") { request in
        let file = SharedFile(try OwnedFD.open(file, O_RDONLY))
        return Response(
          body: .file(
            file, offset: Int64(request.capture("from")) ?? 0, length: Int64(request.capture("count")) ?? 0))
      },
    ]
  }

  @Test func `files are sent whole, in part, and not at all for HEAD`() async throws {
    let directory = try TemporaryDirectory()
    let (path, bytes) = try Self.makeFile(directory)
    try await serve(Self.endpoints(path)) { port, server in
      #expect(try Self.curl(["http://127.0.0.1:\(port)/who"]) == "127.0.0.1 false")
      for (from, count) in [(0, bytes.count), (1_048_577, 2_000_000), (5, 0), (7, 1)] {
        let url = "http://127.0.0.1:\(port)/file/\(from)/\(count)"
        _ = try Self.curl(["-o", directory("out"), url])
        let got = count == 0 ? [] : try Files.read(directory("out"), limit: 8 << 20)
        #expect(got == Array(bytes[from..<from + count]), "\(from) \(count)")
        #expect(try Self.curl(["-I", url, "-o", "/dev/null", "-w", "%{size_download}"]) == "0")
      }
      // One that is shorter than said cuts the connection.
      let url = "http://127.0.0.1:\(port)/file/0/99999999"
      #expect(try Self.curl([url, "-o", "/dev/null", "-w", "%{exitcode}"]) != "0")
      // Clients that leave half-way leave no descriptors behind.
      let before = try Files.list("/proc/self/fd").count
      for _ in 0..<8 { _ = try Self.curl(["-r", "0-1", "--max-filesize", "10", url]) }
      for _ in 0..<5000 where server.openConnections > 0 { usleep(1000) }
      #expect(try Files.list("/proc/self/fd").count <= before + 2)
    }
  }

  @Test func `clients may be many but not too many, or too fast`() async throws {
    var limits = HTTPLimits()
    limits.rate = Rate(perSecond: 1, atOnce: 3)
    limits.proxies = Set([NetworkAddress("127.0.0.1")].compactMap { $0 })
    try await serve(Self.endpoints("/dev/null"), limits: limits) { port, _ in
      func ask(_ forwarded: String?) throws -> String {
        try Self.curl(
          (forwarded.map { ["-H", "X-Forwarded-For: \($0)"] } ?? []) + [
            "-w", " %{http_code}", "http://127.0.0.1:\(port)/who",
          ])
      }
      // Each client of the proxy for itself; what the client wrote before the proxy's name counts for nothing.
      #expect(try ask("192.0.2.7") == "192.0.2.7 false 200")
      #expect(try ask("192.0.2.8, 192.0.2.7") == "192.0.2.7 false 200")
      #expect(try ask("2001:db8::1") == "2001:db8::1 false 200")
      #expect(try ask("nonsense") == "127.0.0.1 false 200")
      var answers: [String] = []
      for _ in 0..<6 { answers.append(try ask("192.0.2.7")) }
      #expect(answers.contains { $0.hasSuffix("429") }, "\(answers)")
      #expect(try ask("192.0.2.9").hasSuffix("200"))
    }
  }

  @Test func `TLS with a certificate out of files, that can be replaced`() async throws {
    let directory = try TemporaryDirectory()
    let (path, bytes) = try Self.makeFile(directory)
    func makeCertificate() throws {
      let made = try ChildProcess.run(
        [
          "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
          "-keyout",
          directory("key"), "-out", directory("certificate"), "-days", "2", "-subj", "/CN=store.test", "-addext",
          "subjectAltName=DNS:store.test",
        ], timeout: .seconds(30))
      #expect(made.status == .exited(0))
    }
    #expect(throws: TLSError.self) {
      try TransportSecurity(certificate: directory("certificate"), key: directory("key"))
    }
    try makeCertificate()
    let security = try TransportSecurity(certificate: directory("certificate"), key: directory("key"))
    try await serve(Self.endpoints(path), security: security) { port, _ in
      func ask(_ path: String, _ more: String...) throws -> String {
        try Self.curl(
          [
            "--cacert", directory("certificate"), "--resolve", "store.test:\(port):127.0.0.1",
            "https://store.test:\(port)\(path)",
          ] + more)
      }
      #expect(try ask("/who") == "127.0.0.1 true")
      #expect(try ask("/who", "--tls-max", "1.2") == "127.0.0.1 true")
      #expect(try ask("/who", "--tls-max", "1.1", "-w", "%{exitcode}") == "35")
      _ = try ask("/file/3/3000000", "-o", directory("out"))
      #expect(try Files.read(directory("out"), limit: 8 << 20) == Array(bytes[3..<3_000_003]))
      #expect(try ask("/who", "https://store.test:\(port)/who", "-w", "%{num_connects} ").hasSuffix("0 "))
      // Who speaks no TLS is cut.
      #expect(try Self.curl(["http://127.0.0.1:\(port)/who"]) == "")
      // What can't be used changes nothing; what can is used for who comes later.
      let old = try Files.read(directory("certificate"), limit: 1 << 16)
      try Files.writeAtomically(Array("garbage".utf8), to: directory("certificate"), mode: 0o600)
      #expect(throws: TLSError.self) { try security.reload() }
      try Files.writeAtomically(old, to: directory("certificate"), mode: 0o600)
      #expect(try ask("/who") == "127.0.0.1 true")
      try makeCertificate()
      #expect(try ask("/who", "-w", "%{exitcode}") == "60")
      try security.reload()
      #expect(try ask("/who") == "127.0.0.1 true")
    }
  }

  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1", 80), (":8080", "", 8080), ("443", "", 443), ("[::1]:1", "::1", 1),
    ("localhost:0", "localhost", 0),
  ])
  func `places to listen are read`(text: String, host: String, port: UInt16) throws {
    guard case .tcp(let found, let number)? = Listener(address: text) else {
      Issue.record("not read")
      return
    }
    #expect(found == host && number == port)
  }

  @Test(arguments: ["", ":", "a", "a:", "a:b", "a:65536", "a:-1"])
  func `what is no place to listen is refused`(text: String) { #expect(Listener(address: text) == nil) }
}
