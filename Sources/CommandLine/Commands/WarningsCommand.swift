import API
import Client

/// `snap warnings`
enum WarningsCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "warnings", summary: "List warnings",
      help: """
        The warnings command shows what the system has to say that nobody asked for. Once they are listed, \
        'snap okay' acknowledges them; those that still hold come back after a while.
        """,
      options: .time + .unicode + [
        .flag("all", "Show acknowledged warnings as well"), .flag("verbose", "Show more about each"),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let now = context.times.now()
    let query = arguments.has("all") ? [("select", "all")] : []
    let warnings = try context.client.sync("GET", "/v2/warnings", query: query, as: [WarningJSON].self)
    if warnings.isEmpty {
      context.out.line(WarningsSeen.read(in: context) == nil ? "No warnings." : "No further warnings.")
      return
    }
    try WarningsSeen.write(now, in: context)
    let dash = context.escapes(arguments).dash
    for (index, warning) in warnings.enumerated() {
      if index > 0 { context.out.line("---") }
      var table = TableWriter()
      if arguments.has("verbose") { table.line("first-occurrence:", context.text(warning.firstAdded, arguments)) }
      table.line("last-occurrence:", context.text(warning.lastAdded, arguments))
      if arguments.has("verbose") {
        table.line("acknowledged:", warning.lastShown.map { context.text($0, arguments) } ?? dash)
        table.line("repeats-after:", duration(warning.repeatAfter))
        table.line("expires-after:", duration(warning.expireAfter))
      }
      table.line("warning: |")
      context.out.write(table.flush())
      context.out.write(Wrapping.wrap(warning.message, indent: "  ", width: min(context.columns, 100)))
    }
  }

  /// Go's `672h0m0s` in days and hours.
  static func duration(_ text: String) -> String {
    guard let end = text.firstIndex(of: "h"), let hours = Int(text[..<end]) else { return text.isEmpty ? "-" : text }
    if hours >= 48 || hours == 24 { return hours % 24 == 0 ? "\(hours / 24)d" : "\(hours / 24)d\(hours % 24)h" }
    return "\(hours)h"
  }
}

/// `snap okay`
enum OkayCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "okay", summary: "Acknowledge warnings",
      help:
        "The okay command acknowledges the warnings that the warnings command listed last. They are not shown again "
        + "until they are repeated.")
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let seen = WarningsSeen.read(in: context) else {
      throw Failure("you must have looked at the warnings before acknowledging them. Try 'snap warnings'.")
    }
    _ = try context.client.sync(
      "POST", "/v2/warnings", body: WarningsInstruction(action: "okay", timestamp: seen), as: JSONValue.self)
  }
}
