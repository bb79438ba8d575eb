import Crypto
import Testing
import Time

@testable import Assertions

@Suite struct TypeTests {
  /// Each sample is taken, and none with one header changed, be it in its text or by its signer.
  @Test(arguments: AssertionType.allCases)
  func everyHeader(type: AssertionType) throws {
    let samples = try Samples.shared
    let sample = try samples.assertion(type)
    let database = try samples.filled()
    if type == .baseDeclaration {
      #expect(throws: AssertionCheckError.self) { try database.check(sample, now: samples.now) }
      return
    }
    try database.check(sample, now: samples.now)
    let known = try database.assertion(sample.reference)
    if known == nil, !type.primaryKey.isEmpty {
      try database.add(sample, now: samples.now)
      #expect(try database.find(sample.reference) == sample)
    }
    #expect(try Assertion.decode(sample.encoded) == sample)
    #expect(try sample.value.prerequisites.allSatisfy { try database.assertion($0) != nil })
    // One bit of each header, of each line of it, of the body and of the signature.
    var start = 0
    for (at, byte) in sample.encoded.enumerated() where byte == UInt8(ascii: "\n") {
      for place in [at - 1, (start + at) / 2] where place >= start && sample.encoded[place] != UInt8(ascii: "\n") {
        var bytes = sample.encoded
        bytes[place] ^= 1
        #expect(throws: (any Error).self, "\(type) at \(place)") {
          try database.check(Assertion.decode(bytes), now: samples.now)
        }
      }
      start = at + 1
    }
    // One header fewer.
    for name in sample.headers.keys {
      var headers = sample.headers
      headers[name] = nil
      let lines = HeaderLines(sample)
      #expect(throws: (any Error).self, "\(type) without \(name)") {
        try database.check(Assertion.decode(lines.without(name)), now: samples.now)
      }
    }
  }

  /// Headers that the type does not allow are refused before anybody looks at the signature.
  @Test(
    arguments: [
      (.account, "account-id", "a/b", "primary key"), (.account, "account-id", "A", "invalid characters"),
      (.account, "validation", "best", "must be one of"), (.account, "timestamp", "now", "RFC3339"),
      (.account, "display-name", "", "should not be empty"), (.account, "display-name", ["a"], "must be a string"),
      (.accountKey, "name", "-a", "invalid characters"),
      (.accountKey, "until", "2020-01-01T00:00:00Z", "cannot be before"),
      (.accountKey, "constraints", ["x"], "list of maps"),
      (.accountKey, "constraints", [["headers": ["a": "b"]]], "\"type\""),
      (.accountKey, "public-key-sha3-384", .text(Samples.digest), "does not match provided key id"),
      (.snapDeclaration, "series", "17", "must be \"16\""), (.snapDeclaration, "snap-name", "_", "invalid characters"),
      (.snapDeclaration, "plugs", ["i": "yes"], "shortcuts"), (.snapDeclaration, "plugs", "x", "must be a map"),
      (.snapDeclaration, "aliases", [["name": "-"]], "invalid characters"),
      (.snapDeclaration, "aliases", [["name": "a", "target": "b"], ["name": "a", "target": "c"]], "duplicated"),
      (.snapDeclaration, "revision-authority", [["account-id": "brand"]], "provenance"),
      (.snapRevision, "snap-sha3-384", "abc", "bit length"),
      (.snapRevision, "snap-sha3-384", "a=", "cannot be decoded"),
      (.snapRevision, "snap-revision", "0", "must be >=1"),
      (.snapRevision, "snap-revision", "-1", "should be positive"),
      (.snapRevision, "snap-revision", "x", "is not an integer"),
      (.snapRevision, "snap-size", "99999999999999999999", "out of range"),
      (.snapRevision, "snap-revision", "01", "prefix zeros"),
      (.snapRevision, "provenance", "a--b", "invalid characters"),
      (.snapRevision, "integrity", [["type": "x"]], "must be one of"),
      (.snapBuild, "grade", "best", "must be one of"), (.validation, "revoked", "yes", "'true' or 'false'"),
      (.model, "model", "Box", "uppercase"), (.model, "snaps", [], "architecture|gadget|grade"),
      (.model, "kernel", "x", "extended snaps header"), (.model, "grade", "best", "must be one of"),
      (.model, "storage-safety", "none", "must be one of"), (.model, "system-user-authority", "all", "must be '*'"),
      (.model, "snaps", [["name": "a", "type": "gadget"]], "kernel"),
      (.model, "snaps", [["name": "a"], ["name": "a"]], "multiple times"),
      (.serial, "device-key", "abc", "cannot be decoded"),
      (.serial, "device-key-sha3-384", .text(Samples.digest), "does not match"),
      (.store, "url", "ftp://x", "scheme"), (.store, "url", "https://x?y", "query"),
      (.store, "url", "https://", "host"),
      (.systemUser, "email", "a", "email"), (.systemUser, "password", "x", "hashed"),
      (.systemUser, "username", "A B", "invalid"),
      (.systemUser, "password", "$5$aa$bb", "hash id"), (.systemUser, "models", ["a", "b"], "exactly one model"),
      (.validationSet, "sequence", "0", "must be >=1"), (.validationSet, "snaps", [], "non-empty"),
      (.validationSet, "account-id", "other", "must match"), (.validationSet, "name", "A", "invalid characters"),
      (.validationSet, "snaps", [["name": "a", "id": "b"]], "invalid characters"),
      (.repair, "repair-id", "x", "invalid characters"), (.repair, "summary", "a\nb", "newlines"),
      (.confdbSchema, "views", ["a": "b"], "view"), (.cluster, "devices", [], "must not be empty"),
      (.cluster, "subclusters", [["name": "a", "devices": ["9"]]], "unknown device"),
      (.requestMessage, "devices", ["a"], "device id"), (.responseMessage, "status", "fine", "must be one of"),
      (.confdbControl, "groups", [["operators": ["brand"]]], "authentications"),
      (.hardwareIdentity, "hardware-id-key", "b29v", "does not match"),
      (.serialRequest, "device-key", "", "should not be empty"),
      (.preseed, "system-label", "-", "invalid characters"),
      (.snapDeveloper, "developers", [["developer-id": "!"]], "invalid"),
      (.snapResourcePair, "resource-revision", "0", "must be >=1"),
      (.snapResourceRevision, "resource-name", "A", "invalid"),
      (.deviceSessionRequest, "nonce", "", "should not be empty"), (.baseDeclaration, "slots", [], "none"),
      (.serialRequest, "authority-id", "x", "cannot have authority-id"),
    ] as [(AssertionType, String, HeaderValue, String)])
  func badHeader(type: AssertionType, name: String, value: HeaderValue, complaint: String) throws {
    let sample = try Samples.shared.assertion(type)
    let bytes = HeaderLines(sample).with(name, value)
    do {
      _ = try Assertion.decode(bytes)
      #expect(complaint == "none")
    } catch {
      #expect(complaint.split(separator: "|").contains { "\(error)".contains($0) }, "\(type) \(name): \(error)")
    }
  }

  @Test func references() {
    #expect("\(AssertionReference(.account, ["a"]))" == "account (a)")
    #expect("\(AssertionReference(.model, ["16", "b", "m"]))" == "model (m; series:16 brand-id:b)")
    #expect("\(AssertionReference(.snapRevision, ["d", "own"]))" == "snap-revision (d; provenance:own)")
    #expect("\(AssertionNotFound(.model, ["model": "m"]))" == "model not found")
    #expect("\(AssertionNotFound(.account, ["account-id": "m"]))" == "account (m) not found")
    #expect(AssertionType.allCases.filter(\.isSequence) == [.cluster, .repair, .validationSet])
  }
}

/// An assertion's headers line by line, to be changed without signing again.
struct HeaderLines {
  private let assertion: Assertion
  init(_ assertion: Assertion) { self.assertion = assertion }

  func without(_ name: String) -> [UInt8] { encode { $0[name] = nil } }
  func with(_ name: String, _ value: HeaderValue) -> [UInt8] { encode { $0[name] = value } }

  private func encode(_ change: (inout Headers) -> Void) -> [UInt8] {
    var headers = assertion.headers
    change(&headers)
    var writer = HeaderWriter()
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) { writer.add(name, value) }
    let body = assertion.body.isEmpty ? [] : Array("\n\n".utf8) + assertion.body
    return Array(writer.text.utf8) + body + Array("\n\n".utf8) + assertion.signature
  }
}
