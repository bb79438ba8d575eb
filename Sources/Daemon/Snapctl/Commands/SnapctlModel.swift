/// `snapctl model`: which model the machine is of. There is none before assertions are.
enum SnapctlModel: SnapctlCommand {
  static let name = "model"
  static let summary = "Get the active model for this device"
  static let usage = "[--assertion] [--json]"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.flag("assertion"), .flag("json")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    _ = try call.context
    throw SnapctlFailure("cannot get model assertion: this device has no model")
  }
}
