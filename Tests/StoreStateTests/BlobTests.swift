import Crypto
import Glibc
import Linux
import TestSupport
import Testing

@testable import StoreState

@Suite struct BlobTests {
  private func content(_ digest: BlobDigest, _ blobs: BlobDirectory) throws -> [UInt8]? {
    guard let blob = try blobs.open(digest) else { return nil }
    #expect(try blobs.size(of: digest) == blob.size)
    return try blob.takeFile().readAll(limit: 100)
  }

  @Test func `a blob is whole or not there`() throws {
    let directory = try TemporaryDirectory()
    let blobs = try BlobDirectory(directory.path + "/blobs")
    let writer = try blobs.makeWriter()
    try writer.write(Array("hello ".utf8))
    try writer.write(Array("world".utf8))
    let digest = try #require(BlobDigest(Digest.of(Array("hello world".utf8), .sha3_384)))
    #expect(try blobs.size(of: digest) == nil)
    #expect(try content(digest, blobs) == nil)
    #expect(try writer.finish() == digest)
    #expect(try blobs.size(of: digest) == 11)
    #expect(try content(digest, blobs) == Array("hello world".utf8))
    // The same again.
    let again = try blobs.makeWriter()
    try again.write(Array("hello world".utf8))
    #expect(try again.finish() == digest)
    #expect(try Files.list(directory.path + "/blobs/parts") == [])
    #expect(try blobs.size(of: digest) == 11)
    try blobs.delete(digest)
    try blobs.delete(digest)
    #expect(try blobs.size(of: digest) == nil)
  }

  @Test func `who gives up leaves nothing, and what was abandoned is swept`() throws {
    let directory = try TemporaryDirectory()
    let parts = directory.path + "/blobs/parts"
    let blobs = try BlobDirectory(directory.path + "/blobs")
    do {
      let writer = try blobs.makeWriter()
      try writer.write([1])
      #expect(try Files.list(parts).count == 1)
      // Another process starts: this one still writes.
      _ = try BlobDirectory(directory.path + "/blobs")
      #expect(try Files.list(parts).count == 1)
    }
    #expect(try Files.list(parts) == [])
    try Files.writeAtomically([1], to: parts + "/left", mode: 0o600)
    _ = try BlobDirectory(directory.path + "/blobs")
    #expect(try Files.list(parts) == [])
  }

  @Test func `digests have two spellings`() throws {
    let bytes = (0..<48).map { UInt8($0 * 5) }
    let digest = try #require(BlobDigest(bytes))
    #expect(BlobDigest(hex: digest.hex) == digest)
    #expect(BlobDigest(assertionText: digest.assertionText) == digest)
    for wrong in ["", "ab", digest.hex.uppercased(), digest.hex + "00", String(digest.hex.dropLast()) + "g"] {
      #expect(BlobDigest(hex: wrong) == nil, "\(wrong)")
    }
  }
}
