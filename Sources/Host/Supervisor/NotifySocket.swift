internal import CLinux
internal import Glibc
internal import Linux

/// The receiving end of sd_notify(3) for one service. Each service has its own, so that none can speak for another.
final class NotifySocket {
  let path: String
  let descriptor: OwnedFD

  init(unit: String, directories: Directories) throws(SyscallError) {
    let directory = directories.notifyDirectory(of: unit)
    try Files.makeDirectories(directory, mode: 0o755)
    path = directory + "/socket"
    let fd = cl_notify_socket(path)
    guard fd >= 0 else { throw SyscallError("listen at", path: path, errno: -fd) }
    descriptor = OwnedFD(owning: fd)
  }

  deinit { _ = unlink(path) }

  /// - Returns: the next message and the process that sent it; `nil` when there is none left.
  func receive() -> (message: [UInt8], pid: Int32)? {
    var pid: Int32 = 0
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { cl_notify_receive(descriptor.raw, $0.baseAddress, $0.count, &pid) }
    guard count >= 0 else { return nil }
    return (Array(buffer[..<Int(count)]), pid)
  }
}
