internal import Snap
internal import State
internal import Time

/// `pre-download-snap`: an update that apps are in the way of is downloaded meanwhile, and people are told. Source:
/// `spec/engine.md` §5.
struct PreDownloadSnap: IrreversibleTask {
  static let kind: TaskKind = "pre-download-snap"
  static let changeKind = "pre-download"
  /// Not owned: it owns the runner's handlers' meaning, and the runner this.
  unowned let manager: RefreshManager

  struct Input: Codable, Sendable {
    var instance: InstanceName
    var revision: Revision
    /// What ran when the update was put off.
    var apps: [String]
    var desktopEntry: String?
    /// When it is updated all the same.
    var deadline: Timestamp
  }

  func `do`(_ input: Input, in context: TaskContext) async throws -> TaskOutcome {
    try await manager.snaps.preDownload(input.instance, input.revision, in: context)
    let now = context.store.read { $0.now }
    // Closed meanwhile: nobody needs to be told.
    guard try manager.snaps.busy(input.instance, longest: manager.settings.longestInhibition) != nil else {
      return .done
    }
    manager.snaps.tellPending(
      BusySnap(
        instance: input.instance, apps: input.apps, timeRemaining: max(.zero, input.deadline - now),
        desktopEntry: input.desktopEntry))
    return .done
  }
}
