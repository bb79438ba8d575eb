internal import ByteText
internal import Glibc
public import Host
internal import Linux

/// The session that a program runs in: the user, their places and their variables.
public struct Session: Sendable {
  /// Places of the machine.
  public let directories: Directories
  /// What programs of the session are started with.
  public var environment: [String: String]
  public let uid: UInt32

  public init(directories: Directories, environment: [String: String], uid: UInt32) {
    self.directories = directories
    self.environment = environment
    self.uid = uid
  }

  /// The one of this process. `SNAPPY_GLOBAL_ROOT` counts for root only, as it does for `snap`.
  public static func current() -> Session {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      if let equals = variable.byteIndex(of: "=") {
        variables[String(variable[..<equals])] = String(variable[variable.utf8.index(after: equals)...])
      }
      entry += 1
    }
    let root = geteuid() == 0 ? variables["SNAPPY_GLOBAL_ROOT"] : nil
    return Session(
      directories: Directories(root: root?.utf8.first == UInt8(ascii: "/") ? root ?? "/" : "/"), environment: variables,
      uid: geteuid())
  }

  /// The user's home directory: what the user database says, as it is for `snap run`; `HOME` for those it does not know.
  public var home: String? {
    if let home = (try? UserDatabase.user(uid: uid))??.home, home.utf8.first == UInt8(ascii: "/") { return home }
    return path("HOME")
  }

  /// `$XDG_RUNTIME_DIR`, or where it is by rule.
  public var runtime: String { path("XDG_RUNTIME_DIR") ?? "\(directories.userRuntimes)/\(uid)" }

  /// `$XDG_CONFIG_HOME`.
  public var configuration: String? { path("XDG_CONFIG_HOME") ?? home.map { $0 + "/.config" } }

  /// `$XDG_STATE_HOME`.
  public var state: String? { path("XDG_STATE_HOME") ?? home.map { $0 + "/.local/state" } }

  /// The desktops that this session is, for `OnlyShowIn`.
  public var desktops: [String] {
    (environment["XDG_CURRENT_DESKTOP"] ?? "").byteSplit(":").map(String.init)
  }

  private func path(_ variable: String) -> String? {
    environment[variable].flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
  }

  /// A program on the session's `PATH`; nil when there is none.
  public func program(_ name: String) -> String? {
    for directory in (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").byteSplit(":")
    where directory.utf8.first == UInt8(ascii: "/") {
      let path = "\(directory)/\(name)"
      if access(path, X_OK) == 0, (try? Files.status(path))??.kind == .regular { return path }
    }
    return nil
  }

  /// Runs a program that may stay for as long as it likes, as one that opens a window does.
  /// - Returns: how it ended; nil when it still runs after the time.
  func run(_ words: [String], within timeout: Duration) throws -> ProcessStatus? {
    let child = try start(words, [:])
    if let status = try child.wait(timeout: timeout) { return status }
    try startThread(named: "child") { _ = try? child.wait() }
    return nil
  }

  /// Starts a program that nobody waits for, and sees that it does not stay as a zombie.
  func launch(_ words: [String], extra: [String: String] = [:]) throws {
    let child = try start(words, extra)
    try startThread(named: "child") { _ = try? child.wait() }
  }

  private func start(_ words: [String], _ extra: [String: String]) throws -> ChildProcess {
    try ChildProcess.spawn(
      words,
      ChildProcessOptions(
        environment: environment.merging(extra) { $1 },
        workingDirectory: home.flatMap { access($0, X_OK) == 0 ? $0 : nil },
        newSession: true, descriptors: [1: 1, 2: 2]))
  }
}
