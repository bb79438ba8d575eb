import Crypto
import Time

@testable import Assertions

/// A root of trust, an account with a key, and a good assertion of each type.
struct Samples {
  /// Made once; every test that wants them says why there are none.
  static var shared: Samples { get throws { try made.get() } }
  private static let made = Result { try Samples() }

  let rootKey: PrivateKey
  let brandKey: PrivateKey
  let deviceKey: PrivateKey
  let database: AssertionDatabase
  let now = Timestamp("2026-11-21T12:00:00Z") ?? .zero

  static let snapID = "abcdefghijklmnopqrstuvwxyz012345"
  static let otherID = "zbcdefghijklmnopqrstuvwxyz012345"
  static let digest = Base64.encodeForURL([UInt8](repeating: 7, count: 48))

  private init() throws {
    rootKey = try .generate(bits: 2048)
    brandKey = try .generate(bits: 2048)
    deviceKey = try .generate(bits: 2048)
    let (root, brand, now) = (rootKey, brandKey, now)
    let trusted = try [
      Samples.account("root", by: root, at: now), Samples.key(root, of: "root", named: "root", by: root, at: now),
    ]
    database = try AssertionDatabase(trusted: trusted)
    try database.add(Samples.account("brand", by: root, at: now), now: now)
    try database.add(Samples.key(brand, of: "brand", named: "default", by: root, at: now), now: now)
  }

  static func account(_ id: String, by root: PrivateKey, authority: String = "root", at now: Timestamp) throws
    -> Assertion
  {
    try Assertion.sign(
      .account,
      [
        "authority-id": .text(authority), "account-id": .text(id), "display-name": .text(id), "username": .text(id),
        "validation": "unproven", "timestamp": "2026-01-02T00:00:00Z",
      ], with: root, at: now)
  }

  static func key(
    _ key: PrivateKey, of account: String, named name: String, by root: PrivateKey, authority: String = "root",
    _ more: Headers = [:], at now: Timestamp
  ) throws -> Assertion {
    let headers: Headers = [
      "authority-id": .text(authority), "account-id": .text(account), "name": .text(name),
      "public-key-sha3-384": .text(key.publicKey.id), "since": "2026-01-01T00:00:00Z",
    ]
    return try Assertion.sign(
      .accountKey, headers.merging(more) { $1 }, body: key.publicKey.encoded, with: root, at: now)
  }

  /// Signed by who has to.
  func assertion(_ type: AssertionType) throws -> Assertion {
    var headers = headers(type)
    if type.hasAuthority { headers["authority-id"] = .text(signer(type)) }
    let key = type.hasAuthority ? signer(type) == "root" ? rootKey : brandKey : ownKey(type)
    return try Assertion.sign(type, headers, body: body(type), with: key, at: now)
  }

  private func ownKey(_ type: AssertionType) -> PrivateKey { type == .accountKeyRequest ? brandKey : deviceKey }

  private func signer(_ type: AssertionType) -> String {
    switch type {
    case .account, .accountKey, .snapDeclaration, .snapRevision, .snapResourceRevision, .snapResourcePair, .store,
      .baseDeclaration:
      "root"
    default: "brand"
    }
  }

  private func body(_ type: AssertionType) -> [UInt8] {
    switch type {
    case .accountKey: deviceKey.publicKey.encoded
    case .accountKeyRequest: brandKey.publicKey.encoded
    case .confdbSchema: Array("{\n  \"storage\": {\n    \"schema\": {\n      \"a\": \"string\"\n    }\n  }\n}".utf8)
    case .repair: Array("#!/bin/sh\n\nexit 0\n".utf8)
    case .requestMessage, .responseMessage: Array("{}".utf8)
    default: []
    }
  }

  /// Everything in a database that a good assertion of any type needs.
  func filled() throws -> AssertionDatabase {
    let trial = try database.trial()
    let other = try Assertion.sign(
      .snapDeclaration,
      headers(.snapDeclaration).merging(["authority-id": "root", "snap-id": .text(Self.otherID), "snap-name": "other"])
      { $1 },
      with: rootKey, at: now)
    for assertion in try [assertion(.snapDeclaration), other, assertion(.model), assertion(.serial)] {
      try trial.add(assertion, now: now)
    }
    return trial
  }

