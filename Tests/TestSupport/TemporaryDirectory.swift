import Glibc
import Linux

/// A directory of a test's own. When its last user lets go of it, it is gone with everything in it, mounts included.
public final class TemporaryDirectory: Sendable {
  public let path: String

  /// - Parameter mode: rights; others may look into it unless told otherwise, since some tests run programs as them.
  public init(mode: UInt32 = 0o755) throws {
    // `make unit` sets it, and looks whether anything is left there.
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/snapd-test.XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw SyscallError("make directory", path: "\(parent)/snapd-test.XXXXXX", errno: errno)
    }
    path = String(cString: made)
    try Files.setMode(path, mode)
  }

  deinit { try? remove() }

  /// Removes it now; later does nothing more.
  public func remove() throws {
    try Leaks.removeMounts(below: path)
    try Files.removeTree(path)
  }

  /// The path of something in it.
  public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

/// Runs a test in a directory of its own.
public func withTemporaryDirectory<T>(mode: UInt32 = 0o755, _ body: (String) throws -> T) throws -> T {
  let directory = try TemporaryDirectory(mode: mode)
  defer { withExtendedLifetime(directory) {} }
  return try body(directory.path)
}

/// Runs a test that waits in a directory of its own.
public func withTemporaryDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
  let directory = try TemporaryDirectory()
  defer { withExtendedLifetime(directory) {} }
  return try await body(directory.path)
}
