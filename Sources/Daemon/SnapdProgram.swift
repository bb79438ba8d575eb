internal import Dispatch
internal import Glibc
internal import HTTP
internal import Host
internal import Linux
internal import Logging
internal import Overlord
internal import Snap
internal import State
internal import Synchronization

/// The program `snapd`.
public enum SnapdProgram {
  /// Nothing is left to do: start again when somebody asks. Source: `spec/features.md` §9.
  private static let idleStatus: Int32 = 42

  /// Runs the daemon until it is told to stop, or has nothing to do.
  ///
  /// To be called from the main thread, and not from asynchronous code: while that waits, the main thread takes every
  /// signal, and one that ends the daemon would end the process on the spot.
  ///
  /// - Parameter arguments: those of the process, with its name.
  /// - Returns: the exit status.
  public static func main(_ arguments: [String]) -> Int32 {
    // While there is one thread: those made later inherit it.
    StopSignals.block()
    let status = Status()
    Task { status.set(await serve(arguments)) }
    return status.wait()
  }

  private static func serve(_ arguments: [String]) async -> Int32 {
    let options: Options
    do {
      options = try Options(arguments.dropFirst())
    } catch {
      complain("\(error)")
      return 64
    }
    if options.showsVersion {
      print("snapd \(SystemVersion.current)")
      return 0
    }
    guard geteuid() == 0 else {
      complain("cannot run the daemon: not root")
      return 1
    }
    umask(0o022)
    // Where a service manager starts it, the file (`debug.snapd.log`) is its environment already.
    let isDebug =
      getenv("SNAPD_DEBUG") != nil || access(Directories(root: options.root).daemonEnvironment, F_OK) == 0
    LoggingSystem.bootstrap { label in DaemonLog(label: label, isDebug: isDebug) }
    let logger = Logger(label: "snapd")
    do {
      return try await run(options, logger)
    } catch {
      complain("\(error)")
      return 1
    }
  }

  private static func run(_ options: Options, _ logger: Logger) async throws -> Int32 {
    let directories = Directories(root: options.root)
    let signals = StopSignals()
    let lock = try lockState(directories)
    defer { withExtendedLifetime(lock) {} }
    let overlord = try Overlord(directories: directories, logger: logger, boundary: try KillSwitch.fromEnvironment())
    let service = DaemonService(overlord: overlord, logger: logger)
    let notify = Notify()
    try? notify.send(.extendTimeout(.seconds(30)), .status("mounting snaps"))
    try await overlord.start()
    let activated = ListenFDs.take()
    let server = try await HTTPServer.start(
      listeners(directories, activated), router: service.router, render: { service.render($0) })
    try SnapSocketName.make(directories)
    try? notify.send(.ready, .status("ready"))
    ProcessMemory.release()
    logger.info("ready", metadata: ["socket": "\(directories.socket)"])

    let status = await waitForEnd(overlord, server, signals, notify, canLeave: !activated.isEmpty)
    try? notify.send(.stopping)
    logger.info("stopping", metadata: ["status": "\(status)"])
    await server.shutdown(grace: .seconds(5))
    await overlord.stop()
    return status
  }

  /// One daemon owns a state. Another that is just ending is waited for.
  private static func lockState(_ directories: Directories) throws -> StateLock {
    try Files.makeDirectories(directories.library, mode: 0o755)
    do {
      return StateLock(try FileLock.acquire(directories.stateLock, timeout: .seconds(60)))
    } catch {
      guard error.errno == ETIMEDOUT || error.errno == EWOULDBLOCK else { throw error }
      throw DaemonError.alreadyRunning(directories.stateLock)
    }
  }

  private static func listeners(_ directories: Directories, _ activated: [ListenFDs.Socket]) -> [UnixListener] {
    guard !activated.isEmpty else {
      return [
        .path(directories.socket, name: ListeningSocket.main.rawValue),
        .path(directories.snapSocket, name: ListeningSocket.snap.rawValue),
      ]
    }
    return activated.map { socket in
      let isSnap = SocketName.path(of: socket.descriptor)?.hasSuffix("snapd-snap.socket") == true
      return .descriptor(socket.descriptor, name: (isSnap ? ListeningSocket.snap : .main).rawValue)
    }
  }

  /// Waits for a signal; meanwhile prunes, looks at waiting tasks, feeds the watchdog, lets go of memory after work, and
  /// leaves when there is nothing to do and somebody would start the daemon again.
  private static func waitForEnd(
    _ overlord: Overlord, _ server: HTTPServer, _ signals: StopSignals, _ notify: Notify, canLeave: Bool
  ) async -> Int32 {
    let watchdog = Notify.watchdogInterval()
    let tick = min(watchdog.map { $0 / 2 } ?? .seconds(5), .seconds(5))
    var idleTicks = 0
    var passed = Duration.zero
    var memory = MemoryAfterWork(resident: (try? ProcessMemory.resident) ?? 0)
    while await !signals.wait(tick) {
      if watchdog != nil { try? notify.send(.watchdog) }
      passed += tick
      overlord.ensureRefreshes()
      if passed >= .seconds(300) {
        passed = .zero
        overlord.runner.ensureAll()
        try? overlord.prune()
      }
      let isAlone = (try? await server.connectionCount()) == 0
      let isBusy = !isAlone || !overlord.runner.runningTasks.isEmpty
      if let resident = try? ProcessMemory.resident, memory.isDue(resident: resident, isBusy: isBusy, after: tick) {
        ProcessMemory.release()
        memory.released(to: (try? ProcessMemory.resident) ?? resident)
      }
      guard canLeave, overlord.isIdle, isAlone else {
        idleTicks = 0
        continue
      }
      idleTicks += 1
      if idleTicks >= 2 { return idleStatus }
    }
    return 0
  }

  private static func complain(_ message: String) {
    let line = "error: \(message)\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
  }
}

/// The lock of the state, held as long as this lives.
private final class StateLock: Sendable {
  private let lock: FileLock
  init(_ lock: consuming FileLock) { self.lock = lock }
}

/// The exit status, waited for by the main thread.
private final class Status: Sendable {
  private let value = Atomic<Int32>(0)
  private let ready = DispatchSemaphore(value: 0)

  func set(_ status: Int32) {
    value.store(status, ordering: .releasing)
    ready.signal()
  }

  func wait() -> Int32 {
    ready.wait()
    return value.load(ordering: .acquiring)
  }
}

/// What the daemon was told on its command line.
private struct Options {
  var root = "/"
  var showsVersion = false

  struct Unknown: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: ArraySlice<String>) throws {
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--version": showsVersion = true
      case "--root":
        guard let root = rest.popFirst() else { throw Unknown(description: "expected argument for flag `--root'") }
        self.root = root
      case let text where text.hasPrefix("--root="): root = String(text.dropFirst(7))
      default: throw Unknown(description: "unknown argument \"\(argument)\" (snapd [--root DIR] [--version])")
      }
    }
    guard root.hasPrefix("/") else { throw Unknown(description: "cannot use root \"\(root)\": not an absolute path") }
  }
}

/// Why the daemon does not start.
private enum DaemonError: Error, CustomStringConvertible {
  case alreadyRunning(String)

  var description: String {
    switch self {
    case .alreadyRunning(let path): "cannot start: another snapd is running (it holds \(path))"
    }
  }
}
