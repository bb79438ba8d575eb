internal import ByteText
internal import Crypto
internal import Glibc
public import Linux

/// What assertions and stores know a file by: the SHA3-384 of its bytes, and how many there are.
public struct FileDigest: Hashable, Sendable {
  public let bytes: [UInt8]
  public let size: Int

  /// Of what a descriptor has up to its end.
  ///
  /// - Parameter path: for messages.
  public init(of file: borrowing OwnedFD, path: String) throws(SyscallError) {
    var digest = Digest(.sha3_384)
    size = try file.readPieces(path: path) { digest.update($0) }
    bytes = digest.finish()
  }

  /// Of a file that is no symbolic link.
  public init(path: String) throws(SyscallError) {
    try self.init(of: OwnedFD.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), path: path)
  }

  /// As stores write it.
  public var hexadecimal: String { Hexadecimal.text(bytes) }

  /// As assertions write it.
  public var assertionText: String { Base64.encodeForURL(bytes) }
}
