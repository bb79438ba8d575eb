public import State

/// `enforce-validation-sets`: the snaps have been brought to what sets say, which are enforced from now on. When by now
/// they are not met, the change fails, and what was brought is taken back.
struct EnforceValidationSets: IrreversibleTask {
  static let kind: TaskKind = "enforce-validation-sets"
  /// Not owned: the runner owns this.
  unowned let manager: ValidationSetManager

  /// `ACCOUNT/NAME[=SEQUENCE]` each.
  struct Input: Codable, Sendable {
    var sets: [String]
  }

  func `do`(_ input: Input, in context: TaskContext) async throws -> TaskOutcome {
    try manager.enforce(try input.sets.map { try ValidationSetKey.parse($0) })
    return .done
  }
}

extension ValidationSetManager {
  /// Appends the task to a change that brings the snaps; it waits for all of `tasks`.
  ///
  /// - Parameter sets: `ACCOUNT/NAME[=SEQUENCE]` each.
  public static func addEnforcing(
    _ sets: [String], after tasks: [TaskID], to change: ChangeID, in state: inout State
  ) {
    let task = state.newTask(
      EnforceValidationSets.self, input: EnforceValidationSets.Input(sets: sets), summary: "Enforce validation sets",
      in: change)
    state.wait(task, for: tasks)
    for lane in Set(tasks.compactMap { state.task($0)?.lanes }.joined()) { state.join(task, lane) }
  }
}
