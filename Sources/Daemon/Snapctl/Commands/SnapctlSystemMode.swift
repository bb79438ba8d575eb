/// `snapctl system-mode`: that the machine runs, and was not started to be installed or recovered.
enum SnapctlSystemMode: SnapctlCommand {
  static let name = "system-mode"
  static let summary = "Get the current system mode and associated details"
  static let usage = ""
  static let isForEverybody = true

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    _ = try call.context
    call.line("system-mode: run")
    call.line("seed-loaded: true")
  }
}
