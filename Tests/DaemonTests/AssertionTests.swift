import Assertions
import FoundationEssentials
import Glibc
import HTTP
import Host
import Linux
import Logging
import MachineSupport
import Overlord
import Testing
import Time

@testable import Daemon

@Suite struct AssertionRouteTests {
  private func request(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> Request {
    let target = try #require(RequestTarget(path))
    let captures = target.segments.count == 3 ? ["type": target.segments[2]] : [:]
    let peer = Peer(pid: 1, uid: 0, gid: 0, socket: ListeningSocket.main.rawValue)
    return Request(method: method, target: target, captures: captures, peer: peer, body: body)
  }

  @Test func addAndAsk() async throws {
    try await Machine.with(base: false) { machine in
      let service = DaemonService(
        overlord: machine.overlord, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let key = try PrivateKey.generate(bits: 2048)
      let now = Timestamp(seconds: 1_790_000_000)
      func account(_ id: String) throws -> Assertion {
        let headers: Assertions.Headers = [
          "authority-id": "root", "account-id": .text(id), "display-name": "A b", "validation": "unproven",
          "timestamp": "2026-01-01T00:00:00Z",
        ]
        return try Assertion.sign(.account, headers, with: key, at: now)
      }
      let rootKey = try Assertion.sign(
        .accountKey,
        [
          "authority-id": "root", "account-id": "root", "public-key-sha3-384": .text(key.publicKey.id), "name": "k",
          "since": "2026-01-01T00:00:00Z",
        ], body: key.publicKey.encoded, with: key, at: now)
      func add(_ all: [Assertion]) async throws {
        _ = try await service.addAssertions(request("POST", "/v2/assertions", all.encodedStream))
      }
      func ask(_ path: String) async throws -> String {
        switch try await service.listAssertions(request("GET", path)) {
        case .content(let bytes, let headers):
          #expect(headers["Content-Type"] == "application/x.ubuntu.assertion; bundle=y")
          let text = String(decoding: bytes, as: UTF8.self)
          #expect(
            headers["X-Ubuntu-Assertions-Count"] == String(text.split(separator: "\n").count { $0.hasPrefix("type: ") })
          )
          return text
        case .sync(let json): return String(decoding: json, as: UTF8.self)
        default: return "?"
        }
      }
      let brand = try account("brand")
      await #expect(throws: APIFailure.self) { try await add([brand]) }
      // Trusted from the moment the file is there.
      let roots = machine.directories.trustedRoots[1]
      try Files.makeDirectories(roots)
      try Files.writeAtomically([account("root"), rootKey].encodedStream, to: roots + "/test.assert", mode: 0o644)
      try await add([brand])
      try await add([brand])
      #expect(
        try await ask("/v2/assertions/account?account-id=brand") == String(decoding: brand.encoded, as: UTF8.self))
      #expect(try await ask("/v2/assertions/account?account-id=other") == "")
      #expect(try await ask("/v2/assertions/account").contains("account-id: root"))
      #expect(try await ask("/v2/assertions/account?account-id=brand&json=headers").contains(#""account-id":"brand""#))
      #expect(try await ask("/v2/assertions/account-key?json=true").contains(#""body":"AcbA"#))
      // A declaration whose rules cannot be read.
      let declaration = try Assertion.sign(
        .snapDeclaration,
        [
          "authority-id": "root", "series": "16", "snap-id": "abc", "snap-name": "foo", "publisher-id": "brand",
          "timestamp": "2026-02-01T00:00:00Z", "plugs": ["home": ["allow-connection": ["nope": "x"]]],
        ], with: key, at: now)
      await #expect(throws: APIFailure.self) { try await add([declaration]) }
      for bad in ["nope", "account?remote=maybe", "account?remote=true", "account?json=x"] {
        await #expect(throws: APIFailure.self) { try await ask("/v2/assertions/\(bad)") }
      }
      // And no longer than it is in the file.
      _ = try OwnedFD.open(roots + "/test.assert", O_WRONLY | O_TRUNC | O_CLOEXEC)
      #expect(try await ask("/v2/assertions/account?account-id=root") == "")
      try Files.remove(roots + "/test.assert")
      #expect(try await ask("/v2/assertions/account?account-id=root") == "")
    }
  }
}
