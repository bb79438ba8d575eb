import API
import Client
import Glibc

/// `snap debug`
enum DebugCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "debug", hidden: true, summary: "Run debug commands",
      help: "The debug commands show what the system is made of. Their output may change at any time.",
      children: [
        DebugActivateCommand.self, DebugAPICommand.self, DebugCompletionCommand.self, DebugConfinementCommand.self,
        DebugEnsureCommand.self,
        DebugPathsCommand.self, DebugSandboxFeaturesCommand.self, DebugStateCommand.self, DebugTimingsCommand.self,
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {}
}

/// `snap debug confinement`
enum DebugConfinementCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "confinement", summary: "Print the confinement mode the system operates in",
      help: """
        The confinement command prints whether this system confines snaps fully (strict), in part (partial) or not at \
        all (none).

        With --prove it makes a sandbox with the default permissions, attacks it from within in every way that is \
        known, prints a line for each attack, and takes everything away again. It ends with 0 only if no attack got \
        through. Only root can do this; the daemon need not run.
        """,
      options: [.flag("prove", "Attack a sandbox, and print what became of each attack")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    if arguments.has("prove") { return try prove(in: context) }
    context.out.line(try SystemInfo.fetch(in: context).confinement)
  }

  /// Becomes `snapd --prove`, which can make plans; this program cannot.
  private static func prove(in context: Context) throws {
    guard context.userID == 0 else { throw Failure("cannot prove confinement: not root") }
    let program = Helper.directory(in: context) + "/snapd"
    let words = [program, "--prove"] + (context.root.isEmpty ? [] : ["--root", context.root])
    var pointers = words.map { strdup($0) } + [nil]
    context.out.flush()
    execv(program, &pointers)
    let error = errno
    for pointer in pointers { free(pointer) }
    throw Failure("cannot run \(program): \(String(cString: strerror(error)))")
  }
}

/// `snap debug sandbox-features`
enum DebugSandboxFeaturesCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "sandbox-features", summary: "Print sandbox features available on the system",
      help: "The sandbox-features command prints what this system can enforce, a line for each backend.",
      options: [.value("required", label: "", "Fail unless this backend:feature is there; may be repeated")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let features = try SystemInfo.fetch(in: context).sandboxFeatures
    if arguments.has("required") {
      let available = Set(features.flatMap { backend, list in list.map { "\(backend):\($0)" } })
      for wanted in arguments.all("required") where !available.contains(wanted) {
        throw Failure("sandbox feature not available: \(quoted(wanted))")
      }
      return
    }
    var table = TableWriter()
    for (backend, list) in features.sorted(by: { $0.key < $1.key }) {
      table.line("\(backend):", list.isEmpty ? "-" : list.joined(separator: " "))
    }
    context.out.write(table.flush())
  }
}

/// `snap debug paths`
enum DebugPathsCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "paths", summary: "Print system paths",
      help: "The paths command prints where snaps, their commands and the system's programs are, as shell assignments.")
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let locations = (try? SystemInfo.fetch(in: context))?.locations
    context.out.line("SNAPD_MOUNT=\(locations?.snapMountDir ?? "/snap")")
    context.out.line("SNAPD_BIN=\(locations?.snapBinDir ?? "/snap/bin")")
    context.out.line("SNAPD_LIBEXEC=\(Helper.directory(in: context))")
  }
}

/// `snap debug ensure-state-soon`
enum DebugEnsureCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "ensure-state-soon", hidden: true, summary: "Trigger an ensure run in the state engine",
      help: "The ensure-state-soon command makes the daemon look at once whether there is something to do.")
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    _ = try context.client.sync(
      "POST", "/v2/debug", body: DebugInstruction(action: "ensure-state-soon"), as: JSONValue.self)
  }
}

/// `snap debug api`
enum DebugAPICommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "api", summary: "Execute a raw query to the snapd API",
      help: """
        The api command sends one request to the daemon and prints the answer's body. With a method other than GET, \
        the request's body is read from standard input.
        """,
      options: [
        .value("header", short: "H", label: "", "Add this header, 'Name: value'; may be repeated"),
        .value("request", short: "X", label: "", preset: "GET", "Use this method"),
        .flag("fail", "Print nothing and fail when the daemon answers with an error"),
      ],
      positionals: [.init("<path>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let method = arguments.value("request") ?? "GET"
    guard ["GET", "POST", "PUT", "DELETE"].contains(method) else {
      throw Failure("unsupported method \(quoted(method))")
    }
    let path = arguments.positionals[0]
    guard path.hasPrefix("/") else { throw Failure("path \(quoted(path)) does not start with \"/\"") }
    guard !(path + arguments.all("header").joined()).utf8.contains(where: { $0 < 33 && $0 != 32 }), !path.contains(" ")
    else { throw Failure("cannot send control characters or spaces in path \(quoted(path)) or headers") }
    var headers: [(String, String)] = []
    for header in arguments.all("header") {
      let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Failure("cannot parse header \(quoted(header))") }
      headers.append((String(parts[0]), String(parts[1].drop { $0 == " " })))
    }
    var body: [UInt8] = []
    if method != "GET" {
      guard let input = SmallFile.read("/dev/stdin", limit: 64 << 20) else {
        throw Failure("cannot read the request's body from standard input")
      }
      body = input
    }
    let answer = try context.client.raw(method, path, headers: headers, body: body)
    if answer.status >= 400, arguments.has("fail") {
      throw Failure("request failed with status code \(answer.status)")
    }
    context.out.line(String(decoding: answer.body, as: UTF8.self))
  }
}