  func headers(_ type: AssertionType) -> Headers {
    let time: HeaderValue = "2026-02-03T04:05:06Z"
    let snap: Headers = ["name": "pc", "id": .text(Self.snapID), "type": "gadget"]
    let kernel: Headers = [
      "name": "pc-kernel", "id": .text(Self.otherID), "type": "kernel", "default-channel": "20/stable",
    ]
    let device: Headers = ["brand-id": "brand", "model": "box", "serial": "1234"]
    switch type {
    case .account:
      return [
        "account-id": "someone", "display-name": "Someone", "username": "some", "validation": "verified",
        "timestamp": time,
      ]
    case .accountKey:
      return [
        "account-id": "brand", "name": "second", "public-key-sha3-384": .text(deviceKey.publicKey.id), "since": time,
        "until": "2030-01-01T00:00:00Z", "constraints": [["headers": ["type": "model"]]],
      ]
    case .accountKeyRequest:
      return [
        "account-id": "brand", "name": "third", "public-key-sha3-384": .text(brandKey.publicKey.id), "since": time,
      ]
    case .baseDeclaration:
      return ["series": "16", "timestamp": time, "plugs": ["network": "true"]]
    case .cluster:
      return [
        "cluster-id": "c1", "sequence": "2", "timestamp": time,
        "devices": [.map(device.merging(["id": "1", "addresses": ["10.0.0.1"]]) { $1 })],
        "subclusters": [["name": "all", "devices": ["1"]]],
      ]
    case .confdbControl:
      return device.merging([
        "groups": [["operators": ["brand"], "authentications": ["operator-key"], "views": ["brand/net/wifi"]]]
      ]) { $1 }
    case .confdbSchema:
      return [
        "account-id": "brand", "name": "net", "timestamp": time,
        "views": ["wifi": ["rules": [["storage": "a", "request": "b"]]]],
      ]
    case .deviceSessionRequest: return device.merging(["nonce": "n1", "timestamp": time]) { $1 }
    case .hardwareIdentity:
      let key = Base64.encode(Array("key".utf8))
      return [
        "issuer-id": "brand", "manufacturer": "M", "hardware-name": "H", "hardware-id": "1",
        "hardware-id-key": .text(String(decoding: key, as: UTF8.self)),
        "hardware-id-key-sha3-384": .text(Base64.encodeForURL(Digest.of(Array("key".utf8), .sha3_384))),
      ]
    case .model:
      return [
        "series": "16", "brand-id": "brand", "model": "box", "display-name": "Box", "architecture": "amd64",
        "base": "core24", "store": "s1", "grade": "signed", "storage-safety": "prefer-encrypted",
        "snaps": [.map(snap), .map(kernel)], "serial-authority": ["someone"], "system-user-authority": "*",
        "validation-sets": [["name": "set", "mode": "enforce"]], "timestamp": time,
      ]
    case .preseed:
      return [
        "series": "16", "brand-id": "brand", "model": "box", "system-label": "20260101",
        "artifact-sha3-384": .text(Self.digest), "timestamp": time,
        "snaps": [["name": "pc", "id": .text(Self.snapID), "revision": "1"]],
      ]
    case .repair:
      return [
        "brand-id": "brand", "repair-id": "42", "summary": "fixes", "series": ["16"], "architectures": ["amd64"],
        "models": ["brand/box"], "timestamp": time,
      ]
    case .requestMessage:
      return [
        "account-id": "brand", "message-id": "m1", "message-kind": "confdb", "devices": ["1234.box.brand"],
        "valid-since": time, "valid-until": "2027-01-01T00:00:00Z",
      ]
    case .responseMessage:
      return ["account-id": "brand", "message-id": "m1", "device": "1234.box.brand", "status": "success"]
    case .serial:
      return device.merging([
        "device-key": .text(String(decoding: deviceKey.publicKey.encoded, as: UTF8.self)),
        "device-key-sha3-384": .text(deviceKey.publicKey.id), "timestamp": time,
      ]) { $1 }
    case .serialRequest:
      return [
        "brand-id": "brand", "model": "box", "request-id": "r1",
        "device-key": .text(String(decoding: deviceKey.publicKey.encoded, as: UTF8.self)),
      ]
    case .snapBuild:
      return [
        "snap-sha3-384": .text(Self.digest), "snap-id": .text(Self.snapID), "grade": "stable", "snap-size": "10",
        "timestamp": time,
      ]
    case .snapDeclaration:
      return [
        "series": "16", "snap-id": .text(Self.snapID), "snap-name": "foo", "publisher-id": "brand", "timestamp": time,
        "plugs": ["network": ["allow-auto-connection": ["plug-names": ["a.*"]]]],
        "aliases": [["name": "f", "target": "foo"]], "refresh-control": [.text(Self.otherID)],
        "revision-authority": [["account-id": "brand", "provenance": ["own"]]],
      ]
    case .snapDeveloper:
      return [
        "snap-id": .text(Self.snapID), "publisher-id": "brand",
        "developers": [["developer-id": "brand", "since": time]],
      ]
    case .snapResourcePair:
      return [
        "snap-id": .text(Self.snapID), "resource-name": "comp", "resource-revision": "3", "snap-revision": "4",
        "developer-id": "brand", "timestamp": time,
      ]
    case .snapResourceRevision:
      return [
        "snap-id": .text(Self.snapID), "resource-name": "comp", "resource-sha3-384": .text(Self.digest),
        "resource-size": "9", "resource-revision": "3", "developer-id": "brand", "timestamp": time,
      ]
    case .snapRevision:
      return [
        "snap-sha3-384": .text(Self.digest), "snap-id": .text(Self.snapID), "snap-size": "123", "snap-revision": "1",
        "developer-id": "brand", "timestamp": time,
      ]
    case .store:
      return [
        "store": "s1", "operator-id": "brand", "url": "https://store.example", "friendly-stores": ["s2"],
        "timestamp": time,
      ]
    case .systemUser:
      return [
        "brand-id": "brand", "email": "a@example.org", "series": ["16"], "models": ["box"], "serials": ["1"],
        "name": "A", "username": "a", "ssh-keys": ["ssh-rsa AAA"], "since": time, "until": "2027-01-01T00:00:00Z",
      ]
    case .validation:
      return [
        "series": "16", "snap-id": .text(Self.snapID), "approved-snap-id": .text(Self.otherID),
        "approved-snap-revision": "12", "revoked": "false", "timestamp": time,
      ]
    case .validationSet:
      return [
        "series": "16", "account-id": "brand", "name": "set", "sequence": "1", "timestamp": time,
        "snaps": [["name": "foo", "id": .text(Self.snapID), "presence": "required", "revision": "3"]],
      ]
    }
  }
}
