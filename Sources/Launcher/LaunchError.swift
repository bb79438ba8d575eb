internal import CLinux

/// Why an app could not be launched: one sentence "cannot …" for stderr.
public struct LaunchError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  /// The kernel's error number, when a system call failed; otherwise 0.
  public let errno: Int32

  init(_ description: String, errno: Int32 = 0) {
    self.description = description
    self.errno = errno
  }

  /// The last system call failed: what it was to do, and what the kernel says.
  static func call(_ what: String) -> LaunchError {
    let errno = cl_errno()
    guard let text = cl_strerror(errno) else { return LaunchError("cannot \(what): error \(errno)", errno: errno) }
    return LaunchError("cannot \(what): \(String(cString: text))", errno: errno)
  }
}
