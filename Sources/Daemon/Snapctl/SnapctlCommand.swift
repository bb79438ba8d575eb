internal import ByteText

/// One subcommand of `snapctl` (`spec/features.md` §2). One file each in `Commands`, listed in
/// ``SnapctlCatalogue/commands``.
protocol SnapctlCommand: Sendable {
  /// What is typed.
  static var name: String { get }
  /// One line for `snapctl -h`.
  static var summary: String { get }
  /// What follows the name, for `snapctl NAME -h`.
  static var usage: String { get }
  static var options: [SnapctlOption] { get }
  /// Whether an ordinary user may call it; the others are root's.
  static var isForEverybody: Bool { get }
  /// Whether `snapctl -h` leaves it out.
  static var isHidden: Bool { get }
  /// Does it, and writes what it has to say into the call.
  ///
  /// - Throws: ``SnapctlExit`` for a status that is an answer; anything with a sentence as description.
  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws
}

extension SnapctlCommand {
  static var options: [SnapctlOption] { [] }
  static var isForEverybody: Bool { false }
  static var isHidden: Bool { false }
}

/// The subcommands that there are.
enum SnapctlCatalogue {
  static let commands: [any SnapctlCommand.Type] = [
    SnapctlChange.self, SnapctlFail.self, SnapctlGet.self, SnapctlInstall.self, SnapctlIsConnected.self,
    SnapctlIsReady.self, SnapctlKmod.self, SnapctlModel.self, SnapctlMount.self, SnapctlReboot.self,
    SnapctlRefresh.self, SnapctlRemove.self, SnapctlRestart.self, SnapctlServices.self, SnapctlSet.self,
    SnapctlSetHealth.self, SnapctlStart.self, SnapctlStop.self, SnapctlSystemMode.self,
    SnapctlTasks.self, SnapctlUmount.self, SnapctlUnset.self, SnapctlVersion.self,
  ]

  static func command(named name: String) -> (any SnapctlCommand.Type)? { commands.first { $0.name == name } }

  /// What `snapctl -h` prints.
  static var help: String {
    var text = "Usage:\n  snapctl [OPTIONS] <command>\n\n"
    text += "The snapctl command allows snaps to communicate with the snap daemon.\n\nAvailable commands:\n"
    let shown = commands.filter { !$0.isHidden }
    let width = (shown.map { $0.name.utf8.count }.max() ?? 0) + 2
    for command in shown {
      let gap = String(repeating: " ", count: width - command.name.utf8.count)
      text += "  \(command.name)\(gap)\(command.summary)\n"
    }
    return text
  }

  static func help(of command: any SnapctlCommand.Type) -> String {
    var text = "Usage:\n  snapctl \(command.name) \(command.usage)\n\n\(command.summary)\n"
    if !command.options.isEmpty { text += "\nOptions:\n" }
    for option in command.options { text += "  \(option.display)\n" }
    return text
  }
}

/// A status that is an answer, not a failure: the reference's `unsuccessful`.
struct SnapctlExit: Error, CustomStringConvertible {
  var code: Int
  var description: String { "unsuccessful with exit code: \(code)" }
}

/// Why a call is refused, in one sentence.
struct SnapctlFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
