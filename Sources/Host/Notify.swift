internal import CLinux
internal import Glibc
public import Linux

/// Tells whoever started the daemon how it is: sd_notify(3), as the datagram it is, without a library.
public struct Notify: Sendable {
  private let path: String?

  /// - Parameter path: the socket, normally the value of `NOTIFY_SOCKET`; without one, nothing is sent.
  public init(path: String?) { self.path = path }

  /// The socket that the environment names.
  public init() { self.init(path: environmentVariable("NOTIFY_SOCKET")) }

  /// What can be told.
  public enum Message: Hashable, Sendable {
    case ready
    case stopping
    case reloading
    /// Alive; to be repeated at half of `watchdogInterval`.
    case watchdog
    /// Start, stop or reload takes longer: up to this much from now.
    case extendTimeout(Duration)
    /// One line for people.
    case status(String)
    case mainPID(Int32)

    var text: String {
      switch self {
      case .ready: "READY=1"
      case .stopping: "STOPPING=1"
      case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Clock.nanoseconds() / 1000)"
      case .watchdog: "WATCHDOG=1"
      case .extendTimeout(let duration): "EXTEND_TIMEOUT_USEC=\(duration.nanoseconds / 1000)"
      case .status(let text):
        "STATUS=" + String(text.unicodeScalars.map { $0 == "\n" ? " " : Character($0) })
      case .mainPID(let pid): "MAINPID=\(pid)"
      }
    }
  }

  /// Sends messages in one datagram.
  /// - Throws: when there is a socket and it does not take them.
  public func send(_ messages: Message...) throws(SyscallError) {
    guard let path, !messages.isEmpty else { return }
    let bytes = Array(messages.map(\.text).joined(separator: "\n").utf8)
    let status = bytes.withUnsafeBytes { cl_notify_send(path, $0.baseAddress, $0.count) }
    if status != 0 { throw SyscallError("notify", path: path, errno: -status) }
  }

  /// How often the service manager wants to hear from this process at the latest; `nil` if it does not.
  public static func watchdogInterval() -> Duration? {
    guard let text = environmentVariable("WATCHDOG_USEC"), let microseconds = Int64(text), microseconds > 0 else {
      return nil
    }
    if let pid = environmentVariable("WATCHDOG_PID"), Int32(pid) != getpid() { return nil }
    return .microseconds(microseconds)
  }
}

/// Sockets that the service manager opened for this process: sd_listen_fds(3).
public enum ListenFDs {
  /// One of them. Whoever takes it owns it.
  public struct Socket: Hashable, Sendable {
    /// 3 or more, in the order of the unit.
    public let descriptor: Int32
    /// The name from `FileDescriptorName=`, or `unknown`.
    public let name: String
  }

  /// The sockets, which are set close-on-exec. The variables are removed, so that children do not take them for
  /// theirs.
  public static func take() -> [Socket] {
    defer {
      for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
    }
    let sockets = parse(
      pid: environmentVariable("LISTEN_PID"), count: environmentVariable("LISTEN_FDS"),
      names: environmentVariable("LISTEN_FDNAMES"), ownPID: getpid())
    for socket in sockets { _ = fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC) }
    return sockets
  }

  static func parse(pid: String?, count: String?, names: String?, ownPID: Int32) -> [Socket] {
    guard let pid, Int32(pid) == ownPID, let count = count.flatMap({ Int32($0) }), count > 0, count <= 1024 else {
      return []
    }
    let names = names.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) } ?? []
    return (0..<count).map { index in
      Socket(descriptor: 3 + index, name: Int(index) < names.count ? names[Int(index)] : "unknown")
    }
  }
}

/// A variable of the environment; `nil` when it is not set or empty.
func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
