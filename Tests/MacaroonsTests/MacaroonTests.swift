import Crypto
import JSONValues
import Testing

@testable import Macaroons

private let rootKey = [UInt8](0..<32)
private let caveatKey = Array("the key of the caveat".utf8)
private let caveatID = Array("what the third party knows".utf8)

private func bank() -> Macaroon {
  Macaroon(
    location: "http://mybank/", identifier: Array("we used our secret key".utf8),
    key: Array("this is our super secret key".utf8))
}

private func root() -> Macaroon {
  var macaroon = Macaroon(location: "store.example", identifier: Array("key-1".utf8), key: rootKey)
  macaroon.add(#"store.example|acl|["package_access", "ünïcode"]"#)
  macaroon.addThirdParty(
    location: "login.example:8443", identifier: caveatID, key: caveatKey, nonce: [UInt8](0..<24))
  macaroon.add("store.example|expires|2030-01-01T00:00:00Z")
  return macaroon
}

private func discharge() -> Macaroon {
  var macaroon = Macaroon(location: "login.example:8443", identifier: caveatID, key: caveatKey)
  macaroon.add("login.example|account|somebody")
  return macaroon
}

@Suite struct MacaroonTests {
  @Test("what we write is what pymacaroons writes, in both forms, and is read again")
  func vectors() throws {
    var one = bank()
    one.add("test = caveat")
    for (made, vector) in [
      (bank(), Vectors.plain), (one, Vectors.oneCondition), (root(), Vectors.thirdParty),
      (discharge(), Vectors.discharge), (discharge().bound(to: root()), Vectors.bound),
    ] {
      #expect(try made.serialized() == vector.binary)
      #expect(try made.json() == JSONValue(parsing: vector.json))
      #expect(try Macaroon(serialized: vector.binary) == made)
      #expect(try Macaroon(serialized: vector.binary + "==") == made)
      #expect(try Macaroon(json: JSONValue(parsing: vector.json)) == made)
    }
  }

  @Test("a proven macaroon gives all its conditions, its discharges' too")
  func verifying() throws {
    let conditions = try root().verified(key: rootKey, discharges: [discharge().bound(to: root())])
    #expect(conditions.map(\.text).count == 3)
    #expect(conditions.filter(\.isOfDischarge).map(\.text) == ["login.example|account|somebody"])
    #expect(try discharge().verifiedUnbound(key: caveatKey).count == 1)
    // Nonces are random where none is given.
    var first = bank()
    var second = bank()
    first.addThirdParty(location: "x", identifier: caveatID, key: caveatKey)
    second.addThirdParty(location: "x", identifier: caveatID, key: caveatKey)
    #expect(first.signature != second.signature)
  }

  @Test("what is forged, unbound, missing or superfluous is refused")
  func refusals() throws {
    let root = root()
    let bound = discharge().bound(to: root)
    #expect(throws: MacaroonError.undischarged(location: "login.example:8443")) { try root.verified(key: rootKey) }
    #expect(throws: MacaroonError.forged) { try root.verified(key: caveatKey, discharges: [bound]) }
    // Not bound; bound to another one.
    #expect(throws: MacaroonError.forged) { try root.verified(key: rootKey, discharges: [discharge()]) }
    #expect(throws: MacaroonError.forged) {
      try root.verified(key: rootKey, discharges: [discharge().bound(to: bank())])
    }
    #expect(throws: MacaroonError.unusedDischarge) { try root.verified(key: rootKey, discharges: [bound, bound]) }
    let own = Macaroon(location: "login.example:8443", identifier: caveatID, key: rootKey)
    #expect(throws: MacaroonError.forged) { try root.verified(key: rootKey, discharges: [own.bound(to: root)]) }
    #expect(throws: MacaroonError.malformed("too many discharges")) {
      try root.verified(key: rootKey, discharges: Array(repeating: bound, count: 9))
    }
    // A discharge that asks for itself does not go round for ever.
    var loop = Macaroon(location: "a", identifier: caveatID, key: caveatKey)
    loop.addThirdParty(location: "a", identifier: caveatID, key: caveatKey)
    #expect(throws: MacaroonError.self) {
      try root.verified(key: rootKey, discharges: Array(repeating: loop.bound(to: root), count: 8))
    }
  }

  @Test("every bit that is flipped is noticed")
  func flipped() throws {
    let bytes = try root().binary()
    let bound = discharge().bound(to: root())
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        guard let macaroon = try? Macaroon(binary: changed) else { continue }
        // Locations are hints, which nothing proves.
        if macaroon.location != "store.example" || macaroon.caveats[1].thirdParty?.location != "login.example:8443" {
          continue
        }
        #expect(throws: MacaroonError.self, "byte \(index), bit \(bit)") {
          try macaroon.verified(key: rootKey, discharges: [bound])
        }
      }
    }
    for length in bytes.indices {
      #expect(throws: MacaroonError.self) { try Macaroon(binary: Array(bytes[..<length])) }
    }
  }

  @Test(
    "what is no macaroon is refused by name",
    arguments: [
      ("", "no location"), ("%%%", "not Base64"), ("AAAA", "no length of a packet"),
      ("MDAwNGxv", "packet is cut off"),
    ])
  func garbage(_ text: String, _ reason: String) {
    #expect(throws: MacaroonError.malformed(reason)) { try Macaroon(serialized: text) }
    let endless = String(repeating: "A", count: 1 << 20)
    #expect(throws: MacaroonError.malformed("too large")) { try Macaroon(serialized: endless) }
  }

  @Test("a sealed text opens with its key alone")
  func sealing() {
    let key = SecureRandom.bytes(SealedBox.keyLength)
    let sealed = SealedBox.seal(Array("secret".utf8), key: key)
    #expect(SealedBox.open(sealed, key: key) == Array("secret".utf8))
    #expect(SealedBox.open(sealed, key: SecureRandom.bytes(SealedBox.keyLength)) == nil)
    #expect(SealedBox.open(Array(sealed.dropLast()), key: key) == nil)
    #expect(SealedBox.open([], key: key) == nil)
  }
}