/// `snap debug timings`
enum DebugTimingsCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "timings", summary: "Get the timings of the tasks of a change",
      help: "The timings command shows how long the steps of a change took.",
      options: .last, positionals: [ChangeChoice.positional])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let id = try ChangeChoice.id(arguments, in: context) else { return }
    let change = try ChangeChoice.fetch(id, in: context)
    var table = TableWriter()
    table.line("ID", "Status", "Doing", "Undoing", "Summary")
    // What the daemon measured is exact; without it, the times at which tasks became ready bound it from above.
    let timings = try? context.client.sync(
      "GET", "/v2/debug", query: [("aspect", "change-timings"), ("change-id", id)], as: JSONValue.self)
    for task in change.tasks {
      let measured = Self.timings(timings, of: task.id)
      table.line(
        task.id, task.status, text(measured?["doing-time"]?.integer), text(measured?["undoing-time"]?.integer),
        task.summary)
    }
    context.out.write(table.flush())
  }

  private static func timings(_ timings: JSONValue?, of task: String) -> JSONValue? {
    let entries = timings?.array ?? [timings].compactMap { $0 }
    return entries.lazy.compactMap { $0["change-timings"]?[task] ?? $0[task] }.first
  }

  /// Nanoseconds in milliseconds.
  private static func text(_ nanoseconds: Int64?) -> String {
    guard let nanoseconds, nanoseconds > 0 else { return "-" }
    return "\(nanoseconds / 1_000_000)ms"
  }
}

/// `snap debug state`
enum DebugStateCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "state", summary: "Inspect the state of the system",
      help: """
        The state command shows the daemon's changes, or the tasks of one of them. The daemon must be running: the \
        state is its own.
        """,
      options: .time + [
        .flag("changes", "List all changes"), .value("change", label: "", "List the tasks of this change"),
        .value("task", label: "", "Show this task"),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let changes = try context.client.sync("GET", "/v2/changes", query: [("select", "all")], as: [ChangeJSON].self)
    if let id = arguments.value("task") {
      guard let task = changes.flatMap(\.tasks).first(where: { $0.id == id }) else {
        throw Failure("no such task: \(id)")
      }
      context.out.line("id: \(task.id)\nkind: \(task.kind)\nsummary: \(task.summary)\nstatus: \(task.status)")
      if !task.log.isEmpty {
        context.out.line("log: |")
        for line in task.log { context.out.line("  " + line) }
      }
      return
    }
    var table = TableWriter()
    if let id = arguments.value("change") {
      guard let change = changes.first(where: { $0.id == id }) else { throw Failure("no such change: \(id)") }
      table.line("ID", "Status", "Spawn", "Ready", "Kind", "Summary")
      for task in change.tasks {
        table.line(
          task.id, task.status, context.text(task.spawnTime, arguments), context.text(task.readyTime, arguments),
          task.kind, task.summary)
      }
    } else {
      table.line("ID", "Status", "Spawn", "Ready", "Label", "Summary")
      for change in changes.sorted(by: { (Int($0.id) ?? 0) < (Int($1.id) ?? 0) }) {
        table.line(
          change.id, change.status, context.text(change.spawnTime, arguments),
          context.text(change.readyTime, arguments), change.kind, change.summary)
      }
    }
    context.out.write(table.flush())
  }
}

/// `snap debug completion`
enum DebugCompletionCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "completion", hidden: true, summary: "Print the completion script of a shell",
      help: "The completion command prints what makes bash or zsh complete snap's commands and options.",
      positionals: [.init("<shell>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    switch arguments.positionals[0] {
    case "bash": context.out.write(Completion.bash())
    case "zsh": context.out.write(Completion.zsh())
    case let other: throw Failure("cannot complete for shell \(quoted(other)), only for bash and zsh")
    }
  }
}
