import API
import Client
import Glibc

/// `snap get`
enum GetCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "get", summary: "Print configuration options",
      help: """
        The get command prints configuration options of a snap, or with "system" of the system itself.

        $ snap get snap-name username
        frank

        Several options come as a document, or as a list:

        $ snap get snap-name username password

        A dot goes one map deeper:

        $ snap get snap-name author.name
        """,
      options: [
        .flag("", short: "d", "Always return document, even with single key"),
        .flag("", short: "l", "Always return list, even with single key"),
        .flag("", short: "t", "Strict typing with nulls and quoted strings"),
        .value("default", "Show this value for an option that is not set"),
      ],
      positionals: [.init("<snap>", .one, values: .installedSnaps), .init("<key>", .any)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try run(arguments, in: context, inputIsTerminal: isatty(0) == 1)
  }

  static func run(_ arguments: Arguments, in context: Context, inputIsTerminal: Bool) throws {
    if arguments.has("d"), arguments.has("t") { throw Failure("cannot use -d and -t together") }
    if arguments.has("d"), arguments.has("l") { throw Failure("cannot use -d and -l together") }
    if arguments.has("l"), arguments.has("t") { throw Failure("cannot use -l and -t together") }
    let snap = arguments.positional(0) ?? ""
    let keys = Array(arguments.positionals.dropFirst())
    let values: [String: JSONValue]
    do {
      values = try ConfigurationRequest.get(snap, keys, in: context)
    } catch let error as ClientError {
      guard error.kind == .configNoSuchOption, keys.count == 1, let preset = arguments.value("default") else {
        throw error
      }
      values = [keys[0]: (try? JSONValue(parsing: preset)) ?? .string(preset)]
    }
    if arguments.has("d") { return context.out.line(JSONValue.object(values).prettyText) }
    if keys.isEmpty, values.isEmpty { throw Failure("snap \(quoted(snap)) has no configuration") }
    if arguments.has("l") { return writeList(values, isRoot: keys.isEmpty, in: context) }
    var shown = JSONValue.object(values)
    if keys.count == 1, let value = values[keys[0]] {
      if case .object = value {} else { shown = value }
    }
    switch shown {
    case .object:
      if inputIsTerminal { return writeList(values, isRoot: keys.isEmpty, in: context) }
      context.err.write(
        "WARNING: The output of 'snap get' will become a list with columns - use -d or -l to force the output format.\n"
      )
      context.out.line(shown.prettyText)
    case .string(let text) where !arguments.has("t"): context.out.line(text)
    case .null where !arguments.has("t"): context.out.line("")
    default: context.out.line(shown.prettyText)
    }
  }

  /// `Key Value`: the whole configuration by its first names, what was asked for one map deeper.
  private static func writeList(_ values: [String: JSONValue], isRoot: Bool, in context: Context) {
    var rows: [(key: String, value: String)] = []
    for (key, value) in values {
      guard !isRoot, case .object(let members) = value else {
        rows.append((key, text(value)))
        continue
      }
      for (name, inner) in members { rows.append(("\(key).\(name)", text(inner))) }
    }
    var table = TableWriter()
    table.line("Key", "Value")
    for row in rows.sorted(by: { $0.key < $1.key }) { table.line(row.key, row.value) }
    context.out.write(table.flush())
  }

  /// A value in a list, as Go prints it.
  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .object: "{...}"
    case .array(let elements): "[" + elements.map(inner).joined(separator: " ") + "]"
    default: inner(value)
    }
  }

  private static func inner(_ value: JSONValue) -> String {
    switch value {
    case .null: "<nil>"
    case .string(let text): text
    case .array(let elements): "[" + elements.map(inner).joined(separator: " ") + "]"
    case .object(let members):
      "map[" + members.sorted { $0.key < $1.key }.map { "\($0):\(inner($1))" }.joined(separator: " ") + "]"
    default: value.text
    }
  }
}

/// Configuration as the daemon's API has it. Numbers go through no decoder, so that they stay as they were given.
enum ConfigurationRequest {
  private static func path(_ snap: String) throws(Failure) -> String { "\(try SnapPath.of(snap))/conf" }

  /// What the options are; of no options, all.
  static func get(_ snap: String, _ keys: [String], in context: Context) throws -> [String: JSONValue] {
    let query = keys.isEmpty ? [] : [("keys", keys.joined(separator: ","))]
    let path = try path(snap)
    let answer = try telling { () throws(ClientError) in try context.client.exact("GET", path, query: query) }
    guard case .object(let values) = answer else {
      throw Failure("cannot read configuration of snap \(quoted(snap)): the daemon's answer is no map")
    }
    return values
  }

  /// Starts changing options; null takes one away.
  ///
  /// - Returns: the change's id.
  static func set(_ snap: String, _ patch: [String: JSONValue], in context: Context) throws -> String {
    let path = try path(snap)
    return try telling { () throws(ClientError) in
      try context.client.async("PUT", path, content: JSONValue.object(patch).bytes)
    }
  }

  /// A snap that is not there is not installed: nothing else was looked for.
  private static func telling<T>(_ body: () throws(ClientError) -> T) throws -> T {
    do throws(ClientError) { return try body() } catch {
      if error.kind == .snapNotFound { throw Failure(error.message) }
      throw error
    }
  }
}
