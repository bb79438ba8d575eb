internal import Overlord
internal import RefreshManager
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
    if arguments.has("pending") { pending(context.instance, record, &call) }
    if arguments.has("tracking") { call.line("channel: \(record.channel)") }
    if arguments.has("show-lock") { call.line("\"\(name)\" is not held") }
    if arguments.has("hold") {
      guard call.hook == "gate-auto-refresh", let run = context.run else {
        throw SnapctlFailure("cannot hold outside of gate-auto-refresh hook")
      }
      call.line("hold: \(try call.overlord.hooks.holdDuration(run).goText)")
      try context.update { $0.updates = .hold }
    }
    if arguments.has("proceed") {
      if call.hook == "gate-auto-refresh" { return try context.update { $0.updates = .proceed } }
      guard try !call.connections(ofPlugs: "snap-refresh-control").isEmpty else {
        throw SnapctlFailure("cannot proceed: requires snap-refresh-control interface")
      }
      try call.overlord.refreshes.proceed(context.instance)
      call.overlord.ensureRefreshes()
    }
  }

  /// What is known to be there for the snap. A restart of the machine belongs to no update of a classic system.
  private static func pending(_ instance: InstanceName, _ record: SnapState, _ call: inout SnapctlCall) {
    let (own, base) = call.overlord.store.read { state in
      let base = try? InstanceName(record.base ?? "core")
      return (state[candidate: instance], base.flatMap { state[candidate: $0] })
    }
    call.line("pending: \(own == nil ? "none" : own?.isMonitored == true ? "inhibited" : "ready")")
    let channel = own?.channel ?? record.channel
    if !channel.isEmpty { call.line("channel: \(channel)") }
    if let own {
      call.line("version: \(own.version)")
      call.line("revision: \(own.revision)")
    }
    call.line("base: \(base != nil)")
    call.line("restart: false")
  }
}
