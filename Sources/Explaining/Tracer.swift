internal import CLinux
internal import Glibc
internal import Linux

/// Runs an app and gathers what fails in it as confinement makes things fail (ptrace(2)).
///
/// It begins where the launcher ends: what `snap` and `snap-confine` try is not the app's.
public struct Tracer {
  /// How the traced run begins.
  public enum Start: Sendable {
    /// Traced from its first instruction: root's way, for whom a traced launcher keeps its privileges.
    case traced
    /// The launched program stops itself before it becomes the app, and is traced from there. A program with file
    /// capabilities has none while somebody without privilege traces it (capabilities(7)).
    case whenStopped
  }

  public struct Report: Sendable {
    public var failures: [TracedFailure] = []
    /// There were more than are kept.
    public var isCut = false
    /// The launcher was seen to become the app.
    public var reachedApp = false
    /// What the app ended with; 128 and the signal's number when a signal ended it, as shells say it.
    public var exitCode: Int32 = 0
  }

  /// Why nothing could be traced.
  public struct Failed: Error, CustomStringConvertible, Sendable {
    public let description: String
  }

  /// Different failures that are kept.
  public static let limit = 400

  private let roots: [String]
  /// Where the caller is: shells look for it at once (`$PWD`), and a view has it or not.
  private let directory = (try? Files.readSymlink("/proc/self/cwd")) ?? ""
  private var report = Report()
  private var known: Set<TracedFailure.Key> = []
  /// The call that each thread is in.
  private var calls: [Int32: (arch: UInt32, number: UInt64, arguments: [UInt64])] = [:]
  private var main: Int32 = 0
  /// The next program of the main process is the app.
  private var isLauncher = false

  /// - Parameter root: the root directory that the app's snap is below, `""` for the machine's own.
  public init(root: String) { roots = root.isEmpty ? [""] : [root, ""] }

  /// Runs a command to its end, with this process's descriptors.
  ///
  /// - Parameters:
  ///   - command: the program's absolute path and its arguments.
  ///   - environment: `KEY=value`.
  public mutating func run(
    _ command: [String], environment: [String], start: Start
  ) throws(Failed) -> Report {
    var argv = command.map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer {
      for pointer in argv { free(pointer) }
      for pointer in envp { free(pointer) }
    }
    guard let path = command.first else { throw Failed(description: "cannot run an empty command") }
    let pid = cl_trace_start(path, &argv, &envp, start == .traced ? 1 : 0)
    guard pid > 0 else { throw Failed(description: "cannot trace \(path): \(Self.reason(-pid))") }
    main = pid
    cl_trace_ignore_interrupts(1)
    defer { cl_trace_ignore_interrupts(0) }
    if start == .whenStopped {
      var status: Int32 = 0
      let attached = cl_trace_attach_stopped(pid, &status)
      guard attached != 0 else {
        report.exitCode = Self.exitCode(status)
        return report
      }
      guard attached > 0 else {
        report.exitCode = Self.exitCode(cl_trace_await(pid))
        throw Failed(description: "cannot trace the app: \(Self.reason(-attached))")
      }
      isLauncher = true
    }
    watch()
    return report
  }

  private mutating func watch() {
    var event = cl_trace_event()
    while true {
      // ECHILD: everything has ended.
      guard cl_trace_next(&event) == 0 else { return }
      switch Int(event.kind) {
      case CL_TRACE_EXITED, CL_TRACE_KILLED:
        calls[event.pid] = nil
        guard event.pid == main else { continue }
        let code = Int32(truncatingIfNeeded: event.value)
        report.exitCode = Int(event.kind) == CL_TRACE_EXITED ? code : 128 + code
        // What the app has left running goes on without a tracer when this process ends.
        return
      case CL_TRACE_GROUP_STOP:
        cl_trace_listen(event.pid)
        continue
      case CL_TRACE_SIGNAL:
        cl_trace_resume(event.pid, report.reachedApp ? 1 : 0, Int32(truncatingIfNeeded: event.value))
        continue
      case CL_TRACE_EXECUTED: executed(event.pid)
      case CL_TRACE_ENTRY: entered(event)
      case CL_TRACE_RETURN: returned(event)
      default: break
      }
      cl_trace_resume(event.pid, report.reachedApp ? 1 : 0, 0)
    }
  }

  private mutating func executed(_ pid: Int32) {
    // The call of a thread that executed another program has succeeded.
    calls[pid] = nil
    guard pid == main, !report.reachedApp else { return }
    if isLauncher {
      report.reachedApp = true
    } else if let name = try? Files.read("/proc/\(pid)/comm", limit: 64) {
      isLauncher = name.starts(with: "snap-confine".utf8)
    }
  }

  private mutating func entered(_ event: cl_trace_event) {
    let values = event.arguments
    calls[event.pid] = (
      event.arch, event.number, [values.0, values.1, values.2, values.3, values.4, values.5]
    )
  }

  private mutating func returned(_ event: cl_trace_event) {
    guard let call = calls.removeValue(forKey: event.pid), event.value < 0, event.value >= -4095 else { return }
    let process = TracedProcess(pid: event.pid, roots: roots)
    guard
      let failure = process.failure(
        arch: call.arch, number: call.number, arguments: call.arguments, errno: Int32(-event.value))
    else { return }
    if case .path(directory, access: "r", _, _, _) = failure.target { return }
    guard known.count < Self.limit else {
      report.isCut = report.isCut || !known.contains(failure.key)
      return
    }
    if known.insert(failure.key).inserted { report.failures.append(failure) }
  }

  private static func exitCode(_ status: Int32) -> Int32 {
    status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
