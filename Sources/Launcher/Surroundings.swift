internal import CLinux

/// What the process was started in, put aside while the launcher works and restored for the app.
struct Surroundings {
  /// The variables whose names start so carry what the loader would not let pass through a program with file
  /// capabilities (spec/features.md §6).
  static let savedPrefix = "SNAP_SAVED_"

  private let mask: UInt32
  private let directory: String?
  private var status = cl_launch_status()

  /// Remembers umask and working directory, and goes to `/` with no umask.
  init() throws(LaunchError) {
    mask = cl_launch_umask(0)
    var buffer = [CChar](repeating: 0, count: 4096)
    if cl_launch_getcwd(&buffer, buffer.count) == 1, cl_launch_status_at(atWorkingDirectory, ".", 1, &status) == 0 {
      directory = String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    } else {
      directory = nil
    }
    guard cl_launch_chdir("/") == 0 else { throw .call("go to /") }
  }

  /// Restores the umask only: the directory does not change for a classic snap.
  func restoreInPlace() {
    _ = cl_launch_umask(mask)
    if let directory { _ = cl_launch_chdir(directory) }
  }

  /// Goes back to the directory when the sandbox shows the very same one at its path, else to the void. A link on the way
  /// is never followed, and the caller has only the user's rights here.
  func restoreInSandbox() {
    _ = cl_launch_umask(mask)
    if let directory {
      let raw = openRaw(atWorkingDirectory, directory, flags: pathOfDirectory, walk: .plain)
      if raw >= 0 {
        defer { _ = cl_close(raw) }
        var now = cl_launch_status()
        if cl_launch_fstatus(raw, &now) == 0, now.device == status.device, now.inode == status.inode,
          cl_launch_fchdir(raw) == 0
        {
          return
        }
      }
    }
    if cl_launch_chdir("/var/lib/snapd/void") != 0 { _ = cl_launch_chdir("/") }
  }

  /// How many descriptors from 3 on a service manager passed to this very process (sd_listen_fds(3)).
  static func passedDescriptors(_ environment: [String]) -> UInt32 {
    var count: UInt32 = 0
    var isForUs = false
    for variable in environment {
      if variable.utf8.starts(with: "LISTEN_FDS=".utf8) {
        count = UInt32(String(variable.dropFirst(11))) ?? 0
      } else if variable.utf8.starts(with: "LISTEN_PID=".utf8) {
        isForUs = Int32(String(variable.dropFirst(11))) == cl_launch_pid()
      }
    }
    return isForUs ? min(count, 1024) : 0
  }

  /// The app's environment: as it came, with saved variables under their own names, and `added`.
  static func environment(_ given: [String], adding added: [(String, String)]) -> [String] {
    var saved: [String] = []
    for variable in given where variable.utf8.starts(with: savedPrefix.utf8) {
      saved.append(withoutEmptyElements(String(variable.dropFirst(savedPrefix.utf8.count))))
    }
    var replaced: [String] = added.map { $0.0 }
    for variable in saved { replaced.append(Self.key(variable)) }
    var result: [String] = []
    for variable in given where !variable.utf8.starts(with: savedPrefix.utf8) {
      if !replaced.contains(Self.key(variable)) { result.append(variable) }
    }
    result += saved
    for (key, value) in added { result.append(key + "=" + value) }
    return result
  }

  /// `LD_LIBRARY_PATH` without empty elements: `$SNAP/lib:$LD_LIBRARY_PATH` has one where the second was not set, and
  /// the loader takes it for the working directory, where anybody may have put a library (CVE-2020-27348).
  private static func withoutEmptyElements(_ variable: String) -> String {
    let name = "LD_LIBRARY_PATH="
    guard variable.utf8.starts(with: name.utf8) else { return variable }
    var result = ""
    for element in variable.utf8.dropFirst(name.utf8.count).split(whereSeparator: { $0 == 58 || $0 == 59 }) {
      result += (result.isEmpty ? "" : ":") + String(Substring(element))
    }
    return name + result
  }

  private static func key(_ variable: String) -> String {
    String(Substring(variable.utf8.prefix { $0 != UInt8(ascii: "=") }))
  }
}
