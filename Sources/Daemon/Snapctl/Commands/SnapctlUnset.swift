internal import ConfigurationManager
internal import JSONValues
internal import Overlord

/// `snapctl unset`: takes options away.
enum SnapctlUnset: SnapctlCommand {
  static let name = "unset"
  static let summary = "Remove configuration options"
  static let usage = "<key>..."
  static let options: [SnapctlOption] = [.flag("view")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    guard !arguments.positionals.isEmpty else { throw SnapctlFailure("unset which option?") }
    let context = try call.context
    if arguments.has("view") { throw SnapctlFailure("cannot use --view: confdb views are not supported yet") }
    try context.update { session in
      for key in arguments.positionals { try session.configuration.set(key, to: .null) }
    }
  }
}
