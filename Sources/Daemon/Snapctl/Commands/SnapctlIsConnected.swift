internal import InterfaceManager
internal import Interfaces
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `snapctl is-connected`: whether a plug or slot of the snap is connected, and with whom.
enum SnapctlIsConnected: SnapctlCommand {
  static let name = "is-connected"
  static let summary = "Check the connection status of a plug or slot"
  static let usage = "[--pid=PID] [--apparmor-label=LABEL] <plug|slot> | --list"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.value("pid"), .value("apparmor-label"), .flag("list")]
  /// Statuses of the reference: `spec/features.md` §2.
  private static let (notConnected, isClassic, isNoSnap) = (1, 10, 11)

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let context = try call.context
    let name = arguments.positionals.first ?? ""
    let asksForPeer = arguments.has("pid") || arguments.has("apparmor-label")
    if arguments.positionals.count > 1 { throw SnapctlFailure("too many arguments for command") }
    if arguments.has("list") {
      if !name.isEmpty { throw SnapctlFailure("cannot specify both a plug/slot name and --list") }
      if asksForPeer { throw SnapctlFailure("cannot use --pid or --apparmor-label together with --list") }
      return list(of: context.instance, &call)
    }
    if name.isEmpty { throw SnapctlFailure("must specify either a plug/slot name or --list") }
    if arguments.has("pid"), arguments.has("apparmor-label") {
      throw SnapctlFailure("--pid and --apparmor-label cannot be used together")
    }
    let repository = call.overlord.interfaces.current
    let instance = context.instance
    let sides = repository.plugs(of: instance) + repository.slots(of: instance)
    guard let side = sides.first(where: { $0.name.rawValue == name }) else {
      throw SnapctlFailure("snap \"\(instance)\" has no plug or slot named \(quotedText(name))")
    }
    let found = repository.connected(with: side.end)
    guard asksForPeer else {
      if found.isEmpty { throw SnapctlExit(code: notConnected) }
      return
    }
    let peer = try peer(arguments, call)
    let others = found.map { $0.plug == side.end ? $0.slot.snap : $0.plug.snap }
    if let peer, others.contains(peer) { return }
    guard let peer else {
      // The system's own side may be what is on the other end: then any process of the machine is.
      if others.contains(repository.system) { return }
      throw SnapctlExit(code: isNoSnap)
    }
    let record = call.overlord.store.read { $0[RecordKind<SnapState>.snaps, peer.description] }
    throw SnapctlExit(code: record?.flags.classic == true ? isClassic : notConnected)
  }

  private static func list(of instance: InstanceName, _ call: inout SnapctlCall) {
    var names: Set<String> = []
    for connection in call.overlord.interfaces.current.connected(of: instance) {
      for side in [connection.plug, connection.slot] where side.snap.instance == instance {
        names.insert(side.name.rawValue)
      }
    }
    for name in names.sorted() { call.line(name) }
  }

  /// The snap that is asked about; nil for a process that is of none.
  private static func peer(_ arguments: SnapctlArguments, _ call: SnapctlCall) throws -> InstanceName? {
    if let label = arguments.value("apparmor-label") {
      // `snap.<instance>.<app>`, perhaps with the profile's mode behind it.
      let tag = label.utf8.prefix { $0 != UInt8(ascii: " ") }
      let parts = tag.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard parts.count >= 3, parts[0].elementsEqual("snap".utf8) else { return nil }
      let instance = parts[1].prefix { $0 != UInt8(ascii: "+") }
      return try? InstanceName(String(decoding: instance, as: UTF8.self))
    }
    guard let pid = arguments.value("pid").flatMap({ Int32($0) }), pid > 0 else {
      throw SnapctlFailure("invalid argument for flag `--pid' (expected int)")
    }
    let snaps = call.overlord.snaps
    return snaps.confinedOwner(ofProcess: pid)
      ?? snaps.installed().map(\.instance).first { snaps.isProcess(pid, of: $0) }
  }
}
