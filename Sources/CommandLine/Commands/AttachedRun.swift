import ByteText
import Glibc

/// `snap run --strace` and `--gdbserver`: the app stops itself before it begins, another program is attached to it, and it
/// goes on. So the launcher runs as ever: traced, it would have no privileges (capabilities(7)).
struct AttachedRun {
  /// What is attached.
  enum Tool: Equatable {
    /// With further options, separated by spaces; `--raw` among them has no meaning here, as nothing is left out.
    case strace(options: String)
    /// Listening at an address, `:0` for a free port.
    case gdbserver(address: String)
  }

  /// The calls that only tell of time and waiting; the reference leaves them out, too.
  static let unwanted = "!select,pselect6,_newselect,clock_gettime,sigaltstack,gettid,gettimeofday,nanosleep"

  /// What follows `snap run`, without the options for the tool.
  let words: [String]
  let tool: Tool
  let context: Context

  /// Runs the app to its end.
  ///
  /// - Throws: a silent `Failure` with the app's exit code when that is not 0.
  func run() throws {
    // Before anything is started.
    let attach = try command()
    let program = try Helper.snap(in: context)
    context.out.flush()
    let app = try spawn([program, "run", "--stopped"] + words)
    var status: Int32 = 0
    while waitpid(app, &status, WUNTRACED) < 0, errno == EINTR {}
    // It did not come so far, and has said why.
    guard status & 0xff == 0x7f else { throw Failure("", exitCode: Self.exitCode(status)) }
    let tracer: Int32
    do {
      tracer = try spawn(attach + ["\(app)"])
    } catch {
      kill(app, SIGKILL)
      throw error
    }
    guard isAttached(to: app, by: tracer) else {
      kill(app, SIGKILL)
      _ = wait(for: app)
      throw Failure("cannot attach \(attach[0]) to the app")
    }
    kill(app, SIGCONT)
    let ended = wait(for: app)
    _ = wait(for: tracer)
    let code = Self.exitCode(ended)
    if code != 0 { throw Failure("", exitCode: code) }
  }

  /// The program to attach, up to the number of the process.
  func command() throws -> [String] {
    switch tool {
    case .strace(let options):
      guard let strace = find("strace") else {
        throw Failure("cannot find an installed strace, please try 'snap install strace-static'")
      }
      let more = options.byteSplit(" ").map(String.init).filter { $0 != "--raw" }
      return try privileged() + [strace, "-f", "-e", Self.unwanted] + more + ["-p"]
    case .gdbserver(let address):
      guard let server = find("gdbserver") else { throw Failure("please install gdbserver on your system") }
      return try privileged() + [server, "--once", "--attach", address]
    }
  }

  /// An ordinary user may trace nobody on most systems.
  private func privileged() throws -> [String] {
    if context.userID == 0 { return [] }
    guard let sudo = find("sudo") else { throw Failure("cannot trace an app as an ordinary user without sudo") }
    return [sudo, "-E"]
  }

  private func find(_ name: String) -> String? {
    ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + name }.first { access($0, X_OK) == 0 }
  }

  /// Waits until somebody traces a process; false when nobody will.
  private func isAttached(to pid: Int32, by tracer: Int32) -> Bool {
    while true {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let file = open("/proc/\(pid)/status", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return false }
      let count = read(file, &bytes, bytes.count)
      close(file)
      let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).byteSplit("\n")
      if let line = lines.first(where: { $0.hasBytePrefix("TracerPid:") }), !line.hasSuffix("\t0") { return true }
      var info = siginfo_t()
      // Looked at, not taken: it is waited for at the end.
      guard waitid(P_PID, id_t(tracer), &info, WEXITED | WNOHANG | WNOWAIT) == 0, info.si_signo == 0 else {
        return false
      }
      usleep(2000)
    }
  }

  private func spawn(_ command: [String]) throws -> Int32 {
    var argv = command.map { strdup($0) } + [nil]
    defer { for pointer in argv { free(pointer) } }
    var pid: Int32 = 0
    let error = posix_spawn(&pid, command[0], nil, nil, &argv, environ)
    guard error == 0 else { throw Failure("cannot run \(command[0]): \(String(cString: strerror(error)))") }
    return pid
  }

  private func wait(for pid: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// As shells say it: 128 and the signal's number for a process that a signal has ended.
  private static func exitCode(_ status: Int32) -> Int32 {
    status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
  }
}
