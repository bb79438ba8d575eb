/// `snapctl reboot`: how the machine starts anew after the gadget has set it up.
enum SnapctlReboot: SnapctlCommand {
  static let name = "reboot"
  static let summary = "Control the reboot behavior of the system"
  static let usage = "--halt|--poweroff"
  static let options: [SnapctlOption] = [.flag("halt"), .flag("poweroff")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    _ = try call.context
    if arguments.has("halt") == arguments.has("poweroff") {
      throw SnapctlFailure(
        arguments.has("halt")
          ? "cannot specify both --halt and --poweroff" : "either --halt or --poweroff must be specified")
    }
    guard call.hook == "install-device" else {
      throw SnapctlFailure("cannot use reboot command outside of gadget install-device hook")
    }
    throw SnapctlFailure("cannot choose how to restart: this system is not installed by snapd")
  }
}
