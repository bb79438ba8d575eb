import API
import Client
internal import Time

/// `snap refresh`
enum RefreshCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "refresh", summary: "Refresh snaps in the system",
      help: """
        The refresh command brings snaps to the newest revision of the channel they follow: all of them, or those \
        named. With a channel, the snap follows that one from now on.

        Stores are not supported yet: a snap is refreshed by installing a file of its next revision over it.
        """,
      options: .color + .time + .wait + .channel + .mode + [
        .flag("amend", "Let a snap from a file be refreshed from the store"),
        .value("revision", "Refresh to this revision"),
        .value("cohort", "Refresh into this cohort"),
        .flag("leave-cohort", "Refresh out of the cohort"),
        .flag("list", "Show what a refresh would bring, and do nothing"),
        .flag("time", "Show when refreshes happen by themselves, and do nothing"),
        .flag("ignore-validation", "Ignore validation by other snaps"),
        .flag("ignore-running", "Ignore running hooks or programs that block the refresh", hidden: true),
        .value(
          "transaction", choices: ["per-snap", "all-snaps"], preset: "per-snap",
          "Undo a failed snap alone, or all of them"),
      ],
      positionals: [.init("<snap>", .any, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try Modes.check(arguments)
    if arguments.has("time") { return try showTimes(arguments, in: context) }
    if arguments.has("list") { throw Failure("refresh --list is not supported yet") }
    // The timer of old systems runs this; the daemon refreshes by itself.
    if context.environment("SNAP_REFRESH_FROM_TIMER") == "1" {
      context.out.line("Ignoring `snap refresh` from the systemd timer")
      return
    }
    let names = arguments.positionals
    if names.count != 1 {
      if Modes.anyMode(arguments) || Modes.channel(arguments) != nil || arguments.has("revision") {
        throw Failure("a single snap name is needed to specify mode or channel flags")
      }
      if arguments.has("ignore-validation") {
        throw Failure("a single snap name must be specified when ignoring validation")
      }
      if arguments.has("ignore-running") {
        throw Failure("a single snap name must be specified when ignoring running apps and hooks")
      }
      if arguments.has("amend") { throw Failure("a single snap name is needed to specify amend") }
    }
    var instruction = SnapInstruction(action: "refresh", snaps: names.count == 1 ? [] : names)
    Modes.apply(arguments, to: &instruction)
    instruction.amend = arguments.has("amend")
    instruction.leaveCohort = arguments.has("leave-cohort")
    if arguments.has("transaction") { instruction.transaction = arguments.value("transaction") ?? "" }
    let path = names.count == 1 ? "/v2/snaps/\(SnapdClient.escape(names[0]))" : "/v2/snaps"
    let id: String
    do throws(ClientError) {
      id = try context.client.async("POST", path, body: instruction)
    } catch {
      let request = DaemonMessage.Request(snap: names.count == 1 ? names[0] : "", operation: "refresh")
      context.err.line(try DaemonMessage.explain(error, request, in: context))
      return
    }
    guard let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    let refreshed = names.count == 1 ? names : Results.names(of: change)
    if refreshed.isEmpty {
      context.err.line("All snaps up to date.")
      return
    }
    try Results.show(refreshed, "refresh", arguments, in: context)
  }

  private static func showTimes(_ arguments: Arguments, in context: Context) throws {
    let info = try SystemInfo.fetch(in: context)
    guard let refresh = info.refresh else {
      throw Failure("automatic refreshes are not supported yet")
    }
    if !refresh.timer.isEmpty {
      context.out.line("timer: \(refresh.timer)")
    } else if !refresh.schedule.isEmpty {
      context.out.line("schedule: \(refresh.schedule)")
    } else {
      throw Failure("automatic refreshes are not supported yet")
    }
    func line(_ label: String, _ text: String, absent: String) {
      let shown = Timestamp(text).map { context.text($0, arguments) } ?? (text.isEmpty ? absent : text)
      context.out.line("\(label): \(shown)")
    }
    line("last", refresh.last, absent: "n/a")
    if !refresh.hold.isEmpty { line("hold", refresh.hold, absent: "") }
    line("next", refresh.next, absent: "n/a")
  }
}

/// The daemon's `/v2/system-info`.
enum SystemInfo {
  static func fetch(in context: Context) throws(ClientError) -> SystemInfoJSON {
    do throws(ClientError) {
      return try context.client.sync("GET", "/v2/system-info", as: SystemInfoJSON.self)
    } catch {
      throw error.prefixed("cannot obtain system details")
    }
  }
}
