internal import NIOCore

/// How fast a streamed body comes in, over the time in which somebody wanted it.
struct BodyPace {
  private(set) var wanted = true
  var bytes = 0
  private var since = NIODeadline.now()
  private var waited = TimeAmount.zero

  mutating func pause() {
    if wanted { waited = waited + (NIODeadline.now() - since) }
    wanted = false
  }

  mutating func resume() {
    if !wanted { since = .now() }
    wanted = true
  }

  /// What came in since the last call, and how long it was waited for.
  mutating func restart() -> (bytes: Int, waited: TimeAmount) {
    let now = NIODeadline.now()
    let result = (bytes: bytes, waited: wanted ? waited + (now - since) : waited)
    (bytes, waited, since) = (0, .zero, now)
    return result
  }
}
