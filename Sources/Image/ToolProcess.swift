internal import Glibc
internal import Linux

/// Runs one of the squashfs tools and waits for it, without leaving it behind when the user interrupts.
enum ToolProcess {
  struct Result {
    /// As `waitpid` gives it.
    var status: Int32
    /// The beginning of what it printed on both streams, without surrounding blanks.
    var output: String
  }

  /// The signals that end the work in order.
  private static let endings = [SIGINT, SIGTERM, SIGHUP]

  /// The first executable with a name in `PATH`.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    for directory in path.split(separator: ":") {
      let candidate = "\(directory)/\(name)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }

  /// Runs a program with nothing on its standard input.
  static func run(_ arguments: [String], captureLimit: Int) throws(PackError) -> Result {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system(call: "run", path: arguments[0], errno: errno) }
    let reading = OwnedFD(owning: ends[0])
    let writing = OwnedFD(owning: ends[1])
    for raw in [reading.raw, writing.raw] { _ = fcntl(raw, F_SETFD, FD_CLOEXEC) }

    var watched = sigset_t()
    var before = sigset_t()
    sigemptyset(&watched)
    for signal in endings { sigaddset(&watched, signal) }
    pthread_sigmask(SIG_BLOCK, &watched, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    let child = try spawn(arguments, output: writing.raw, mask: &before)
    _ = consume writing
    var output: [UInt8] = []
    let interruption = drain(reading.raw, into: &output, limit: captureLimit, watched: &watched)
    if interruption != nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    if let interruption { throw .interrupted(signal: interruption) }
    return Result(status: status, output: trimmed(output))
  }

  private static func spawn(
    _ arguments: [String], output: Int32, mask: inout sigset_t
  ) throws(PackError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var vector = arguments.map { strdup($0) } + [nil]
    defer { for argument in vector { free(argument) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, arguments[0], &actions, &attributes, &vector, environ)
    guard result == 0 else {
      throw .system(call: "run", path: arguments[0], errno: result)
    }
    return child
  }

  /// Reads until the program ends or a signal asks to; the end of output wakes it at once.
  private static func drain(
    _ raw: Int32, into output: inout [UInt8], limit: Int, watched: inout sigset_t
  ) -> Int32? {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      var entry = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, 100)
      var now = timespec(tv_sec: 0, tv_nsec: 0)
      let signal = sigtimedwait(&watched, nil, &now)
      if signal > 0 { return signal }
      guard ready > 0 else { continue }
      let got = chunk.withUnsafeMutableBytes { read(raw, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { return nil }
      output.append(contentsOf: chunk[..<min(got, max(0, limit - output.count))])
    }
  }

  private static func trimmed(_ bytes: [UInt8]) -> String {
    let blank: (UInt8) -> Bool = { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
    let rest = bytes.drop(while: blank)
    guard let last = rest.lastIndex(where: { !blank($0) }) else { return "" }
    return String(decoding: rest[...last], as: UTF8.self)
  }
}
