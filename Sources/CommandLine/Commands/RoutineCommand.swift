import API
import ByteText
import Client
import Glibc
import Linux
import SnapProcesses

/// `snap routine`: for other programs of the system.
enum RoutineCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "routine", hidden: true, summary: "Run routine commands",
      help: "The routine commands are for other programs of the system. Their output does not change.",
      children: [FileAccessCommand.self, PortalInfoCommand.self, UserServicePreconditionCommand.self])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {}
}

/// `snap routine portal-info`: what xdg-desktop-portal asks about an app that calls it.
enum PortalInfoCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "portal-info", summary: "Return information about a process",
      help: "The portal-info command prints, for desktop portals, which snap and app a process belongs to.",
      positionals: [.init("<process ID>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let text = arguments.positional(0) ?? ""
    guard let pid = Int32(text), pid > 0 else { throw Failure("cannot use \(quoted(text)): it is no process ID") }
    guard let owner = SnapProcesses(root: context.root.isEmpty ? "/" : context.root).owner(of: pid) else {
      throw Failure("cannot find snap for process \(pid)")
    }
    let snap = try SnapOfRoutine.fetch(owner.instance, in: context)
    let app = snap.apps.first { $0.name == owner.app }
    context.out.line("[Snap Info]")
    context.out.line("InstanceName=\(snap.name)")
    if let app { context.out.line("AppName=\(app.name)") }
    if let file = desktopFile(snap, app, in: context) { context.out.line("DesktopFile=\(file)") }
    if let app, !app.commonID.isEmpty { context.out.line("CommonID=\(app.commonID)") }
    let connected = try SnapOfRoutine.interfaces(of: snap.name, in: context).contains("network-status")
    context.out.line("HasNetworkStatus=\(connected)")
  }

  /// The app's, or that of another app of the snap, first the one that is named like it.
  private static func desktopFile(_ snap: SnapJSON, _ app: AppJSON?, in context: Context) -> String? {
    let apps = (app.map { [$0] } ?? []) + snap.apps.filter { $0.name == snap.name } + snap.apps
    for app in apps {
      if let name = app.desktopFile.byteSplit("/").last { return String(name) }
      let name = snap.name.byteSplit("_", maxSplits: 1).joined(separator: "+") + "_\(app.name).desktop"
      if access("\(context.root)/var/lib/snapd/desktop/applications/\(name)", F_OK) == 0 { return name }
    }
    return nil
  }
}

/// `snap routine file-access`
enum FileAccessCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "file-access", summary: "Return information about file access by a snap",
      help: """
        The file-access command prints what a snap can do with a file: hidden, read-only or read-write. Desktop portals \
        ask it, to learn whether a snap needs them to get at a file.
        """,
      positionals: [.init("<snap>", .one, values: .installedSnaps), .init("<path>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let snap = try SnapOfRoutine.fetch(arguments.positional(0) ?? "", in: context)
    let path = arguments.positional(1) ?? ""
    guard path.utf8.first == UInt8(ascii: "/") else {
      throw Failure("cannot use \(quoted(path)): path must be absolute")
    }
    let interfaces = try SnapOfRoutine.interfaces(of: snap.name, in: context)
    let access = FileAccess(
      snap: snap.name, revision: snap.revision, isClassic: snap.confinement == "classic", interfaces: interfaces,
      home: try UserDatabase.user(uid: context.userID)?.home ?? context.environment("HOME") ?? "")
    context.out.line(access.level(of: path).rawValue)
  }
}

/// What a snap can do with files, told from its connections. Source: `spec/features.md` §1, "`snap routine`".
struct FileAccess {
  enum Level: String { case hidden, readOnly = "read-only", readWrite = "read-write" }

  var snap: String
  var revision: String
  var isClassic: Bool
  /// Those that a plug of the snap is connected to.
  var interfaces: Set<String>
  var home: String

  /// - Parameter path: absolute.
  func level(of path: String) -> Level {
    // It sees the machine as it is.
    if isClassic { return .readWrite }
    let parts = PathBytes.components(PathBytes.clean(path))
    if let rest = rest(of: parts, in: ["var", "snap"]) { return own(rest) }
    if interfaces.contains("removable-media") {
      for place in [["mnt"], ["media"], ["run", "media"]] where rest(of: parts, in: place) != nil { return .readWrite }
    }
    let home = PathBytes.components(PathBytes.clean(home))
    guard !home.isEmpty, let inHome = rest(of: parts, in: home) else { return .hidden }
    if let rest = rest(of: inHome, in: ["snap"]) { return own(rest) }
    guard interfaces.contains("home") else { return .hidden }
    return inHome.first?.utf8.first == UInt8(ascii: ".") ? .hidden : .readWrite
  }

  /// Below a directory with an entry for each snap.
  private func own(_ parts: [String]) -> Level {
    guard let first = parts.first, first.hasSameBytes(as: snap) else { return .hidden }
    guard parts.count > 1 else { return .readOnly }
    return ["common", "current", revision].contains { $0.hasSameBytes(as: parts[1]) } ? .readWrite : .readOnly
  }

  private func rest(of parts: [String], in directory: [String]) -> [String]? {
    guard parts.count >= directory.count, zip(parts, directory).allSatisfy({ $0.hasSameBytes(as: $1) }) else {
      return nil
    }
    return Array(parts.dropFirst(directory.count))
  }
}

/// `snap routine user-service-precondition`: whether a service of a session can be started for this user at all.
enum UserServicePreconditionCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "user-service-precondition", summary: "Check whether services can be started for the user",
      help: """
        The user-service-precondition command fails when the user has no home directory in which snaps could keep \
        their data, so that services of the session cannot run.
        """,
      options: [.value("error-exit-code", label: "", "The exit code of a failure")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var code: Int32 = 1
    if let text = arguments.value("error-exit-code") {
      guard let number = Int32(text), (1...255).contains(number) else {
        throw Failure("cannot use exit code \(quoted(text)): it is not between 1 and 255")
      }
      code = number
    }
    func refuse(_ reason: String) -> Failure {
      Failure("cannot run services of the session: \(reason)", exitCode: code)
    }
    guard let user = try UserDatabase.user(uid: context.userID) else {
      throw refuse("there is no user \(context.userID)")
    }
    guard let status = try Files.status(user.home), status.kind == .directory else {
      throw refuse("home directory \(user.home) does not exist")
    }
    guard status.uid == context.userID else { throw refuse("home directory \(user.home) is somebody else's") }
  }
}

/// What the routines ask of the daemon.
enum SnapOfRoutine {
  static func fetch(_ name: String, in context: Context) throws -> SnapJSON {
    do {
      return try context.client.sync("GET", try SnapPath.of(name), as: SnapJSON.self)
    } catch {
      throw Failure("cannot retrieve info for snap \(quoted(name)): \(error)")
    }
  }

  /// The interfaces that a plug of the snap is connected to.
  static func interfaces(of snap: String, in context: Context) throws -> Set<String> {
    let connections: ConnectionsJSON
    do {
      connections = try context.client.sync("GET", "/v2/connections", query: [("snap", snap)])
    } catch {
      throw Failure("cannot get connections for snap \(quoted(snap)): \(error)")
    }
    return Set(connections.established.filter { $0.plug.snap == snap }.map(\.interface))
  }
}
