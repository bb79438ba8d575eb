internal import API
internal import ByteText
internal import Overlord
internal import RefreshManager
internal import Snap
internal import SnapManager
internal import State
internal import Threads
internal import Time

/// Holding updates, and what is said of when they are made.
extension DaemonService {
  /// The rules of `spec/features.md` §3 for the options of `hold`; texts are the reference's.
  func refuseHoldOptions(_ instruction: SnapInstruction) throws(APIFailure) {
    guard instruction.action == "hold" else {
      guard instruction.time.isEmpty else { throw .badRequest("time can only be specified for the \"hold\" action") }
      guard instruction.holdLevel.isEmpty else {
        throw .badRequest("hold-level can only be specified for the \"hold\" action")
      }
      return
    }
    guard !instruction.time.isEmpty else { throw .badRequest("hold action requires a non-empty time value") }
    guard HoldTime(instruction.time) != nil else {
      throw .badRequest(
        "hold action requires time to be \"forever\" or in RFC3339 format: cannot parse \(quotedText(instruction.time))"
      )
    }
    guard !instruction.holdLevel.isEmpty else { throw .badRequest("hold action requires a non-empty hold-level value") }
    guard RefreshHold.Level(instruction.holdLevel) != nil else {
      throw .badRequest("hold action requires a valid hold-level value: \(quotedText(instruction.holdLevel))")
    }
  }

  /// `hold` and `unhold`: of some snaps, or without names of everything that happens by itself.
  func changeHolds(_ instruction: SnapInstruction, _ names: [InstanceName]) throws -> ChangeID {
    guard !names.isEmpty else { return try changeSystemHold(instruction) }
    guard instruction.action == "hold" else { return try overlord.refreshes.unhold(names) }
    guard let until = HoldTime(instruction.time), let level = RefreshHold.Level(instruction.holdLevel) else {
      throw APIFailure.badRequest("hold action requires a non-empty time value")
    }
    return try overlord.refreshes.hold(names, until: until, level: level)
  }

  private func changeSystemHold(_ instruction: SnapInstruction) throws -> ChangeID {
    let isHold = instruction.action == "hold"
    if isHold, instruction.holdLevel.hasSameBytes(as: "general") {
      throw APIFailure.badRequest("holding general refreshes for all snaps is not supported")
    }
    return try overlord.holdRefreshes(isHold ? instruction.time : nil)
  }

  /// The `refresh` of `/v2/system-info`; times have minutes.
  var refreshSchedule: RefreshScheduleJSON {
    let summary = overlord.refreshes.summary
    var json = RefreshScheduleJSON()
    switch summary.timer {
    case .timer(let text): json.timer = text
    case .schedule(let text): json.schedule = text
    case .managed: json.timer = "managed"
    }
    json.last = minutes(summary.last)
    json.next = minutes(summary.next)
    json.hold = minutes(summary.hold?.timestamp)
    return json
  }

  private func minutes(_ time: Timestamp?) -> String {
    guard let time else { return "" }
    return Timestamp(seconds: time.seconds - time.seconds % 60).wholeSeconds
  }

  /// `ensure-refresh`: an automatic update now, as if its time had come. Stores are asked on a thread that may block.
  func refreshNow() async throws {
    let refreshes = overlord.refreshes
    try await Task(executorPreference: Self.storeThreads) { try refreshes.refreshNow() }.value
  }

  /// For requests that wait for stores.
  static let storeThreads = ThreadPool(most: 8)
}

extension APIFailure {
  init(_ refusal: HoldRefusal) {
    self.init(400, "\(refusal)")
    if case .notInstalled(let snap) = refusal {
      kind = .snapNotInstalled
      value = .string(snap.description)
    }
  }
}
