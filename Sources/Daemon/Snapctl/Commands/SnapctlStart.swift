internal import Overlord
internal import SnapManager

/// `snapctl start`: starts services of the snap.
enum SnapctlStart: SnapctlCommand {
  static let name = "start"
  static let summary = "Start services"
  static let usage = "[--enable] [--system|--user|--users=all] <service>..."
  static let options = [.flag("enable")] + SnapctlServiceControl.scope

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    try await SnapctlServiceControl.run(.start, arguments, in: &call, enables: arguments.has("enable"))
  }
}
