/// When the daemon should let go of what its work has left in memory: code and libraries that were mapped for it, and
/// heap that was freed since. That costs the next request some page faults, so only rest after growth is a reason.
struct MemoryAfterWork {
  /// How much more than after the last time is worth it; requests that only read bring back less.
  static let growth = 4 << 20
  /// So often in a row there has to be nothing to do.
  static let rest = 2

  private var least: Int
  private var rested = 0

  /// - Parameter resident: bytes now, when nothing has been done yet.
  init(resident: Int) { least = resident }

  /// To be asked at each tick of the daemon.
  ///
  /// - Parameters:
  ///   - resident: bytes now.
  ///   - isBusy: whether anything is being done, or somebody is connected.
  mutating func isDue(resident: Int, isBusy: Bool) -> Bool {
    least = min(least, resident)
    rested = isBusy || resident < least + Self.growth ? 0 : rested + 1
    return rested >= Self.rest
  }

  /// It has let go.
  ///
  /// - Parameter resident: bytes that are left.
  mutating func released(to resident: Int) {
    rested = 0
    // What is in use by now is no reason to try again and again.
    least = resident
  }
}
