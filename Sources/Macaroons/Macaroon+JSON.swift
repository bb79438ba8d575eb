internal import ByteText
internal import Crypto
public import JSONValues

extension Macaroon {
  /// Version 1 as an object: `location`, `identifier`, `caveats` (`cid`, `vid`, `cl`), `signature` in hexadecimal, as
  /// `pymacaroons` and Go's `macaroon.v1` write it.
  ///
  /// - Throws: ``MacaroonError`` when identifiers are not UTF-8, which this form cannot say.
  public func json() throws(MacaroonError) -> JSONValue {
    var object: [String: JSONValue] = [
      "identifier": .string(try Self.text(identifier)), "signature": .string(Hexadecimal.text(signature)),
    ]
    if !location.isEmpty { object["location"] = .string(location) }
    var list: [JSONValue] = []
    for caveat in caveats {
      var entry: [String: JSONValue] = ["cid": .string(try Self.text(caveat.identifier))]
      if let thirdParty = caveat.thirdParty {
        entry["vid"] = .string(Base64.encodeForURL(thirdParty.verification))
        entry["cl"] = .string(thirdParty.location)
      }
      list.append(.object(entry))
    }
    if !list.isEmpty { object["caveats"] = .array(list) }
    return .object(object)
  }

  /// Reads ``json()``.
  public init(json: JSONValue) throws(MacaroonError) {
    guard let identifier = json["identifier"]?.string,
      let signature = json["signature"]?.string.flatMap({ Hexadecimal.bytes($0, acceptsUpperCase: true) }),
      signature.count == Sodium.keyLength
    else { throw .malformed("no identifier or signature") }
    let entries = json["caveats"]?.array ?? []
    guard entries.count <= MacaroonLimits.caveats else { throw .malformed("too many caveats") }
    var caveats: [Caveat] = []
    for entry in entries {
      guard let condition = entry["cid"]?.string else { throw .malformed("caveat without identifier") }
      var thirdParty: Caveat.ThirdParty?
      if let sealed = entry["vid"]?.string {
        guard let verification = Self.fromBase64(sealed), let location = entry["cl"]?.string else {
          throw .malformed("caveat of a third party without location or key")
        }
        thirdParty = Caveat.ThirdParty(location: location, verification: verification)
      }
      caveats.append(Caveat(identifier: Array(condition.utf8), thirdParty: thirdParty))
    }
    self.init(
      location: json["location"]?.string ?? "", identifier: Array(identifier.utf8), caveats: caveats,
      signature: signature)
  }

  private static func text(_ bytes: [UInt8]) throws(MacaroonError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("identifier is not utf8") }
    return text
  }
}
