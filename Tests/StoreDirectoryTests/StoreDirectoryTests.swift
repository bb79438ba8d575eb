import Assertions
import Glibc
import Host
import Linux
import Synchronization
import TestSupport
import Testing
import Time

@testable import StoreDirectory

/// What is said of files that are left out.
private final class Problems: Sendable {
  private let all = Mutex<[String]>([])
  var texts: [String] { all.withLock { $0 } }
  func add(_ text: String) { all.withLock { $0.append(text) } }
}

@Suite struct StoreDirectoryTests {
  private static let fingerprint = String(repeating: "a-_Z9abc", count: 8)

  private static func open(
    _ root: String, _ environment: [String: String] = [:], _ problems: Problems = Problems()
  ) throws -> StoreDirectory {
    try StoreDirectory(
      directories: Directories(root: root), environment: { environment[$0] }, report: { problems.add($0) })
  }

  private static func write(_ text: String, _ path: String) throws {
    try Files.makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    try Files.writeAtomically(Array(text.utf8), to: path, mode: 0o644)
  }

  @Test func filesOfBoth() throws {
    let root = try TemporaryDirectory()
    let problems = Problems()
    let directory = try Self.open(root.path, [:], problems)
    #expect(directory.entries.isEmpty)
    let (packager, own) = (root("usr/share/snapd/stores.d/"), root("etc/snapd/stores.d/"))
    try Self.write(#"{"url":"https://b.example","key":"\#(Self.fingerprint)"}"#, packager + "b.json")
    try Self.write(#"{"url":"https://c.example"}"#, packager + "c.json")
    try Self.write(#"{"url":"https://d.example/x","priority":9}"#, packager + "d.json")
    try Self.write("", own + "c.json")
    try Self.write(
      #"{"url":"http://a.example:8080/api","assertions-url":"https://s.example/","auth-url":"https://l.example","priority":-1}"#,
      own + "a.json")
    try Self.write(#"{"url":"https://own.example"}"#, own + "d.json")
    for (name, text) in [
      ("bad", "{"), ("list", "[]"), ("none", "{}"), ("ftp", #"{"url":"ftp://x"}"#),
      ("key", #"{"url":"http://x","key":"y"}"#),
      ("number", #"{"url":"http://x","priority":1.5}"#), ("Upper", #"{"url":"http://x"}"#),
    ] { try Self.write(text, own + name + ".json") }
    let entries = directory.entries
    #expect(entries.map(\.name) == ["a", "b", "d"])
    #expect(entries.map(\.url.text) == ["http://a.example:8080/api/", "https://b.example/", "https://own.example/"])
    #expect(entries.map(\.origin) == [.administrator, .packager, .administrator])
    #expect(entries[0].assertionsURL?.text == "https://s.example/" && entries[0].logInURL?.text == "https://l.example/")
    #expect(entries[1].key == Self.fingerprint)
    #expect(problems.texts.count == 7)
    #expect(problems.texts.contains { $0.hasSuffix("/list.json: it is no object") })
    // What is written into a file is seen, what comes and goes too; one that is hidden can be brought back.
    let file = try OwnedFD.open(own + "a.json", O_WRONLY | O_TRUNC | O_CLOEXEC)
    try file.writeAll(Array(#"{"url":"http://new.example"}"#.utf8), path: "a.json")
    #expect(directory.entries.first?.url.text == "http://new.example/")
    try Files.remove(own + "c.json")
    #expect(directory.entries.map(\.name) == ["a", "b", "c", "d"])
    #expect(try directory.remove("b").origin == .packager)
    #expect(directory.entries.map(\.name) == ["a", "c", "d"])
    #expect(throws: StoreDirectoryError.unknown("b")) { try directory.remove("b") }
  }

  @Test func environment() throws {
    let root = try TemporaryDirectory()
    let directory = try Self.open(
      root.path, ["SNAPPY_FORCE_API_URL": "http://localhost:11028", "SNAPPY_FORCE_SAS_URL": "http://localhost:1/"])
    #expect(directory.entries.map(\.name) == ["forced"])
    #expect(directory.entries.first?.assertionsURL?.text == "http://localhost:1/")
    #expect(throws: StoreDirectoryError.forced) {
      try directory.candidate(url: "https://x", key: Self.fingerprint, name: "", priority: nil)
    }
    #expect(throws: StoreDirectoryError.forced) { try directory.remove("forced") }
    #expect(throws: StoreDirectoryError.self) { try Self.open(root.path, ["SNAPPY_FORCE_API_URL": "nonsense"]) }
  }

  @Test(arguments: [
    ("https://s.example", "", "s.example"), ("http://127.0.0.1:8080/a/b/", "", "127.0.0.1-8080"),
    ("http://[::1]:80", "", "1--80"), ("https://S.Example/", "", "s.example"), ("https://x", "mine", "mine"),
  ])
  func candidates(url: String, name: String, called: String) throws {
    let root = try TemporaryDirectory()
    let entry = try Self.open(root.path).candidate(url: url, key: Self.fingerprint, name: name, priority: 3)
    #expect(entry.name == called && entry.priority == 3)
  }

  @Test(arguments: [
    ("x", fingerprint, ""), ("https://", fingerprint, ""), ("https://u@x/", fingerprint, ""),
    ("https://x/?q", fingerprint, ""), ("https://x/../y", fingerprint, ""), ("https://x y", fingerprint, ""),
    ("https://x", "short", ""), ("https://x", fingerprint + "a", ""), ("https://x", "=" + fingerprint.dropFirst(), ""),
    ("https://x", fingerprint, "A"), ("https://x", fingerprint, "a/b"), ("https://x", fingerprint, ".."),
  ])
  func refusedCandidates(url: String, key: String, name: String) throws {
    let root = try TemporaryDirectory()
    let directory = try Self.open(root.path)
    #expect(throws: StoreDirectoryError.self) { try directory.candidate(url: url, key: key, name: name, priority: nil) }
  }

  @Test func roots() throws {
    let root = try TemporaryDirectory()
    let now = Timestamp(seconds: 1_790_000_000)
    let (key, other) = (try PrivateKey.generate(bits: 2048), try PrivateKey.generate(bits: 2048))
    func account(_ id: String, by signer: PrivateKey) throws -> Assertion {
      let headers: Headers = [
        "authority-id": "root", "account-id": .text(id), "display-name": "R", "validation": "unproven",
        "timestamp": "2026-01-01T00:00:00Z",
      ]
      return try Assertion.sign(.account, headers, with: signer, at: now)
    }
    func accountKey(_ subject: PrivateKey, by signer: PrivateKey) throws -> Assertion {
      let headers: Headers = [
        "authority-id": "root", "account-id": "root", "public-key-sha3-384": .text(subject.publicKey.id), "name": "k",
        "since": "2026-01-01T00:00:00Z",
      ]
      return try Assertion.sign(.accountKey, headers, body: subject.publicKey.encoded, with: signer, at: now)
    }
    func fetched(_ key: Assertion, _ account: Assertion, _ fingerprint: String) throws -> StoreRoot {
      try StoreRoot(fingerprint: fingerprint) { $0.type == .account ? account : key }
    }
    let good = try fetched(try accountKey(key, by: key), try account("root", by: key), key.publicKey.id)
    // Another key, another account, signed by somebody else.
    #expect(throws: StoreDirectoryError.self) {
      try fetched(try accountKey(other, by: other), try account("root", by: other), key.publicKey.id)
    }
    #expect(throws: StoreDirectoryError.self) {
      try fetched(try accountKey(key, by: key), try account("other", by: key), key.publicKey.id)
    }
    #expect(throws: StoreDirectoryError.self) {
      try fetched(try accountKey(key, by: other), try account("root", by: key), key.publicKey.id)
    }
    #expect(throws: StoreDirectoryError.self) {
      try fetched(try accountKey(key, by: key), try account("root", by: other), key.publicKey.id)
    }
    let directory = try Self.open(root.path)
    let entry = try directory.candidate(url: "https://s.example", key: key.publicKey.id, name: "s", priority: nil)
    try directory.add(entry, root: good)
    #expect(throws: StoreDirectoryError.exists("s")) { try directory.add(entry, root: good) }
    #expect(directory.entries == [entry])
    let trusted = TrustedRoots(directories: Directories(root: root.path).trustedRoots)
    #expect(trusted.problems.isEmpty && trusted.assertions.count == 2)
    try directory.remove("s")
    #expect(directory.entries.isEmpty)
    #expect(TrustedRoots(directories: Directories(root: root.path).trustedRoots).assertions.isEmpty)
    try directory.add(entry, root: nil)
    #expect(directory.entries == [entry])
    #expect(throws: StoreDirectoryError.exists("s")) {
      try directory.candidate(url: "https://s.example/", key: key.publicKey.id, name: "t", priority: nil)
    }
    // Of two with the same root, the one that stays keeps it.
    try directory.remove("s")
    try directory.add(entry, root: good)
    let second = try directory.candidate(url: "https://t.example", key: key.publicKey.id, name: "t", priority: nil)
    try directory.add(second, root: nil)
    try directory.remove("s")
    #expect(TrustedRoots(directories: Directories(root: root.path).trustedRoots).assertions.count == 2)
    try directory.remove("t")
    #expect(TrustedRoots(directories: Directories(root: root.path).trustedRoots).assertions.isEmpty)
  }
}
