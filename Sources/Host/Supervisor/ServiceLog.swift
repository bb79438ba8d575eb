internal import CLinux
internal import Glibc
internal import Linux

/// What a service writes, on its way from a named pipe to a file.
///
/// The service holds the pipe open for reading too, so that it neither dies nor fails when the daemon is gone for a
/// while: up to the pipe's size its words wait for the next daemon. Lines get a time, the service's name and its
/// process. The file starts anew at `limit` bytes; the one before it is kept.
final class ServiceLog {
  static let limit: Int64 = 4 << 20
  static let longestLine = 16 << 10

  private let pipePath: String
  private let identifier: String
  let file: ServiceLogFile
  /// The reading end; -1 before `open()`.
  private(set) var descriptor: Int32 = -1
  private var partial: [UInt8] = []

  init(unit: String, identifier: String, directories: Directories) {
    pipePath = Self.pipePath(unit: unit, directories: directories)
    self.identifier = identifier
    file = ServiceLogFile(path: ServiceLogFile.path(of: unit, directories: directories))
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  static func pipePath(unit: String, directories: Directories) -> String {
    "\(directories.supervisorRuntime)/log/\(unit)"
  }

  /// Makes the pipe and begins to read it.
  func open() throws(SyscallError) {
    guard descriptor < 0 else { return }
    if mkfifo(pipePath, 0o600) != 0, errno != EEXIST { throw SyscallError("create", path: pipePath, errno: errno) }
    let fd = Glibc.open(pipePath, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    guard fd >= 0 else { throw SyscallError("open", path: pipePath, errno: errno) }
    var status = stat()
    guard fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
      close(fd)
      throw SyscallError("read a log from", path: pipePath, errno: EINVAL)
    }
    // Room for what is said while no daemon reads; a smaller pipe is no reason to fail.
    cl_pipe_size(fd, 1 << 20)
    descriptor = fd
  }

  /// An end for the service to write to.
  func writer() throws(SyscallError) -> OwnedFD {
    let fd = Glibc.open(pipePath, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard fd >= 0 else { throw SyscallError("open", path: pipePath, errno: errno) }
    return OwnedFD(owning: fd)
  }

  /// Moves what is in the pipe to the file; at most a megabyte at a time, so that one service cannot keep the
  /// supervisor from the others.
  func drain(pid: Int32) {
    guard descriptor >= 0 else { return }
    var lines: [[UInt8]] = []
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      for _ in 0..<16 {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { break }
        for byte in buffer[..<count] {
          if byte == UInt8(ascii: "\n") || partial.count >= Self.longestLine {
            lines.append(partial)
            partial.removeAll(keepingCapacity: true)
            if byte == UInt8(ascii: "\n") { continue }
          }
          partial.append(byte)
        }
        if count < buffer.count { break }
      }
    }
    file.append(lines, identifier: identifier, pid: pid)
  }

  /// Writes an unfinished last line, when nothing more will come.
  func finish(pid: Int32) {
    drain(pid: pid)
    if !partial.isEmpty {
      file.append([partial], identifier: identifier, pid: pid)
      partial = []
    }
  }

  /// Adds a line of the supervisor's own.
  func note(_ text: String) { file.append([Array(text.utf8)], identifier: "snapd", pid: getpid()) }

  func remove() {
    _ = unlink(pipePath)
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
