internal import Snap
internal import State

/// `switch-snap`: another channel or cohort is followed from now on; the revision in use stays.
struct SwitchSnap: TaskHandler {
  static let kind: TaskKind = "switch-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { context.track(setup) }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { context.untrack(setup) }
}

/// `switch-snap-channel`: the same within a refresh that brings no other revision.
struct SwitchSnapChannel: TaskHandler {
  static let kind: TaskKind = "switch-snap-channel"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { context.track(setup) }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { context.untrack(setup) }
}

/// `toggle-snap-flags`: whether validation is ignored is another matter from now on.
struct ToggleSnapFlags: TaskHandler {
  static let kind: TaskKind = "toggle-snap-flags"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { context.track(setup) }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { context.untrack(setup) }
}

extension TaskContext {
  private static var key: String { "old-tracking" }

  /// Has the record follow what the setup says, in the commit that ends the task.
  fileprivate func track(_ setup: SnapSetup) -> TaskOutcome {
    let task = taskID
    atCompletion { state in
      guard var record = state[snap: setup.instance], let tracking = setup.tracking else { return }
      state.setTaskData(record.tracking, Self.key, of: task)
      record.follow(tracking)
      state[snap: setup.instance] = record
    }
    return .done
  }

  fileprivate func untrack(_ setup: SnapSetup) -> TaskOutcome {
    guard let old = recall(SnapSetup.Tracking.self, Self.key) else { return .done }
    atCompletion { state in state[snap: setup.instance]?.follow(old) }
    return .done
  }
}

extension SnapState {
  /// What is followed, in the form in which it can be followed again.
  var tracking: SnapSetup.Tracking {
    SnapSetup.Tracking(
      snapID: snapID, store: store, channel: channel, cohortKey: cohortKey ?? "",
      ignoreValidation: ignoreValidation ?? false, userID: userID)
  }

  /// Follows another channel, cohort, store. What is not said stays as it is.
  mutating func follow(_ tracking: SnapSetup.Tracking) {
    if let channel = tracking.channel { self.channel = channel }
    if let store = tracking.store { self.store = store }
    if let key = tracking.cohortKey { cohortKey = key.isEmpty ? nil : key }
    if let ignore = tracking.ignoreValidation { ignoreValidation = ignore ? true : nil }
    if let user = tracking.userID { userID = user }
  }
}
