/// `snapctl fail`: the hook refuses a change of a confdb view.
enum SnapctlFail: SnapctlCommand {
  static let name = "fail"
  static let summary = "Fail a confdb change"
  static let usage = ":<plug> <rejection-reason>"
  static let isHidden = true

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    _ = try call.context
    throw SnapctlFailure("cannot use \"snapctl fail\" outside of a \"change-view\" hook")
  }
}
