internal import CCrypto

/// Keys out of passwords, so that guessing costs memory and time (RFC 7914).
public enum Scrypt {
  /// How much one guess costs: `2^logN * r * 128` bytes, `p` times.
  public struct Cost: Hashable, Sendable {
    public let logN: Int
    public let r: Int
    public let p: Int

    public init(logN: Int, r: Int, p: Int) { (self.logN, self.r, self.p) = (logN, r, p) }

    var memory: UInt64 { (UInt64(1) << UInt64(logN)) * UInt64(r) * 128 }
  }

  /// - Throws: ``KeyError`` when libcrypto refuses the cost (more than 1 GiB), or has no memory.
  public static func derive(_ password: [UInt8], salt: [UInt8], _ cost: Cost, length: Int) throws(KeyError) -> [UInt8] {
    let refusal = KeyError(description: "cannot derive key from password: libcrypto refuses")
    guard (1...24).contains(cost.logN), cost.r > 0, cost.p > 0, cost.memory <= 1 << 30 else { throw refusal }
    var key = [UInt8](repeating: 0, count: length)
    let done = password.withUnsafeBytes { password in
      EVP_PBE_scrypt(
        password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
        UInt64(1) << UInt64(cost.logN), UInt64(cost.r), UInt64(cost.p), cost.memory + (64 << 20), &key, key.count)
    }
    guard done == 1 else { throw refusal }
    return key
  }
}
