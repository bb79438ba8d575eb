internal import HTTP
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// What `snapctl start`, `stop` and `restart` share: the snap's own services, one change, which is waited for unless it is
/// the hook's own.
enum SnapctlServiceControl {
  /// How long a change is waited for.
  private static let patience = Duration.seconds(300)

  static func run(
    _ verb: ServiceAction.Verb, _ arguments: SnapctlArguments, in call: inout SnapctlCall, enables: Bool = false,
    disables: Bool = false
  ) async throws {
    let context = try call.context
    guard !arguments.positionals.isEmpty else {
      throw SnapctlFailure("the required argument `<service> (at least 1 argument)` was not provided")
    }
    var request = ServiceRequest(verb, arguments.positionals, enables: enables, disables: disables)
    if arguments.has("system") { request.scopes.insert(.system) }
    if arguments.has("user") { request.scopes.insert(.user) }
    if let users = arguments.value("users") {
      guard users == "all" else { throw SnapctlFailure("only \"all\" is supported as a value for --users") }
      request.users = .all
    }
    let hook = context.run.map { RunningHook(change: $0.change, task: $0.task, name: $0.hook) }
    let overlord = call.overlord
    guard let change = try overlord.snaps.controlServices(request, of: context.instance, from: hook) else { return }
    guard let status = await overlord.store.waitUntilReady(change, timeout: patience) else {
      throw SnapctlFailure("\(call.command) command is taking too long")
    }
    guard status == .done else {
      throw SnapctlFailure(
        overlord.store.read { $0.errorText(of: change) } ?? "change finished in status \(status.name)")
    }
  }

  static let scope: [SnapctlOption] = [.flag("system"), .flag("user"), .value("users")]
}
