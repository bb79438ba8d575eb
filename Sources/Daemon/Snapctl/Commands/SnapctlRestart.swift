internal import Overlord
internal import SnapManager

/// `snapctl restart`: stops and starts services of the snap, or has them read their configuration again.
enum SnapctlRestart: SnapctlCommand {
  static let name = "restart"
  static let summary = "Restart services"
  static let usage = "[--reload] [--system|--user|--users=all] <service>..."
  static let options = [.flag("reload")] + SnapctlServiceControl.scope

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    try await SnapctlServiceControl.run(arguments.has("reload") ? .reload : .restart, arguments, in: &call)
  }
}
