package import Linux

/// Where the files are that people upload and devices download: each is called by its digest and never changes.
///
/// Calls block; any thread may make them, in any process of the store.
package protocol BlobStore: Sendable {
  /// Begins to take in a blob.
  func makeWriter() throws -> any BlobWriter
  /// Its size in bytes; nil when it is not there.
  func size(of digest: BlobDigest) throws -> Int64?
  /// Opens a blob for reading; nil when it is not there.
  func open(_ digest: BlobDigest) throws -> BlobContent?
  /// Throws unless blobs can be reached.
  func check() throws
  /// Deletes a blob; nothing when it is not there. Who has it open reads on.
  func delete(_ digest: BlobDigest) throws
}

/// Takes in one blob. Whoever lets go of it without ``finish()`` leaves nothing behind.
package protocol BlobWriter: AnyObject {
  /// Adds some bytes, hashing them.
  ///
  /// - Throws: `SyscallError` when they can't be written (`ENOSPC`).
  func write(_ bytes: [UInt8]) throws
  /// Bytes so far.
  var size: Int64 { get }
  /// Where the bytes are while they are looked at before they are kept; a file that can be read.
  var path: String { get }
  /// Keeps the blob: when this returns it is on disk, whole.
  func finish() throws -> BlobDigest
}

/// A blob that is open for reading.
package struct BlobContent: ~Copyable, Sendable {
  package let file: OwnedFD
  /// Bytes.
  package let size: Int64

  /// The file alone, for who reads it later.
  package consuming func takeFile() -> OwnedFD { file }
}
