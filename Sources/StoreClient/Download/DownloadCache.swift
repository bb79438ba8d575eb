internal import ByteText
internal import Glibc
internal import Linux

/// Images that were brought before, by digest: hard links, so that an image in use takes no space here.
/// Source: `spec/assertions-and-store.md` §6, "Download".
public final class DownloadCache: Sendable {
  /// What is kept that nothing else refers to.
  public struct Policy: Sendable {
    public var items = 5
    public var seconds: Int64 = 30 * 86400
    /// Bytes in all; nil for any number.
    public var bytes: Int64?

    public init(bytes: Int64? = nil) { self.bytes = bytes }
  }

  private let directory: String
  private let policy: Policy
  private let now: @Sendable () -> Int64

  /// - Parameters:
  ///   - directory: `/var/lib/snapd/cache`; made when it is missing.
  ///   - now: seconds since 1970; nil for the machine's clock.
  public init(directory: String, policy: Policy = Policy(), now: (@Sendable () -> Int64)? = nil) {
    (self.directory, self.policy) = (directory, policy)
    self.now = now ?? { Int64(time(nil)) }
  }

  private static func isDigest(_ name: String) -> Bool {
    name.utf8.count == 96 && Hexadecimal.bytes(name) != nil
  }

  private func locked<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    let lock: FileLock
    do {
      try Files.makeDirectories(directory, mode: 0o700)
      lock = try FileLock.acquire("\(directory)/.lock", timeout: .seconds(30))
    } catch { throw .other("\(error)") }
    let result = try body()
    _ = consume lock
    return result
  }

  /// Gives an image another name when it is here; false when it is not, or cannot be linked to there.
  ///
  /// It is read once more: an image has been a file of the disk for weeks, and what is signed is its digest.
  ///
  /// - Parameter size: what the image must have; one with another, or with another digest, is thrown away.
  public func take(_ sha3: String, size: Int64, to path: String) throws(StoreError) -> Bool {
    guard Self.isDigest(sha3) else { return false }
    let item = "\(directory)/\(sha3)"
    return try locked { () throws(StoreError) in
      guard let status = try? Files.status(item, followSymlinks: false) else { return false }
      guard status.kind == .regular, status.size == size, Self.digest(of: item) == sha3 else {
        try? Files.remove(item)
        return false
      }
      try? Files.remove(path)
      guard link(item, path) == 0 else { return false }
      touch(item)
      return true
    }
  }

  /// The SHA3-384 of a file in hexadecimal; nil when it cannot be read.
  private static func digest(of path: String) -> String? {
    guard let file = try? OwnedFD.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) else { return nil }
    let hasher = HashThread()
    while true {
      let buffer = hasher.buffer()
      let count = read(file.raw, buffer.baseAddress, buffer.count)
      let again = count < 0 && errno == EINTR
      hasher.hash(buffer, count: max(0, count))
      if again { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return hasher.finish() }
    }
  }

  /// Keeps an image that is what its digest says.
  public func keep(_ path: String, sha3: String) throws(StoreError) {
    guard Self.isDigest(sha3) else { return }
    let item = "\(directory)/\(sha3)"
    try locked { () throws(StoreError) in
      if link(path, item) != 0, errno != EEXIST {
        // Another file system, or one without links: then there is no cache.
        guard [EXDEV, EPERM, EMLINK, EOPNOTSUPP].contains(errno) else {
          throw .other("\(SyscallError("keep in the cache", path: path, errno: errno))")
        }
        return
      }
      touch(item)
      cleanUp()
    }
  }

  private func touch(_ path: String) {
    var times = [timespec(tv_sec: Int(now()), tv_nsec: 0), timespec(tv_sec: Int(now()), tv_nsec: 0)]
    utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
  }

  /// Removes what is too old and too much, oldest first.
  public func clean() throws(StoreError) { try locked { () throws(StoreError) in cleanUp() } }

  private func cleanUp() {
    guard let names = try? Files.list(directory) else { return }
    var unused: [(path: String, time: Int64, size: Int64)] = []
    for name in names where Self.isDigest(name) {
      let path = "\(directory)/\(name)"
      guard let status = try? Files.status(path, followSymlinks: false), status.links == 1 else { continue }
      unused.append((path, status.modifiedSeconds, status.size))
    }
    unused.sort { ($0.time, $0.path) < ($1.time, $1.path) }
    var bytes = unused.reduce(0) { $0 + $1.size }
    for (index, item) in unused.enumerated() {
      let isTooMuch = unused.count - index > policy.items || policy.bytes.map { bytes > $0 } ?? false
      guard isTooMuch || now() - item.time > policy.seconds else { break }
      try? Files.remove(item.path)
      bytes -= item.size
    }
  }
}
