/// `snap run`: declared here for help and completion. The program `snap` (module `Running`) does it by itself, but for
/// `--explain` and `--timer`.
enum RunCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "run", summary: "Run the given snap command",
      help: """
        The run command runs an app of a snap in its sandbox. Arguments after the app's name, its input, output, \
        signals and exit code are passed through untouched.

        With --explain the app is watched while it runs, which makes it slower. At its end, what its confinement \
        refused it is told on standard error, with the plug that would grant it.
        """,
      options: [
        .value("command", "Run this command of a service (stop, reload, post-stop) instead", hidden: true),
        .value("hook", "Run this hook instead of an app", hidden: true),
        .value("revision", short: "r", "Use this revision of the snap (only with --hook)", hidden: true),
        .value("timer", "Run only within this schedule, as a timer's service", hidden: true),
        .flag("shell", "Run a shell where the app would run"),
        .init(
          long: "strace", kind: .optionalValue(label: "options"),
          help: "Run it with strace attached, with these options for it"),
        .init(
          long: "gdbserver", kind: .optionalValue(label: "address"),
          help: "Run it with gdbserver attached, listening at this address"),
        .flag("debug-log", "Tell what is done before the app begins"),
        .flag("explain", "Tell at the end what was refused, and what would grant it"),
      ],
      positionals: [.init("<app name>", .one, values: .installedSnaps), .init("<argument>", .any)],
      stopsAtFirstPositional: true)
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    if let timer = arguments.value("timer") { return try TimedRun.run(timer, arguments, in: context) }
    for (option, tool) in [
      ("strace", AttachedRun.Tool.strace(options: arguments.value("strace") ?? "")),
      ("gdbserver", .gdbserver(address: arguments.value("gdbserver").flatMap { $0.isEmpty ? nil : $0 } ?? ":0")),
    ] where arguments.has(option) {
      guard !arguments.has("explain") else { throw Failure("cannot use --\(option) with --explain") }
      var words = arguments.has("shell") ? ["--shell"] : []
      words += ["command", "hook"].compactMap { name in arguments.value(name).map { "--\(name)=\($0)" } }
      try AttachedRun(words: words + ["--"] + arguments.positionals, tool: tool, context: context).run()
      return
    }
    if arguments.has("explain"), let app = arguments.positional(0) {
      guard !arguments.has("hook"), !arguments.has("command") else {
        throw Failure("cannot use --explain with --hook or --command: only apps are explained")
      }
      let words = (arguments.has("shell") ? ["--shell"] : []) + ["--"] + arguments.positionals
      try ExplainedRun(words: words, app: app, context: context).run()
      return
    }
    throw Failure("cannot run \(quoted(arguments.positional(0) ?? "")): this program cannot run apps", exitCode: 46)
  }
}
