internal import Glibc

/// A lock on a file (flock(2)), held as long as the value lives. The kernel frees it when the process dies.
public struct FileLock: ~Copyable, Sendable {
  /// Alone, or together with other sharers.
  public enum Mode: Sendable { case exclusive, shared }

  private let file: OwnedFD

  private init(file: consuming OwnedFD) { self.file = file }

  /// Locks a file, which is made (mode 0600) when missing. A symbolic link is refused (`ELOOP`).
  ///
  /// - Parameter timeout: how long to wait for others; nil for ever, zero not at all.
  /// - Throws: `EWOULDBLOCK` when the time is over.
  public static func acquire(_ path: String, mode: Mode = .exclusive, timeout: Duration? = nil)
    throws(SyscallError) -> FileLock
  {
    let file = try OwnedFD.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    let operation = mode == .exclusive ? LOCK_EX : LOCK_SH
    guard let timeout else {
      _ = try check("lock", path) { flock(file.raw, operation) }
      return FileLock(file: file)
    }
    let deadline = ContinuousClock.now + timeout
    var pause: UInt32 = 500  // microseconds, doubling up to 20 ms
    while true {
      do throws(SyscallError) {
        _ = try check("lock", path) { flock(file.raw, operation | LOCK_NB) }
        return FileLock(file: file)
      } catch {
        guard error.errno == EWOULDBLOCK, ContinuousClock.now < deadline else { throw error }
        usleep(pause)
        pause = min(pause * 2, 20_000)
      }
    }
  }
}
