import API
import Client

/// What `revert`, `enable` and `disable` share: one snap, one instruction, one change.
enum SingleSnap {
  static func perform(_ instruction: SnapInstruction, _ arguments: Arguments, in context: Context) throws -> ChangeJSON?
  {
    let name = arguments.positional(0) ?? ""
    let path = try SnapPath.of(name)
    let id: String
    do throws(ClientError) {
      id = try context.client.async("POST", path, body: instruction)
    } catch {
      let request = DaemonMessage.Request(snap: name, operation: instruction.action)
      context.err.line(try DaemonMessage.explain(error, request, in: context))
      return nil
    }
    return try Waiting.wait(for: id, arguments, in: context)
  }
}

/// `snap revert`
enum RevertCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "revert", summary: "Reverts the given snap to the previous state",
      help: """
        The revert command brings a snap back to the revision it had before the last refresh, or to another one that \
        is still installed. Its data comes back as well, as that revision left it. Data that all revisions share is \
        not touched.
        """,
      options: .wait + .mode + [
        .value("revision", "Revert to this revision"),
        .flag("ignore-running", "Ignore running hooks or programs that block the revert", hidden: true),
      ],
      positionals: [.init("<snap>", .one, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try Modes.check(arguments, in: context)
    var instruction = SnapInstruction(action: "revert")
    Modes.apply(arguments, channel: "", to: &instruction)
    guard try SingleSnap.perform(instruction, arguments, in: context) != nil else { return }
    try Results.show(arguments.positionals, "revert", arguments, in: context)
  }
}

/// `snap enable`
enum EnableCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "enable", summary: "Enable a snap in the system",
      help: "The enable command enables a snap that was disabled: its apps can be run and its services start again.",
      options: .wait, positionals: [.init("<snap>", .one, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard try SingleSnap.perform(SnapInstruction(action: "enable"), arguments, in: context) != nil else { return }
    context.out.line("\(arguments.positionals[0]) enabled")
  }
}

/// `snap disable`
enum DisableCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "disable", summary: "Disable a snap in the system",
      help: """
        The disable command disables a snap: its services stop and its apps are gone from the system, but the snap \
        and its data stay installed.
        """,
      options: .wait, positionals: [.init("<snap>", .one, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard try SingleSnap.perform(SnapInstruction(action: "disable"), arguments, in: context) != nil else { return }
    context.out.line("\(arguments.positionals[0]) disabled")
  }
}
