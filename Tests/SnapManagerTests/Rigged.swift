import Overlord
import State

@testable import InterfaceManager
@testable import SnapManager

/// What a test does to a kind of task.
enum Mischief: String, CaseIterable, Sendable {
  /// It does its work, and fails all the same.
  case fails
  /// It fails without having done anything.
  case failsAtOnce
  /// It is done twice and undone twice, as after a crash between the work and its commit.
  case isRepeated
  /// The daemon stops after the work and before its commit; the next one does it again.
  case isInterrupted
  /// The change is aborted while it works.
  case isAborted
}

struct Mishap: Error, CustomStringConvertible { let description = "mishap" }

/// A kind of task with mischief done to it.
struct Rigged<Handler: TaskHandler>: TaskHandler {
  static var kind: TaskKind { Handler.kind }
  let handler: Handler
  let mischief: Mischief

  func `do`(_ input: Handler.Input, in context: TaskContext) async throws -> TaskOutcome {
    if mischief == .failsAtOnce { throw Mishap() }
    var outcome = try await handler.do(input, in: context)
    guard outcome == .done else { return outcome }
    switch mischief {
    case .fails: throw Mishap()
    case .failsAtOnce: break
    case .isRepeated: outcome = try await handler.do(input, in: context)
    case .isInterrupted:
      while !context.isAborted { try? await Task.sleep(for: .milliseconds(2)) }
      throw CancellationError()
    case .isAborted: try context.store.write { $0.abort(context.changeID) }
    }
    return outcome
  }

  func undo(_ input: Handler.Input, in context: TaskContext) async throws -> TaskOutcome {
    if mischief == .isRepeated { _ = try await handler.undo(input, in: context) }
    return try await handler.undo(input, in: context)
  }
}

extension Rigged: IrreversibleTask where Handler: IrreversibleTask {}

extension Rigged: CleaningTask where Handler: CleaningTask {
  func cleanUp(_ input: Handler.Input, in context: TaskContext) async throws {
    try await handler.cleanUp(input, in: context)
    if mischief == .isRepeated { try await handler.cleanUp(input, in: context) }
  }
}

extension Overlord {
  /// Does mischief to kinds of tasks; `nil` for all of them.
  func rig(_ kinds: Set<TaskKind>?, _ mischief: Mischief) {
    let manager = snaps
    func reversible<H: TaskHandler>(_ handler: H) {
      guard kinds?.contains(H.kind) ?? true else { return }
      runner.register(TakingBack(Rigged(handler: handler, mischief: mischief)))
    }
    func irreversible<H: IrreversibleTask>(_ handler: H) {
      guard kinds?.contains(H.kind) ?? true else { return }
      runner.register(Rigged(handler: handler, mischief: mischief))
    }
    irreversible(Prerequisites(manager: manager))
    reversible(PrepareSnap(manager: manager))
    reversible(DownloadSnap(manager: manager))
    irreversible(ValidateSnap(manager: manager))
    reversible(SwitchSnap(manager: manager))
    reversible(SwitchSnapChannel(manager: manager))
    reversible(ToggleSnapFlags(manager: manager))
    irreversible(CheckRerefresh(manager: manager))
    reversible(MountSnap(manager: manager))
    reversible(StopSnapServices(manager: manager))
    reversible(UnlinkCurrentSnap(manager: manager))
    reversible(CopySnapData(manager: manager))
    reversible(SetupProfiles(manager: manager))
    reversible(LinkSnap(manager: manager))
    reversible(StartSnapServices(manager: manager))
    reversible(UnlinkSnap(manager: manager))
    reversible(RemoveProfiles(manager: manager))
    reversible(KillSnapApps(manager: manager))
    reversible(RunHook(manager: manager))
    reversible(SetAutoAliases(manager: manager))
    reversible(SetupAliases(manager: manager))
    reversible(RefreshAliases(manager: manager))
    reversible(PruneAutoAliases(manager: manager))
    reversible(RemoveAliases(manager: manager))
    reversible(AddAlias(manager: manager))
    reversible(RemoveAlias(manager: manager))
    reversible(DisableAliases(manager: manager))
    reversible(PreferAliases(manager: manager))
    let interfaces = interfaces
    reversible(ConnectTask(manager: interfaces))
    reversible(DisconnectTask(manager: interfaces))
    reversible(AutoConnect(manager: interfaces))
    reversible(AutoDisconnect(manager: interfaces))
    reversible(DiscardConnections(manager: interfaces))
    irreversible(ClearSnap(manager: manager))
    irreversible(DiscardSnap(manager: manager))
    irreversible(Cleanup(manager: manager))
    irreversible(ServiceControl(manager: manager))
  }
}
