internal import Synchronization

/// Downloads that have begun since somebody asked, by snap; the order of what is found goes by them.
final class DownloadCounts: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func add(_ snapID: String) { counts.withLock { $0[snapID, default: 0] += 1 } }

  /// Hands out what was counted, and begins anew.
  func take() -> [String: Int] {
    counts.withLock { counts in
      defer { counts = [:] }
      return counts
    }
  }
}
