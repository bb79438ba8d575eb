internal import HTTP
internal import Overlord
internal import State

/// `snapctl is-ready`: whether a change has ended. 0: it has, and well; 1: not yet; 2: it failed.
enum SnapctlIsReady: SnapctlCommand {
  static let name = "is-ready"
  static let summary = "Query the status of a change"
  static let usage = "<change-id>"
  static let isForEverybody = true

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let id = try SnapctlChanges.id(try arguments.exactly("<change-id>")[0], call)
    let status = call.overlord.store.read { $0.status(of: id) }
    if status == .done { return }
    throw SnapctlExit(code: status.isReady ? 2 : 1)
  }
}
