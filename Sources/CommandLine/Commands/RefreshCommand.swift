import API
import Client

/// `snap refresh`
enum RefreshCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "refresh", summary: "Refresh snaps in the system",
      help: """
        The refresh command brings snaps to the newest revision of the channel they follow: all of them, or those \
        named. With a channel, the snap follows that one from now on.

        With --hold, refreshes do not happen by themselves for a time (24h, say) or, without one, for good; of the \
        snaps named, not with 'snap refresh' for all either. With --list, what a refresh would bring is only shown; \
        with --list --explain also what would be downloaded, which permissions it would gain, whether it comes from \
        somebody else, and why it waits.

        A snap from a file is refreshed by installing a file of its next revision over it, or with --amend from a \
        store.
        """,
      options: .color + .time + .wait + .channel + .mode + [
        .flag("amend", "Let a snap from a file be refreshed from the store"),
        .value("revision", "Refresh to this revision"),
        .value("cohort", "Refresh into this cohort"),
        .flag("leave-cohort", "Refresh out of the cohort"),
        .flag("list", "Show what a refresh would bring, and do nothing"),
        .flag("explain", "With --list: say what each update would change, and why it waits"),
        .flag("time", "Show when refreshes happen by themselves, and do nothing"),
        .flag("tracking", "Show which channels the snaps follow, and do nothing"),
        .flag("ignore-validation", "Ignore validation by other snaps"),
        .flag("ignore-running", "Ignore running hooks or programs that block the refresh", hidden: true),
        .value(
          "transaction", choices: ["per-snap", "all-snaps"], preset: "per-snap",
          "Undo a failed snap alone, or all of them"),
        .init(
          long: "hold", kind: .optionalValue(label: "<duration>"),
          help: "Hold refreshes for a duration, or forever"),
        .flag("unhold", "Remove a hold"),
      ],
      positionals: [.init("<snap>", .any, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let channel = try Modes.check(arguments, in: context)
    let asks = Modes.anyMode(arguments) || !channel.isEmpty
    let names = arguments.positionals
    if arguments.has("time") {
      if asks { throw Failure("--time does not take mode or channel flags") }
      return try RefreshTimes.show(arguments, in: context)
    }
    if arguments.has("explain"), !arguments.has("list") { throw Failure("--explain can only be used with --list") }
    if arguments.has("list") {
      if asks || !names.isEmpty { throw Failure("--list does not accept additional arguments") }
      return try RefreshListing.show(arguments, in: context)
    }
    if arguments.has("tracking") {
      if asks { throw Failure("--tracking does not take mode or channel flags") }
      return try RefreshListing.showTracking(names, in: context)
    }
    if arguments.has("hold") || arguments.has("unhold") {
      return try RefreshHolds.change(arguments, asks: asks, in: context)
    }
    // The timer of old systems runs this; the daemon refreshes by itself.
    if context.environment("SNAP_REFRESH_FROM_TIMER") == "1" {
      context.out.line("Ignoring `snap refresh` from the systemd timer")
      return
    }
    if names.contains(where: \.isEmpty) { throw Failure("cannot refresh snap with empty name") }
    if names.count != 1 { try refuseOptionsOfOne(arguments, asks: asks) }
    var instruction = SnapInstruction(action: "refresh", snaps: names.count == 1 ? [] : names)
    Modes.apply(arguments, channel: channel, to: &instruction)
    instruction.amend = arguments.has("amend")
    instruction.leaveCohort = arguments.has("leave-cohort")
    if arguments.has("transaction") { instruction.transaction = arguments.value("transaction") ?? "" }
    let path = try SnapPath.of(names)
    let id = try SnapOperation.send("refresh", names, in: context) { () throws(ClientError) in
      try context.client.async("POST", path, body: instruction)
    }
    guard let id, let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    // A change that has no snaps has done something about what is declared of them, such as their aliases.
    let refreshed = Results.names(of: change)
    if refreshed.isEmpty {
      context.err.line(
        names.count == 1 ? "snap \"\(names[0])\" has no updates available" : "All snaps up to date.")
      return
    }
    try Results.show(
      refreshed, "refresh", arguments, askedForClassic: arguments.has("classic"), in: context)
  }

  /// What means something for one snap only.
  private static func refuseOptionsOfOne(_ arguments: Arguments, asks: Bool) throws {
    if asks || arguments.has("revision") || arguments.has("cohort") || arguments.has("leave-cohort") {
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
