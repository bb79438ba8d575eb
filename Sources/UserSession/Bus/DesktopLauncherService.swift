internal import ByteText
internal import Host
internal import Linux
internal import SnapProcesses

/// `io.snapcraft.PrivilegedDesktopLauncher`: starts applications of snaps by their desktop entries, for a snap that is a
/// desktop shell (interface `desktop-launch`).
struct DesktopLauncherService: Sendable {
  static let path = "/io/snapcraft/PrivilegedDesktopLauncher"
  static let interface = "io.snapcraft.PrivilegedDesktopLauncher"

  let session: Session
  let callers: SnapCallers
  /// Starts a command line.
  let launch: @Sendable ([String], [String: String]) throws -> Void

  func answer(_ call: BusCall) throws -> [BusValue] {
    guard call.interface.isEmpty || call.interface == Self.interface, case .text(let id)? = call.arguments.first else {
      throw SnapCallers.unknown(call)
    }
    _ = try callers.snap(call)
    switch (call.member, call.signature) {
    case ("OpenDesktopEntry", "s"): try open(id)
    case ("OpenDesktopEntry2", "ssasa{ss}"):
      guard case .text(let action) = call.arguments[1], case .texts(let uris) = call.arguments[2],
        case .dictionary(let environment) = call.arguments[3]
      else { throw SnapCallers.unknown(call) }
      try open(id, action: action, uris: uris, environment: environment)
    default: throw SnapCallers.unknown(call)
    }
    return []
  }

  /// Variables that a launched application may be given: tokens that say where its window is to come up.
  static let variables: Set<String> = ["DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN"]

  private func open(
    _ id: String, action: String = "", uris: [String] = [], environment: [String: String] = [:]
  ) throws {
    guard Self.isEntryName(id) else { throw BusFailure("cannot find desktop file for \"\(id)\"") }
    for name in environment.keys.sorted() where !Self.variables.contains(name) {
      throw BusFailure("cannot set environment variable \"\(name)\"")
    }
    for uri in uris { _ = try LauncherService.scheme(of: uri) }
    let path = "\(session.directories.desktopFiles)/\(id)"
    guard let status = try Files.status(path), status.kind == .regular else {
      throw BusFailure("cannot find desktop file for \"\(id)\"")
    }
    let entry = DesktopEntry(try Files.read(path, limit: DesktopEntry.limit))
    guard let command = entry.command(of: action) else {
      throw BusFailure("cannot find a command in desktop file \"\(path)\"")
    }
    guard let words = DesktopEntry.words(command, opening: uris).map(Self.withoutEnv),
      let program = words.first, isSnapCommand(program)
    else { throw BusFailure("cannot use the command of desktop file \"\(path)\": it is not a snap's") }
    try launch(words, environment)
  }

  /// The name of a file of letters, digits, `_`, `-`, `+` and dots that ends with `.desktop`.
  static func isEntryName(_ text: String) -> Bool {
    guard let name = text.hasByteSuffix(".desktop") ? text.utf8.dropLast(8) : nil, !name.isEmpty, name.count < 200,
      name.first != UInt8(ascii: ".")
    else { return false }
    return name.allSatisfy { byte in
      byte.isASCIIAlphanumeric || [0x2b, 0x2d, 0x2e, 0x5f].contains(byte)
    }
  }

  /// Entries of snaps are written `env BAMF_DESKTOP_FILE_HINT=… /snap/bin/…`.
  static func withoutEnv(_ words: [String]) -> [String] {
    guard let first = words.first, first == "env" || first == "/usr/bin/env" else { return words }
    return Array(words.dropFirst().drop { $0.hasByte("=") && $0.utf8.first != UInt8(ascii: "/") })
  }

  private func isSnapCommand(_ program: String) -> Bool {
    guard let name = program.bytes(after: session.directories.commands + "/") ?? program.bytes(after: "/snap/bin/")
    else { return false }
    return !name.isEmpty && !name.hasByte("/")
  }
}
