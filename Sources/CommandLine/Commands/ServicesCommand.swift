import API
import Client

/// `snap services`
enum ServicesCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "services", summary: "Query the status of services",
      help: """
        The services command lists the services of the installed snaps, or those of the snaps and apps named: whether \
        they start with the system, and whether they run now.
        """,
      options: [
        .flag("global", short: "g", "Show the global enable status of user services"),
        .flag("user", short: "u", "Show the status of the current user's services"),
      ],
      positionals: [.init("<service>", .any, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    if arguments.has("global"), arguments.has("user") { throw Failure("cannot combine --global and --user switches.") }
    // Root sees what is enabled for all users; others what runs in their session.
    let isGlobal = arguments.has("global") || context.userID == 0 && !arguments.has("user")
    var query = [("select", "service")]
    if !arguments.positionals.isEmpty { query.insert(("names", arguments.positionals.joined(separator: ",")), at: 0) }
    if isGlobal { query.append(("global", "true")) }
    let services = try context.client.sync("GET", "/v2/apps", query: query, as: [AppJSON].self)
    if services.isEmpty {
      context.err.line("There are no services provided by installed snaps.")
      return
    }
    var table = TableWriter()
    table.line("Service", "Startup", "Current", "Notes")
    for service in services.sorted(by: { ($0.snap, $0.name) < ($1.snap, $1.name) }) {
      // What a user's session runs is not known to the system.
      let current = service.daemonScope == "user" && isGlobal ? "-" : service.active ? "active" : "inactive"
      table.line(
        "\(service.snap).\(service.name)", service.enabled ? "enabled" : "disabled", current, service.notes)
    }
    context.out.write(table.flush())
  }
}
