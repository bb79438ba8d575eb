/// When the daemon should let go of what its work has left in memory: code and libraries that were mapped for it, and
/// heap that was freed since. That costs the next request some page faults, so only rest after growth is a reason.
struct MemoryAfterWork {
  /// How much more than after the last time is worth it; requests that only read bring back less.
  static let growth = 4 << 20
  /// How long there has to be nothing to do: work in a row finds everything where it was.
  static let rest = Duration.seconds(30)

  private var least: Int
  private var rested = Duration.zero

  /// - Parameter resident: bytes now, when nothing has been done yet.
  init(resident: Int) { least = resident }

  /// To be asked at each tick of the daemon.
  ///
  /// - Parameters:
  ///   - resident: bytes now.
  ///   - isBusy: whether anything is being done, or somebody is connected.
  ///   - tick: since it was asked last.
  mutating func isDue(resident: Int, isBusy: Bool, after tick: Duration) -> Bool {
    least = min(least, resident)
    rested = isBusy || resident < least + Self.growth ? .zero : rested + tick
    return rested >= Self.rest
  }

  /// It has let go.
  ///
  /// - Parameter resident: bytes that are left.
  mutating func released(to resident: Int) {
    rested = .zero
    // What is in use by now is no reason to try again and again.
    least = resident
  }
}
