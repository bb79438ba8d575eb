/// A task that leaves nothing half done when it fails.
///
/// The runner undoes tasks that are done and tasks that are aborted, but a task that fails just ends in `Error`: what
/// it did up to there would stay (an image mounted for a snap that is not installed, apps kept from starting). So the
/// `undo` of every kind that is wrapped takes back a part of `do` as well as the whole, and here it is called for a
/// `do` that throws.
public struct TakingBack<Handler: TaskHandler>: TaskHandler {
  public static var kind: TaskKind { Handler.kind }
  let handler: Handler

  public init(_ handler: Handler) { self.handler = handler }

  public func `do`(_ input: Handler.Input, in context: TaskContext) async throws -> TaskOutcome {
    do {
      return try await handler.do(input, in: context)
    } catch {
      // The daemon stops: this task is done again by the next one, and finds what it did.
      let isStopping = context.isAborted && context.task?.status == .doing
      if !isStopping {
        do {
          _ = try await handler.undo(input, in: context)
        } catch let second {
          context.log("cannot take back what was done: \(second)")
        }
      }
      throw error
    }
  }

  public func undo(_ input: Handler.Input, in context: TaskContext) async throws -> TaskOutcome {
    try await handler.undo(input, in: context)
  }
}

extension TakingBack: CleaningTask where Handler: CleaningTask {
  public func cleanUp(_ input: Handler.Input, in context: TaskContext) async throws {
    try await handler.cleanUp(input, in: context)
  }
}
