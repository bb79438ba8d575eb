import Glibc
import Linux

/// The programs beside this one that do what a static program cannot (`/usr/lib/snapd/snap-image`).
enum Helper {
  /// Where they are: beside this program's own installation, so that a tree anywhere works, else in the system's
  /// place.
  static func directory(in context: Context) -> String {
    let system = context.root + "/usr/lib/snapd"
    if context.root.isEmpty, let own = ownDirectory() {
      for candidate in [own + "/../lib/snapd", own] where access(candidate + "/snap-image", X_OK) == 0 {
        return candidate
      }
    }
    return system
  }

  /// The program `snap` of the tree in which this one is installed, or beside it when it was just built: it runs apps.
  static func snap(in context: Context) throws -> String {
    let own = ownDirectory() ?? ""
    for candidate in [own + "/../../bin/snap", own + "/snap", context.root + "/usr/bin/snap"]
    where access(candidate, X_OK) == 0 {
      return candidate
    }
    throw Failure("cannot find the program that runs apps: \(context.root)/usr/bin/snap")
  }

  static func ownDirectory() -> String? {
    let path = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(0, buffer.baseAddress.map { readlink("/proc/self/exe", $0, buffer.count) } ?? 0)
    }
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return nil }
    return String(decoding: path[..<slash], as: UTF8.self)
  }

  /// Runs `snap-image` and returns what it printed.
  ///
  /// - Throws: `Failure` with the helper's message and exit code.
  static func image(_ arguments: [String], limit: Int, timeout: Duration, in context: Context) throws -> [UInt8] {
    let program = directory(in: context) + "/snap-image"
    guard access(program, X_OK) == 0 else {
      throw Failure("cannot find the program that reads and makes images: \(program)")
    }
    let result = try ChildProcess.run(
      [program] + arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"],
      captureLimit: limit, timeout: timeout)
    if result.timedOut { throw Failure("\(program) did not end in time") }
    if case .exited(0) = result.status {
      if result.truncated { throw Failure("\(program) printed more than \(limit) bytes") }
      return result.output
    }
    var text = String(decoding: result.errorOutput, as: UTF8.self)
    while text.last?.isNewline == true { text.removeLast() }
    for prefix in ["snap-image: ", SnapProgram.errorPrefix] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    if case .exited(let code) = result.status {
      throw Failure(text.isEmpty ? "\(program) failed with exit code \(code)" : text, exitCode: code == 20 ? 20 : 1)
    }
    throw Failure("\(program): \(result.status)")
  }

  /// Runs `snap-image` in the foreground: it has this terminal, reports its own errors, and Ctrl-C ends it with us.
  ///
  /// - Returns: what it printed on standard output, at most 64 KiB of it.
  /// - Throws: a silent `Failure` with the helper's exit code.
  static func foreground(_ arguments: [String], in context: Context) throws -> [UInt8] {
    try foreground("snap-image", arguments, limit: 1 << 16, in: context)
  }

  /// Runs `snap-keys`, which has the keys of the user and libcrypto, in the same way.
  ///
  /// - Returns: what it printed; never more than an assertion may have.
  static func keys(_ arguments: [String], in context: Context) throws -> [UInt8] {
    try foreground("snap-keys", arguments, limit: 4 << 20, in: context)
  }

  private static func foreground(
    _ name: String, _ arguments: [String], limit: Int, in context: Context
  ) throws -> [UInt8] {
    let program = directory(in: context) + "/" + name
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure("cannot make a pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let output = OwnedFD(owning: ends[0])
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var pid: pid_t = 0
    let failed = posix_spawn(&pid, program, &actions, nil, &words, environ)
    for word in words { free(word) }
    posix_spawn_file_actions_destroy(&actions)
    close(ends[1])
    guard failed == 0 else { throw Failure("cannot run \(program): \(String(cString: strerror(failed)))") }
    var bytes: [UInt8] = []
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, read(output.raw, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { break }
      if bytes.count < limit { bytes += chunk }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    if status == 0 { return bytes }
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : 1
    throw Failure("", exitCode: code == 20 ? 20 : 1)
  }
}
