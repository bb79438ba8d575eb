internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `snapctl refresh`: what is known of the next revision, and whether the snap wants it now.
enum SnapctlRefresh: SnapctlCommand {
  static let name = "refresh"
  static let summary = "Control pending refreshes of the snap"
  static let usage = "[--pending] [--hold] [--proceed] [--tracking] [--show-lock]"
  static let isForEverybody = true
  static let isHidden = true
  static let options: [SnapctlOption] = [
    .flag("pending"), .flag("hold"), .flag("proceed"), .flag("tracking"), .flag("show-lock"),
  ]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let context = try call.context
    if arguments.has("hold"), arguments.has("proceed") {
      throw SnapctlFailure("cannot use --proceed and --hold together")
    }
    let name = context.instance.description
    guard let record = call.overlord.store.read({ $0[RecordKind<SnapState>.snaps, name] }) else {
      throw Refusal.notInstalled(context.instance)
    }
    if arguments.has("pending") {
      // Nothing comes from a store yet, so nothing is pending.
      call.line("pending: none")
      if !record.channel.isEmpty { call.line("channel: \(record.channel)") }
      call.line("base: false")
      call.line("restart: false")
    }
    if arguments.has("tracking") { call.line("channel: \(record.channel)") }
    if arguments.has("show-lock") { call.line("\"\(name)\" is not held") }
    if arguments.has("hold") {
      throw SnapctlFailure("cannot hold outside of gate-auto-refresh hook")
    }
    if arguments.has("proceed") {
      let mayControl = try !call.connections(ofPlugs: "snap-refresh-control").isEmpty
      guard mayControl else { throw SnapctlFailure("cannot proceed: requires snap-refresh-control interface") }
      throw SnapctlFailure("cannot proceed without an update of the snap: nothing is pending")
    }
  }
}
