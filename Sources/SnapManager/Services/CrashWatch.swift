internal import Host
internal import State

extension SnapManager {
  /// How long a service that was just started is looked at, and how often.
  private static let watch = (time: Duration.milliseconds(500), pause: Duration.milliseconds(20))

  /// Throws when a service that was just started ends in failure at once.
  ///
  /// A simple service counts as started when it is spawned, so a revision that cannot run would count as good. There is
  /// no moment at which it is known to be well; half a second is what a refresh can wait.
  func refuseCrashing(_ names: [String], _ context: TaskContext) async throws {
    guard !names.isEmpty else { return }
    let end = ContinuousClock.now + Self.watch.time
    repeat {
      for status in try services.status(names) where status.hasFailed {
        throw ServiceError.failed(action: "start", name: status.name, result: status.result)
      }
      if context.isAborted { return }
      try await Task.sleep(for: Self.watch.pause)
    } while ContinuousClock.now < end
  }
}

extension ServiceStatus {
  /// Whether it ended in failure, even if it is to be tried again.
  fileprivate var hasFailed: Bool { activity == .failed || (activity == .activating && result != "success") }
}
