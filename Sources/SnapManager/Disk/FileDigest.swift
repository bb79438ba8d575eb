internal import Crypto
internal import Glibc
internal import Linux

/// The digest by which assertions know an image.
enum FileDigest {
  /// The SHA3-384 of a file in hexadecimal, and how many bytes it has.
  static func sha3(of path: String) throws -> (digest: String, size: UInt64) {
    let file = try OwnedFD.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    var digest = Digest(.sha3_384)
    var size: UInt64 = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(file.raw, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SyscallError("read", path: path, errno: errno) }
      guard count > 0 else { break }
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      size += UInt64(count)
    }
    return (hexadecimal(digest.finish()), size)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
