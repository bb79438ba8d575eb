import API
import Client
internal import Time

/// `snap logs`
enum LogsCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "logs", summary: "Retrieve logs for services",
      help: "The logs command shows what services wrote: those named, or all of the snaps named.",
      options: .time + [
        .value("", short: "n", label: "<number>", preset: "10", "How many lines to show, or \"all\""),
        .flag("", short: "f", "Wait for what is written from now on, and show it"),
      ],
      positionals: ServiceControlling.positionals)
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var query = [("names", arguments.positionals.joined(separator: ","))]
    let lines = arguments.value("n") ?? "10"
    if lines == "all" {
      query.append(("n", "-1"))
    } else {
      guard let count = Int32(lines), count >= 0 else {
        throw Failure(
          "invalid argument for flag ‘-n’: expected a non-negative integer argument, or “all”.")
      }
      query.append(("n", "\(count)"))
    }
    if arguments.has("f") { query.append(("follow", "true")) }
    try context.client.sequence("/v2/logs", query: query, of: LogJSON.self) { entry in
      context.out.line("\(time(entry.timestamp, arguments, context)) \(entry.sid)[\(entry.pid)]: \(entry.message)")
      context.out.flush()
    }
  }

  /// RFC 3339, of the local time or, with `--abs-time`, of UTC.
  private static func time(_ time: Timestamp, _ arguments: Arguments, _ context: Context) -> String {
    let offset = arguments.has("abs-time") ? 0 : context.times.zone(time).offset
    return Timestamp(seconds: time.seconds, zoneOffset: Int32(offset)).wholeSeconds
  }
}
