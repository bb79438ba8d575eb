internal import Snap

/// `snapctl version`: which version answers.
enum SnapctlVersion: SnapctlCommand {
  static let name = "version"
  static let summary = "Print version information"
  static let usage = ""
  static let isForEverybody = true

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    call.line("snapd   \(SystemVersion.current)")
    call.line("series  16")
  }
}
