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
  static func passedDescriptors(_ environment: [[UInt8]]) -> UInt32 {
    var count: UInt32 = 0
    var isForUs = false
    for variable in environment {
      if variable.starts(with: "LISTEN_FDS=".utf8) {
        count = UInt32(String(decoding: variable[11...], as: UTF8.self)) ?? 0
      } else if variable.starts(with: "LISTEN_PID=".utf8) {
        isForUs = Int32(String(decoding: variable[11...], as: UTF8.self)) == cl_launch_pid()
      }
    }
    return isForUs ? min(count, 1024) : 0
  }

  /// The app's environment: as it came, byte by byte, with saved variables under their own names, and `added`.
  static func environment(_ given: [[UInt8]], adding added: [(String, String)]) -> [[UInt8]] {
    var saved: [[UInt8]] = []
    var replaced: [[UInt8]] = added.map { Array($0.0.utf8) }
    for variable in given where variable.starts(with: savedPrefix.utf8) {
      saved.append(withoutEmptyElements(Array(variable[savedPrefix.utf8.count...])))
    }
    for variable in saved { replaced.append(Array(Self.key(variable))) }
    var result: [[UInt8]] = []
    result.reserveCapacity(given.count + added.count)
    for variable in given where !variable.starts(with: savedPrefix.utf8) {
      let key = Self.key(variable)
      if !replaced.contains(where: { $0.elementsEqual(key) }) { result.append(variable) }
    }
    result += saved
    for (key, value) in added { result.append(Array((key + "=" + value).utf8)) }
    return result
  }

  /// `LD_LIBRARY_PATH` without empty elements: `$SNAP/lib:$LD_LIBRARY_PATH` has one where the second was not set, and
  /// the loader takes it for the working directory, where anybody may have put a library (CVE-2020-27348).
  private static func withoutEmptyElements(_ variable: [UInt8]) -> [UInt8] {
    let name = Array("LD_LIBRARY_PATH=".utf8)
    guard variable.starts(with: name) else { return variable }
    var result = name
    for element in variable[name.count...].split(whereSeparator: { $0 == 58 || $0 == 59 }) {
      if result.count > name.count { result.append(58) }
      result += element
    }
    return result
  }

  private static func key(_ variable: [UInt8]) -> ArraySlice<UInt8> {
    variable.prefix { $0 != UInt8(ascii: "=") }
  }
}
