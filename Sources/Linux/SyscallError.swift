internal import CLinux

/// A system call that failed: which one, about what, and the kernel's answer.
public struct SyscallError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was attempted, as a verb for the message ("open", "mount").
  public let call: String
  /// The path, device or name the call was about, when there is one.
  public let path: String?
  /// The `errno` of the call.
  public let errno: Int32

  public init(_ call: String, path: String? = nil, errno: Int32) {
    self.call = call
    self.path = path
    self.errno = errno
  }

  public var description: String {
    if let path { return "cannot \(call) \(path): \(message)" }
    return "cannot \(call): \(message)"
  }

  /// The kernel's answer in words, as `strerror(3)` gives it ("Permission denied").
  public var message: String {
    guard let text = cl_strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
  }
}
