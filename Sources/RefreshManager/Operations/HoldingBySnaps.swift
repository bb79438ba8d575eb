public import Snap
public import State
public import Time

/// Snaps that hold updates of themselves and of others (`snapctl refresh --hold`). Source: `spec/engine.md` §5.
extension RefreshManager {
  /// A snap holds others, itself perhaps among them.
  ///
  /// - Parameter duration: nil for as long as it may.
  /// - Returns: how long they are held: the shortest of all.
  /// - Throws: ``HoldRefusal/tooLong(by:_:)``; those that can be held are held all the same, as in the reference.
  @discardableResult
  public static func hold(
    _ affected: [InstanceName], by holder: InstanceName, for duration: Duration? = nil,
    lastRefreshes: [InstanceName: Timestamp], in state: inout State
  ) throws(HoldRefusal) -> Duration {
    let now = state.now
    var reasons: [String] = []
    var shortest = Duration.nanoseconds(Int64.max)
    for snap in affected {
      let before = state[holds: snap][holder.description]
      let first = before?.firstHeld ?? now
      let own = snap == holder
      let most =
        own
        ? RefreshLimits.longestPostponement - RefreshLimits.postponementBuffer : RefreshLimits.longestHoldOfOthers
      let last = lastRefreshes[snap] ?? now
      let left = min(first + most - now, last + RefreshLimits.longestPostponement - now)
      guard left > .zero else {
        reasons.append(
          "snap \"\(holder)\" cannot hold snap \"\(snap)\" anymore, maximum refresh postponement exceeded")
        continue
      }
      if let duration, duration > left {
        reasons.append(
          "requested holding duration for snap \"\(snap)\" of \(duration.goText) by snap \"\(holder)\" exceeds maximum "
            + "holding time")
        continue
      }
      let time = duration ?? left
      state[holds: snap][holder.description] = RefreshHold(firstHeld: first, until: now + time, level: .automatic)
      shortest = min(shortest, time)
    }
    guard reasons.isEmpty else { throw .tooLong(by: holder, reasons) }
    return shortest
  }

  /// A snap lets all go that it holds: `snapctl refresh --proceed`.
  public static func proceed(_ holder: InstanceName, in state: inout State) {
    for (key, holders) in state.all(.holds) where holders[holder.description] != nil {
      guard let held = try? InstanceName(key) else { continue }
      state[holds: held][holder.description] = nil
    }
  }
}
