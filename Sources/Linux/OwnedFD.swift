internal import CLinux

/// A file descriptor with one owner. It is closed when the owner lets go of it, so that no path through the
/// code can leak it or close it twice.
public struct OwnedFD: ~Copyable, Sendable {
  /// The number to hand to a system call; it stays owned by this value.
  public let raw: Int32

  /// Takes ownership of an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  deinit { _ = cl_close(raw) }

  /// Gives the descriptor away: the caller now closes it.
  public consuming func release() -> Int32 {
    let raw = self.raw
    discard self
    return raw
  }
}
