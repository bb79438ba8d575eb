internal import ByteText
package import Crypto

/// A password as it is kept: `scrypt:LOG2N:R:P:SALT:HASH`, the last two in Base64 (RFC 7914).
package struct PasswordHash: Hashable, Sendable {
  private let cost: Scrypt.Cost
  private let salt: [UInt8]
  private let hash: [UInt8]

  /// What new ones cost: 32 MiB, a tenth of a second.
  package static let cost = Scrypt.Cost(logN: 15, r: 8, p: 2)

  /// - Throws: when libcrypto can't.
  package init(of password: String, cost: Scrypt.Cost = Self.cost) throws(KeyError) {
    self.cost = cost
    salt = SecureRandom.bytes(16)
    hash = try Scrypt.derive(Array(password.utf8), salt: salt, cost, length: 32)
  }

  /// - Returns: nil for what ``text`` never writes.
  package init?(_ text: String) {
    let parts = text.byteSplit(":", keepingEmpty: true)
    guard parts.count == 6, parts[0] == "scrypt", let logN = Int(parts[1]), let r = Int(parts[2]),
      let p = Int(parts[3]),
      (1...20).contains(logN), (1...32).contains(r), (1...16).contains(p),
      let salt = Base64.decode(parts[4].utf8), let hash = Base64.decode(parts[5].utf8), hash.count == 32
    else { return nil }
    (self.cost, self.salt, self.hash) = (Scrypt.Cost(logN: logN, r: r, p: p), salt, hash)
  }

  package var text: String {
    func base64(_ bytes: [UInt8]) -> String { String(decoding: Base64.encode(bytes), as: UTF8.self) }
    return "scrypt:\(cost.logN):\(cost.r):\(cost.p):\(base64(salt)):\(base64(hash))"
  }

  /// Whether this is the password. As long for a wrong one as for the right one.
  package func matches(_ password: String) -> Bool {
    guard let other = try? Scrypt.derive(Array(password.utf8), salt: salt, cost, length: hash.count) else {
      return false
    }
    return SecureRandom.areEqual(other, hash)
  }
}
