/// From which revisions it is worth to make deltas to one that was just released.
enum DeltaPlan {
  /// How many deltas are made for one released revision at most.
  static let limit = 4

  /// The sources, most wanted first: what the channel had before, then what the track's other channels have, since
  /// devices come from there by a switch or by a promotion's other half.
  ///
  /// - Parameters:
  ///   - before: what was released to the channel earlier, latest first.
  ///   - others: what the track's other channels have now.
  static func sources(of target: UInt32, before: [UInt32], others: [UInt32]) -> [UInt32] {
    var found: [UInt32] = []
    for revision in before.prefix(16).filter({ $0 != target }).unique.prefix(3) + others
    where revision != target && !found.contains(revision) && found.count < limit { found.append(revision) }
    return found
  }

  /// How large a delta may be, in bytes, to be offered: what it takes to apply it is paid for by at least a fifth less
  /// to download.
  static func mostWorthwhile(target: Int64) -> Int64 { target / 5 * 4 }

  /// Images below this many bytes are quicker sent whole.
  static let smallest: Int64 = 32 << 10
  /// xdelta3 holds a window of the source in memory, and its time grows with both: larger images are sent whole.
  static let largest: Int64 = 2 << 30
}

extension Collection where Element: Hashable {
  /// Each element once, where it is first.
  fileprivate var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
