internal import CLinux
internal import Glibc
internal import Synchronization

/// How a process ended.
public enum ProcessStatus: Equatable, Sendable, CustomStringConvertible {
  /// It returned this code.
  case exited(Int32)
  /// This signal ended it.
  case signalled(Int32)

  public var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let signal): "signal \(signal)"
    }
  }
}

/// How to start a program.
public struct ChildProcessOptions: Sendable {
  /// What a helper gets when nothing else is said: nothing of the caller's environment
  /// (spec/threats.md, "Environment crossing the boundary").
  public static let fixedEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
  ]

  /// The whole environment.
  public var environment: [String: String]
  /// Where it starts; nil for the caller's own directory.
  public var workingDirectory: String?
  /// A session of its own (setsid(2)); otherwise only a process group of its own.
  public var newSession: Bool
  /// Its descriptors: number in the child, number here. Everything else is closed. 0, 1 and 2 are /dev/null unless
  /// named.
  public var descriptors: [Int32: Int32]

  public init(
    environment: [String: String] = ChildProcessOptions.fixedEnvironment, workingDirectory: String? = nil,
    newSession: Bool = false, descriptors: [Int32: Int32] = [:]
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.newSession = newSession
    self.descriptors = descriptors
  }
}

/// A process started by this one. It leads a process group of its own, and somebody must wait for it.
public final class ChildProcess: Sendable {
  /// The process's number, valid until it has been waited for.
  public let pid: Int32
  private let descriptor: OwnedFD
  private let ended = Mutex<ProcessStatus?>(nil)

  init(pid: Int32, descriptor: consuming OwnedFD) {
    self.pid = pid
    self.descriptor = descriptor
  }

  /// The pidfd_open(2) descriptor: readable once the process has ended.
  public var pidfd: Int32 { descriptor.raw }

  /// Starts a program with default signal handling.
  ///
  /// - Parameter argv: the absolute path of the program (PATH is not searched) and its arguments.
  /// - Throws: the reason why it could not be executed, such as `ENOENT`.
  public static func spawn(_ argv: [String], _ options: ChildProcessOptions = ChildProcessOptions())
    throws(SyscallError) -> ChildProcess
  {
    guard let path = argv.first, path.hasPrefix("/") else {
      throw SyscallError("execute", path: argv.first, errno: ENOENT)
    }
    let environment = options.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    for text in argv + environment {
      if text.utf8.contains(0) { throw SyscallError("execute", path: path, errno: EINVAL) }
    }
    if let directory = options.workingDirectory { try rejectNUL("execute", directory) }

    let null = try OwnedFD.open("/dev/null", O_RDWR)
    var map: [Int32: Int32] = [0: null.raw, 1: null.raw, 2: null.raw]
    map.merge(options.descriptors) { $1 }
    let pairs = map.sorted { $0.key < $1.key }
    guard pairs.allSatisfy({ $0.key >= 0 }) else { throw SyscallError("execute", path: path, errno: EBADF) }
    let sources = pairs.map(\.value)
    let targets = pairs.map(\.key)
    var pid: Int32 = 0
    let error = withCStrings(argv) { arguments in
      withCStrings(environment) { environment in
        withOptionalCString(options.workingDirectory) { directory in
          arguments[0].map { program in
            var request = cl_spawn(
              path: program, arguments: arguments, environment: environment, directory: directory, sources: nil,
              targets: nil, mappings: pairs.count, session: options.newSession ? 1 : 0)
            return sources.withUnsafeBufferPointer { sources in
              targets.withUnsafeBufferPointer { targets in
                request.sources = sources.baseAddress
                request.targets = targets.baseAddress
                return cl_spawn_process(&request, &pid)
              }
            }
          } ?? EINVAL
        }
      }
    }
    if error != 0 { throw SyscallError("execute", path: path, errno: error) }
    return try watch(pid, path: path)
  }

  /// Takes charge of a child that nobody else waits for, so that its number can't have been reused yet.
  static func watch(_ pid: Int32, path: String) throws(SyscallError) -> ChildProcess {
    let pidfd = cl_pidfd_open(pid)
    if pidfd < 0 {
      let error = errno
      Glibc.kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw SyscallError("watch process", path: path, errno: error)
    }
    return ChildProcess(pid: pid, descriptor: OwnedFD(owning: pidfd))
  }

  /// Waits until it has ended, and frees its number. May be called again, and by several threads.
  @discardableResult
  public func wait() throws(SyscallError) -> ProcessStatus {
    // Waiting for the descriptor outside the lock, so that poll() and kill() stay usable meanwhile.
    if let status = ended.withLock({ $0 }) { return status }
    try waitReadable(timeout: nil)
    while true { if let status = try poll() { return status } }
  }

  /// Waits at most so long; nil when it still runs.
  public func wait(timeout: Duration) throws(SyscallError) -> ProcessStatus? {
    if let status = try poll() { return status }
    try waitReadable(timeout: timeout)
    return try poll()
  }

  /// How it ended, or nil when it still runs.
  public func poll() throws(SyscallError) -> ProcessStatus? {
    let raw = descriptor.raw
    let result: Result<ProcessStatus?, SyscallError> = ended.withLock { ended in
      if let ended { return .success(ended) }
      var code: Int32 = 0
      var signalled: Int32 = 0
      switch cl_wait_pidfd(raw, 0, &code, &signalled) {
      case 1:
        ended = signalled != 0 ? .signalled(code) : .exited(code)
        return .success(ended)
      case 0: return .success(nil)
      default: return .failure(SyscallError("wait for process", path: "\(pid)", errno: errno))
      }
    }
    return try result.get()
  }

  private func waitReadable(timeout: Duration?) throws(SyscallError) {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      var request = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
      let result = Glibc.poll(&request, 1, deadline.map(millisecondsUntil) ?? -1)
      if result >= 0 { return }
      if errno != EINTR { throw SyscallError("wait for process", path: "\(pid)", errno: errno) }
    }
  }

  /// Sends a signal; a process that has ended is fine.
  public func kill(_ signal: Int32) throws(SyscallError) {
    if cl_pidfd_send_signal(descriptor.raw, signal) == 0 { return }
    if errno != ESRCH { throw SyscallError("signal process", path: "\(pid)", errno: errno) }
  }

  /// Sends a signal to its whole process group, while it has not been waited for: afterwards the number may be
  /// somebody else's, and nothing is sent.
  public func killGroup(_ signal: Int32) {
    ended.withLock { ended in
      if ended == nil { _ = Glibc.kill(-pid, signal) }
    }
  }
}

/// Milliseconds left, rounded up, for poll(2).
func millisecondsUntil(_ deadline: ContinuousClock.Instant) -> Int32 {
  let left = (deadline - ContinuousClock.now).components
  let milliseconds = left.seconds.multipliedReportingOverflow(by: 1000)
  if milliseconds.overflow { return left.seconds > 0 ? .max : 0 }
  let whole = milliseconds.partialValue + (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  return Int32(clamping: max(whole, 0))
}

func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  pointers.append(nil)
  return pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array with elements has storage") }
    return body(base)
  }
}

func withOptionalCString<Result>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
  guard let string else { return body(nil) }
  return string.withCString { body($0) }
}
