/// `snap run`: declared here for help and completion. The program `snap` (module `Running`) does it by itself.
enum RunCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "run", summary: "Run the given snap command",
      help: """
        The run command runs an app of a snap in its sandbox. Arguments after the app's name, its input, output, \
        signals and exit code are passed through untouched.
        """,
      options: [
        .value("command", "Run this command of a service (stop, reload, post-stop) instead", hidden: true),
        .value("hook", "Run this hook instead of an app", hidden: true),
        .value("revision", short: "r", "Use this revision of the snap (only with --hook)", hidden: true),
        .flag("shell", "Run a shell where the app would run"),
      ],
      positionals: [.init("<app name>", .one, values: .installedSnaps)], stopsAtFirstPositional: true)
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    throw Failure("cannot run \(quoted(arguments.positional(0) ?? "")): this program cannot run apps", exitCode: 46)
  }
}
