import API
internal import ByteText
import Client
internal import Time

/// `snap changes`
enum ChangesCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "changes", summary: "List system changes",
      help: """
        The changes command lists what was done to the system lately and what is being done, oldest first, for all \
        snaps or for one. 'snap tasks <id>' shows a change's steps.
        """,
      options: .time, positionals: [.init("<snap>", .optional, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let name = arguments.positional(0)
    if let name, !name.isEmpty, name.allSatisfy({ ("0"..."9").contains($0) }) {
      throw Failure("'snap changes' command expects a snap name, try 'snap tasks \(name)'")
    }
    var query = [("select", "all")]
    if let name { query.insert(("for", name), at: 0) }
    let changes = try context.client.sync("GET", "/v2/changes", query: query, as: [ChangeJSON].self)
    if changes.isEmpty {
      throw Failure(name.map { "no changes of \(quoted($0)) found" } ?? "no changes found")
    }
    var table = TableWriter()
    table.line("ID", "Status", "Spawn", "Ready", "Summary")
    for change in changes.sorted(by: { ($0.spawnTime ?? .zero) < ($1.spawnTime ?? .zero) }) {
      table.line(
        change.id, change.status, context.text(change.spawnTime, arguments), context.text(change.readyTime, arguments),
        change.summary)
    }
    context.out.write(table.flush() + "\n")
  }
}

/// Which change a command is about: an id, or the latest of a type.
enum ChangeChoice {
  static var positional: Grammar.Positional { .init("<change-id>", .optional, values: .changes) }

  /// - Returns: the id; `nil` when there is none and `--last=<type>?` says that this is fine.
  static func id(_ arguments: Arguments, in context: Context) throws -> String? {
    let typed = arguments.positional(0)
    guard var type = arguments.value("last"), !type.isEmpty else {
      guard let typed else { throw Failure("please provide change ID or type with --last=<type>") }
      return typed
    }
    if typed != nil { throw Failure("cannot use change ID and type together") }
    let optional = type.hasSuffix("?")
    if optional { type.removeLast() }
    var kind = type
    if ["install", "remove", "refresh", "revert", "try", "connect", "disconnect", "configure", "enable", "disable"]
      .contains(type)
    {
      kind += "-snap"
    }
    let changes = try context.client.sync("GET", "/v2/changes", query: [("select", "all")], as: [ChangeJSON].self)
    let latest = changes.filter { $0.kind == kind }.max { ($0.spawnTime ?? .zero) < ($1.spawnTime ?? .zero) }
    if let latest { return latest.id }
    if optional { return nil }
    throw Failure(changes.isEmpty ? "no changes found" : "no changes of type \(quoted(type)) found")
  }

  static func fetch(_ id: String, in context: Context) throws -> ChangeJSON {
    try context.client.sync("GET", "/v2/changes/\(PercentCoding.encode(id))", as: ChangeJSON.self)
  }
}

/// `snap tasks`
enum TasksCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "tasks", aliases: ["change"], summary: "List a change's tasks",
      help: "The tasks command shows the steps of a change, how far each is, and what they logged.",
      options: .last + .time + [
        .value("format", choices: ["text", "json"], preset: "text", "Print a table, or the change as JSON")
      ],
      positionals: [ChangeChoice.positional])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let id = try ChangeChoice.id(arguments, in: context) else { return }
    let change = try ChangeChoice.fetch(id, in: context)
    if arguments.value("format") == "json" {
      context.out.line(String(decoding: try WireJSON.encode(change), as: UTF8.self))
      return
    }
    var table = TableWriter()
    table.line("Status", "Spawn", "Ready", "Summary")
    for task in change.tasks {
      var summary = task.summary
      if task.status == "Doing", let progress = task.progress, progress.total > 1 {
        let hundredths = Int((Double(progress.done) / Double(progress.total) * 10_000).rounded())
        summary += " (\(hundredths / 100).\(pad(Int64(hundredths % 100)))%)"
      }
      table.line(
        task.status, context.text(task.spawnTime, arguments), context.text(task.readyTime, arguments), summary)
    }
    context.out.write(table.flush())
    for task in change.tasks where !task.log.isEmpty {
      context.out.line("\n" + String(repeating: ".", count: 70))
      context.out.line(task.summary + "\n")
      for line in task.log { context.out.line(line) }
    }
    context.out.line()
  }
}

/// `snap abort`
enum AbortCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "abort", summary: "Abort a pending change",
      help: "The abort command stops a change that still has steps to do, and undoes those that were done.",
      options: .last, positionals: [ChangeChoice.positional])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let id = try ChangeChoice.id(arguments, in: context) else { return }
    _ = try context.client.sync(
      "POST", "/v2/changes/\(PercentCoding.encode(id))", body: ChangeInstruction(action: "abort"), as: ChangeJSON.self)
  }
}

/// `snap watch`
enum WatchCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "watch", summary: "Watch a change in progress",
      help:
        "The watch command waits for a change to end and shows its progress. Ctrl-C stops watching, not the change.",
      options: .last, positionals: [ChangeChoice.positional])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let id = try ChangeChoice.id(arguments, in: context) else { return }
    _ = try Waiting.wait(for: id, arguments, abortsOnInterrupt: false, in: context)
  }
}
