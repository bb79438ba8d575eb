internal import ByteText
internal import Crypto
internal import Glibc
internal import Linux

/// Blobs as files, named after their digests in hexadecimal, in directories of their first two pairs of digits:
/// `ab/cd/abcd…`. What is still being written is in `parts/`.
final class BlobDirectory: BlobStore {
  private let root: String
  private var parts: String { root + "/parts" }

  /// Opens the directory, which is made when it is missing, and removes what writers have left that are no more.
  init(_ root: String) throws {
    self.root = root
    try Files.makeDirectories(root, mode: 0o700)
    try Files.makeDirectories(root + "/parts", mode: 0o700)
    for name in try Files.list(parts) { try sweep(parts + "/" + name) }
  }

  /// A writer holds a lock on its part as long as it lives, in whichever process.
  private func sweep(_ path: String) throws {
    let file: OwnedFD
    do { file = try OwnedFD.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) } catch { return }
    guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 else { return }
    try Files.remove(path)
  }

  private func directory(_ digest: BlobDigest) -> String {
    let hex = digest.hex
    return "\(root)/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))"
  }

  private func path(_ digest: BlobDigest) -> String { directory(digest) + "/" + digest.hex }

  func size(of digest: BlobDigest) throws -> Int64? {
    try Files.status(path(digest), followSymlinks: false).map { Int64($0.size) }
  }

  func open(_ digest: BlobDigest) throws -> BlobContent? {
    let file: OwnedFD
    do throws(SyscallError) {
      file = try OwnedFD.open(path(digest), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
    let size = Int64(try file.status().size)
    return BlobContent(file: file, size: size)
  }

  func check() throws {
    guard access(parts, R_OK | W_OK | X_OK) == 0 else { throw SyscallError("use", path: parts, errno: errno) }
    // Whether there is room shows when it is taken; what is not finished goes again.
    try makeWriter().write([UInt8](repeating: 0, count: 4096))
  }

  func delete(_ digest: BlobDigest) throws { try Files.remove(path(digest)) }

  func makeWriter() throws -> any BlobWriter {
    while true {
      let path = parts + "/" + SecureRandom.name(24)
      let file = try OwnedFD.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode: 0o600)
      // Another process that starts just now may take it for abandoned before it is locked.
      guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 else { continue }
      if try file.status().links > 0 { return Writer(self, path: path, file: file) }
    }
  }

  private final class Writer: BlobWriter {
    private let blobs: BlobDirectory
    let path: String
    private let file: OwnedFD
    private var digest: Digest? = Digest(.sha3_384)
    private(set) var size: Int64 = 0
    private var isKept = false

    init(_ blobs: BlobDirectory, path: String, file: consuming OwnedFD) {
      self.blobs = blobs
      self.path = path
      self.file = file
    }

    deinit { if !isKept { try? Files.remove(path) } }

    func write(_ bytes: [UInt8]) throws {
      try file.writeAll(bytes, path: path)
      digest?.update(bytes)
      size += Int64(bytes.count)
    }

    func finish() throws -> BlobDigest {
      guard let made = digest.take(), let digest = BlobDigest(made.finish()) else {
        throw SyscallError("finish blob", path: path, errno: EINVAL)
      }
      try file.sync(path: path)
      let directory = blobs.directory(digest)
      try Files.makeDirectories(directory, mode: 0o700)
      // The same bytes may be there already, or come at the same time: then one of them stays.
      try Files.rename(path, to: blobs.path(digest))
      isKept = true
      for path in [directory, PathBytes.clean(directory + "/.."), blobs.root] { try Files.syncDirectory(path) }
      return digest
    }
  }
}
