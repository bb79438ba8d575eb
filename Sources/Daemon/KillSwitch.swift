internal import Glibc
internal import Linux
internal import State
internal import Synchronization

/// Lets the tests kill the daemon at a boundary of a task, or write down which boundaries there are. It is off unless
/// the environment of the daemon, which root makes, switches it on.
enum KillSwitch {
  /// - `SNAPPY_TESTING=1` and `SNAPD_TEST_KILL_AT=N`: the process kills itself at the Nth boundary.
  /// - `SNAPPY_TESTING=1` and `SNAPD_TEST_BOUNDARIES=FILE`: each boundary is appended to the file.
  static func fromEnvironment() throws -> (@Sendable (Boundary) -> Void)? {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    guard variable("SNAPPY_TESTING") == "1" else { return nil }
    if let at = variable("SNAPD_TEST_KILL_AT").flatMap(Int.init) {
      let counter = Atomic<Int>(0)
      let box = Box(counter)
      return { _ in
        if box.value.wrappingAdd(1, ordering: .relaxed).newValue == at { kill(getpid(), SIGKILL) }
      }
    }
    if let path = variable("SNAPD_TEST_BOUNDARIES") {
      let file = try OwnedFD.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600).release()
      return { boundary in
        let line = "\(boundary)\n"
        _ = line.withCString { write(file, $0, strlen($0)) }
      }
    }
    return nil
  }

  private final class Box: Sendable {
    let value: Atomic<Int>
    init(_ value: consuming Atomic<Int>) { self.value = value }
  }
}
