internal import Overlord
internal import SnapManager

/// `snapctl stop`: stops services of the snap.
enum SnapctlStop: SnapctlCommand {
  static let name = "stop"
  static let summary = "Stop services"
  static let usage = "[--disable] [--system|--user|--users=all] <service>..."
  static let options = [.flag("disable")] + SnapctlServiceControl.scope

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    try await SnapctlServiceControl.run(.stop, arguments, in: &call, disables: arguments.has("disable"))
  }
}
