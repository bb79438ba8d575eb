internal import API
internal import HTTP
internal import Overlord
internal import Snap
internal import SnapManager

/// `snapctl services`: how the snap's services are.
enum SnapctlServices: SnapctlCommand {
  static let name = "services"
  static let summary = "Query the status of services"
  static let usage = "[-g|-u] [<service>...]"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.flag("global", short: "g"), .flag("user", short: "u")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let context = try call.context
    if arguments.has("global"), arguments.has("user") {
      throw SnapctlFailure("cannot combine --global and --user switches.")
    }
    let isGlobal = arguments.has("global") || call.uid == 0 && !arguments.has("user")
    let found = try call.overlord.snaps.ownServices(arguments.positionals, of: context.instance)
    var services = found.map { AppJSON($0, desktopFile: nil) }
    try call.overlord.services.tellActivity(of: &services)
    var table = SnapctlTable()
    table.add("Service", "Startup", "Current", "Notes")
    for service in services.sorted(by: { $0.name < $1.name }) {
      let current = service.daemonScope == "user" && isGlobal ? "-" : service.active ? "active" : "inactive"
      table.add(
        "\(service.snap).\(service.name)", service.enabled ? "enabled" : "disabled", current, service.notes)
    }
    call.out += table.text
  }
}
