internal import StoreProtocol
internal import Synchronization

/// Refreshes that devices asked about while somebody there held the snap (`held` in a request's context).
///
/// What is held is decided on the device; `spec/assertions-and-store.md` §6 has `held` in the request and says of no answer
/// that depends on it. So it is counted for who publishes the snap, and nothing else comes of it.
final class HoldCounts: Sendable {
  /// What publishers ask for (`dev/api/snaps/metrics`): requests by day.
  static let metric = "held_refresh_requests"

  /// Who holds, as far as it is told: names of other snaps are theirs who have the device.
  enum Holder: String, Sendable { case user, snaps }

  struct Held: Hashable, Sendable {
    var snapID: String
    var holder: Holder
  }

  private let counts = Mutex<[Held: Int]>([:])

  /// Counts a snap that the store has; others would be as many as somebody likes.
  func add(_ context: SnapContext) {
    guard !context.heldBy.isEmpty else { return }
    // The reference's name for holds by a person. Source: `spec/engine.md` §5.
    let isUser = context.heldBy.contains { $0.utf8.elementsEqual("system".utf8) }
    let held = Held(snapID: context.snapID, holder: isUser ? .user : .snaps)
    counts.withLock { $0[held, default: 0] += 1 }
  }

  /// Hands out what was counted, and begins anew.
  func take() -> [Held: Int] {
    counts.withLock { counts in
      defer { counts = [:] }
      return counts
    }
  }
}
