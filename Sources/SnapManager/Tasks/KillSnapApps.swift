internal import Glibc
internal import Linux
internal import Snap
internal import State

/// `kill-snap-apps`: nothing of the snap runs any more (`snap remove --terminate`).
struct KillSnapApps: TaskHandler {
  static let kind: TaskKind = "kill-snap-apps"
  /// How often processes that are started meanwhile are looked for.
  private static let rounds = 50
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.inhibit(setup.instance, for: setup.purpose)
    for _ in 0..<Self.rounds {
      let pids = try manager.processes(of: setup.instance)
      if pids.isEmpty { return .done }
      for pid in pids { _ = Glibc.kill(pid, SIGKILL) }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Refusal.running(setup.instance, apps: [], pids: try manager.processes(of: setup.instance))
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.allow(setup.instance)
    return .done
  }
}
