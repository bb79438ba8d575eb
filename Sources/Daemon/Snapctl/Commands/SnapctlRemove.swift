/// `snapctl remove`: components of the calling snap.
enum SnapctlRemove: SnapctlCommand {
  static let name = "remove"
  static let summary = "Remove components of the snap"
  static let usage = "[--no-wait] +<component>..."
  static let options: [SnapctlOption] = [.flag("no-wait")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    _ = try call.context
    try SnapctlComponents.check(arguments.positionals)
    throw SnapctlFailure("cannot remove components: components are not supported yet")
  }
}
