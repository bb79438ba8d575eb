import API
import Client

/// What `start`, `stop` and `restart` share: services, scopes, one change.
enum ServiceControlling {
  /// Which services are meant, beyond their names (`spec/features.md` §1, "scope").
  static let scope: [Grammar.Option] = [
    .flag("system", "Only services of the system"),
    .flag("user", "Only services of the current user's session"),
    .value("users", "With \"all\", the services of the sessions of all users"),
  ]

  static let positionals = [Grammar.Positional("<service>", .atLeastOne, values: .installedSnaps)]

  /// Sends the instruction and waits for its change.
  static func perform(
    _ action: String, _ arguments: Arguments, said: String, in context: Context,
    _ fill: (inout AppInstruction) -> Void
  ) throws {
    let (isSystem, isUser, users) = (arguments.has("system"), arguments.has("user"), arguments.value("users") ?? "")
    if !users.isEmpty, users != "all" { throw Failure("only \"all\" is supported as a value for --users") }
    if isSystem, isUser { throw Failure("--system and --user cannot be used in conjunction with each other") }
    if isUser, !users.isEmpty { throw Failure("--user and --users cannot be used in conjunction with each other") }
    var instruction = AppInstruction(action: action, names: arguments.positionals)
    if isUser || !users.isEmpty { instruction.scope.append("user") }
    if isSystem { instruction.scope.append("system") }
    // Both are every scope, as none is.
    if instruction.scope.count > 1 { instruction.scope = [] }
    instruction.users = isUser ? "self" : users.isEmpty ? nil : .string(users)
    fill(&instruction)
    let change = try context.client.async("POST", "/v2/apps", body: instruction)
    if try Waiting.wait(for: change, arguments, in: context) != nil { context.out.line(said) }
  }
}

/// `snap start`
enum StartCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "start", summary: "Start services",
      help: """
        The start command starts services: those named, or all of the snaps named. With --enable they also start \
        with the system from now on.
        """,
      options: .wait + ServiceControlling.scope
        + [.flag("enable", "Also have the services start with the system")],
      positionals: ServiceControlling.positionals)
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try ServiceControlling.perform("start", arguments, said: "Started.", in: context) {
      $0.enable = arguments.has("enable")
    }
  }
}

/// `snap stop`
enum StopCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "stop", summary: "Stop services",
      help: """
        The stop command stops services: those named, or all of the snaps named. With --disable they don't start with \
        the system any more, nor when their snap is refreshed.
        """,
      options: .wait + ServiceControlling.scope
        + [.flag("disable", "Also keep the services from starting with the system")],
      positionals: ServiceControlling.positionals)
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try ServiceControlling.perform("stop", arguments, said: "Stopped.", in: context) {
      $0.disable = arguments.has("disable")
    }
  }
}

/// `snap restart`
enum RestartCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "restart", summary: "Restart services",
      help: """
        The restart command restarts services that run: those named, or all of the snaps named. One that is named \
        and does not run is started. With --reload, a service that can read its configuration again does that instead.
        """,
      options: .wait + ServiceControlling.scope
        + [.flag("reload", "Have services that can do so read their configuration again instead")],
      positionals: ServiceControlling.positionals)
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try ServiceControlling.perform("restart", arguments, said: "Restarted.", in: context) {
      $0.reload = arguments.has("reload")
    }
  }
}
