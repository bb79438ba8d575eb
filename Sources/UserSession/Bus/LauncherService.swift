internal import ByteText
internal import Glibc
internal import Linux
internal import SnapProcesses

/// `io.snapcraft.Launcher`: opens URLs and files of snaps outside of them.
struct LauncherService: Sendable {
  static let path = "/io/snapcraft/Launcher"
  static let interface = "io.snapcraft.Launcher"

  let session: Session
  let callers: SnapCallers

  func answer(_ call: BusCall) throws -> [BusValue] {
    guard call.interface.isEmpty || call.interface == Self.interface else { throw SnapCallers.unknown(call) }
    switch (call.member, call.signature) {
    case ("OpenURL", "s"):
      guard case .text(let url)? = call.arguments.first else { throw SnapCallers.unknown(call) }
      try open(url: url, for: callers.snap(call))
    case ("OpenFile", "sh"):
      guard case .file(let descriptor)? = call.arguments.last else { throw SnapCallers.unknown(call) }
      let snap = try callers.snap(call)
      try open(file: try Self.path(of: descriptor), for: snap)
    default: throw SnapCallers.unknown(call)
    }
    return []
  }

  /// What may be opened whether or not the session says who opens it.
  static let schemes: Set<String> = [
    "http", "https", "mailto", "snap", "help", "apt", "zoommtg", "zoomus", "zoomphonecall", "slack", "msteams",
  ]
  /// What names files or carries programs, whoever would open it.
  static let dangerousSchemes: Set<String> = ["file", "javascript", "data", "vbscript", "about", "desktop", "trash"]
  /// Longest URL, in bytes.
  static let urlLimit = 16 << 10

  /// The scheme of a URL that can be given to a program.
  /// - Throws: for a text that is none.
  static func scheme(of url: String) throws(BusFailure) -> String {
    let bytes = url.utf8
    guard bytes.count <= urlLimit, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f }),
      let colon = bytes.firstIndex(of: 0x3a),
      isScheme(String(url[..<colon]))
    else { throw BusFailure("Invalid arguments", name: BusFailure.invalid) }
    return url[..<colon].lowercased()
  }

  /// RFC 3986, section 3.1.
  static func isScheme(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIILetter, text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { byte in
      byte.isASCIILetter || byte.isASCIIDigit || [0x2b, 0x2d, 0x2e].contains(byte)
    }
  }

  private func open(url: String, for snap: SnapProcess) throws {
    let scheme = try Self.scheme(of: url)
    guard Self.schemes.contains(scheme) || !Self.dangerousSchemes.contains(scheme) && hasHandler(scheme) else {
      throw BusFailure("Supplied URL scheme \"\(scheme)\" is not allowed")
    }
    try run(url, orSay: "cannot open supplied URL", snap)
  }

  /// Whether the session knows who opens such URLs.
  private func hasHandler(_ scheme: String) -> Bool {
    guard let program = session.program("xdg-mime") else { return false }
    let result = try? ChildProcess.run(
      [program, "query", "default", "x-scheme-handler/\(scheme)"], environment: session.environment,
      captureLimit: 1 << 12, timeout: .seconds(10))
    guard let result, result.status == .exited(0) else { return false }
    return String(decoding: result.output, as: UTF8.self).byteSplit("\n").first?.hasByteSuffix(".desktop") ?? false
  }

  private func open(file: String, for snap: SnapProcess) throws {
    let yes = try Dialog(session: session).ask(
      title: "Allow opening file?", "Allow snap \"\(snap.instance)\" to open file \"\(file)\"?")
    guard yes else { throw BusFailure("permission denied") }
    try run(file, orSay: "cannot open supplied file", snap)
  }

  private func run(_ what: String, orSay text: String, _ snap: SnapProcess) throws {
    guard let program = session.program("xdg-open") else { throw BusFailure(text) }
    // Where there is no desktop it becomes the program that shows the thing: it is not ended, and the caller is told.
    let status = try session.run([program, what], within: .seconds(20))
    guard status == nil || status == .exited(0) else { throw BusFailure(text) }
  }

  /// The name of a file that somebody has open. It must have it open in truth, and the name must lead to it here.
  static func path(of descriptor: Int32) throws(BusFailure) -> String {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0 else { throw BusFailure("cannot use the file: \(String(cString: strerror(errno)))") }
    // O_PATH, which shows no right to anything (open(2)).
    if flags & 0o10000000 != 0 { throw BusFailure("cannot use file descriptors opened using O_PATH") }
    guard let name = try? Files.readSymlink("/proc/self/fd/\(descriptor)"), name.utf8.first == UInt8(ascii: "/") else {
      throw BusFailure("cannot determine file name")
    }
    var own = stat()
    var named = stat()
    guard fstat(descriptor, &own) == 0, lstat(name, &named) == 0, own.st_dev == named.st_dev,
      own.st_ino == named.st_ino
    else { throw BusFailure("cannot determine file name") }
    let type = own.st_mode & S_IFMT
    guard type == S_IFREG || type == S_IFDIR else {
      throw BusFailure("cannot open anything other than regular files or directories")
    }
    // Programs that open it do not come from a snap's word: a desktop entry would be started by some of them.
    if name.hasByteSuffix(".desktop") { throw BusFailure("cannot open desktop entries") }
    return name
  }
}

/// Who calls.
struct SnapCallers: Sendable {
  /// Whether only those are served for whom the kernel vouches.
  var areCertain = false

  /// The snap that a call comes from.
  func snap(_ call: BusCall) throws(BusFailure) -> SnapProcess {
    guard let snap = call.owner, snap.isCertain || !areCertain else {
      throw BusFailure("cannot find snap for connection: process \(call.pid) is no snap's")
    }
    return snap
  }

  static func unknown(_ call: BusCall) -> BusFailure {
    BusFailure("unknown method \(call.interface).\(call.member)(\(call.signature))", name: BusFailure.unknown)
  }
}
