import Assertions
import Crypto
import Glibc
import Linux
import TestSupport
import Testing

@Suite struct FileDigestTests {
  @Test(arguments: [0, 3, 1 << 18, (1 << 18) + 1, 700_000])
  func `a file's digest and size`(size: Int) throws {
    let directory = try TemporaryDirectory()
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = directory.path + "/file"
    try Files.writeAtomically(content, to: path, mode: 0o644)
    let found = try FileDigest(path: path)
    #expect(found.size == size)
    #expect(found.bytes == Digest.of(content, .sha3_384))
    #expect(found.assertionText == Base64.encodeForURL(found.bytes))
    #expect(try FileDigest(of: OwnedFD.open(path, O_RDONLY), path: path) == found)
  }

  @Test func `FIPS 202's text`() throws {
    let directory = try TemporaryDirectory()
    try Files.writeAtomically(Array("abc".utf8), to: directory.path + "/abc", mode: 0o644)
    #expect(
      try FileDigest(path: directory.path + "/abc").hexadecimal
        == "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25")
  }

  @Test func `no link is followed, and no directory read`() throws {
    let directory = try TemporaryDirectory()
    let link = directory.path + "/link"
    try #require(symlink("/etc/passwd", link) == 0)
    #expect(throws: SyscallError("open", path: link, errno: ELOOP)) { try FileDigest(path: link) }
    #expect(throws: SyscallError("read", path: directory.path, errno: EISDIR)) {
      try FileDigest(path: directory.path)
    }
  }
}
