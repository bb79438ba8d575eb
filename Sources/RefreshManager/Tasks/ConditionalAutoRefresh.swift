internal import Snap
internal import State

/// `conditional-auto-refresh`: the snaps that have a say have been asked; what they do not hold is updated, in the same
/// change. Source: `spec/engine.md` §5, "Gating".
struct ConditionalAutoRefresh: IrreversibleTask {
  static let kind: TaskKind = "conditional-auto-refresh"
  /// Not owned: it owns the runner's handlers' meaning, and the runner this.
  unowned let manager: RefreshManager

  struct Input: Codable, Sendable {
    var instances: [InstanceName]
  }

  func `do`(_ input: Input, in context: TaskContext) async throws -> TaskOutcome {
    // Asked for again: hooks may have taken their time.
    let found = try manager.snaps.findUpdates(of: Set(input.instances), reason: .scheduled, withMetadata: false)
    let names = try manager.ready(found.updates).map(\.instance)
    if let addition = try found.addition(of: names, to: context.changeID) { context.atCompletion(addition) }
    return .done
  }
}
