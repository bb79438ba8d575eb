internal import Glibc
internal import Linux

/// A file that is written from the beginning, or on from where it ends, and hashed meanwhile. Used on one thread.
final class DownloadFile {
  let path: String
  private let descriptor: OwnedFD
  private let hasher = HashThread()
  private var buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  /// Bytes, those that are not on the disk yet included.
  private(set) var size: Int64 = 0

  /// Opens a file, or makes it (mode 0600), for this process alone.
  init(path: String) throws(StoreError) {
    self.path = path
    do {
      descriptor = try OwnedFD.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    } catch { throw .other("\(error)") }
    buffer = hasher.buffer()
    guard flock(descriptor.raw, LOCK_EX | LOCK_NB) == 0 else {
      throw .other("cannot download to \(path): another download to it is under way")
    }
  }

  deinit { hasher.hash(buffer, count: 0) }

  private func fail(_ call: String) -> StoreError { .other("\(SyscallError(call, path: path, errno: errno))") }

  /// Takes what is there already for the beginning; nothing when there is more than there should be.
  func resume(limit: Int64, isCancelled: IsCancelled) throws(StoreError) {
    let there: Int64
    do { there = try descriptor.status().size } catch { throw .other("\(error)") }
    guard there <= limit else { return try restart() }
    guard lseek(descriptor.raw, 0, SEEK_SET) == 0 else { throw fail("read") }
    while size < there {
      if isCancelled() { throw .cancelled }
      let count = read(descriptor.raw, buffer.baseAddress, min(buffer.count, Int(there - size)))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw fail("read") }
      size += Int64(count)
      hasher.hash(buffer, count: count)
      buffer = hasher.buffer()
    }
  }

  /// Begins at the beginning.
  func restart() throws(StoreError) {
    _ = hasher.finish()
    (size, filled) = (0, 0)
    guard ftruncate(descriptor.raw, 0) == 0, lseek(descriptor.raw, 0, SEEK_SET) == 0 else { throw fail("truncate") }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = min(rest.count, buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      filled += count
      size += Int64(count)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      if filled == buffer.count { try flush() }
    }
  }

  /// Writes and hashes what waits.
  func flush() throws(StoreError) {
    var written = 0
    while written < filled {
      let count = write(descriptor.raw, buffer.baseAddress?.advanced(by: written), filled - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = fail("write")
        try? restart()
        throw error
      }
      written += count
    }
    guard filled > 0 else { return }
    hasher.hash(buffer, count: filled)
    buffer = hasher.buffer()
    filled = 0
  }

  /// The SHA3-384 of it all, in hexadecimal. What is written later is hashed from nothing.
  func digest() throws(StoreError) -> String {
    try flush()
    return hasher.finish()
  }

  func sync() throws(StoreError) {
    do { try descriptor.sync(path: path) } catch { throw .other("\(error)") }
  }
}
