internal import Glibc
public import Linux

/// Stream sockets with names in the file system.
public enum UnixSockets {
  /// The user at the other end.
  public static func peer(of socket: borrowing OwnedFD) -> (pid: Int32, uid: UInt32)? {
    var credentials = Credentials()
    var length = socklen_t(MemoryLayout<Credentials>.size)
    guard getsockopt(socket.raw, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
    return (credentials.pid, credentials.uid)
  }

  /// `struct ucred`, which Glibc's module leaves out.
  private struct Credentials {
    var pid: Int32 = 0
    var uid: UInt32 = .max
    var gid: UInt32 = .max
  }

  /// Connects without waiting for anybody: a listener that takes no more calls is one that does not answer.
  static func connect(_ path: String) throws(SyscallError) -> OwnedFD {
    let descriptor = try make(extra: Int32(SOCK_NONBLOCK.rawValue))
    var address = try address(path)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw SyscallError("connect to", path: path, errno: errno) }
    return descriptor
  }

  /// Listens at a path, for its owner alone. What was at the path is removed.
  public static func listen(_ path: String) throws(SyscallError) -> OwnedFD {
    let descriptor = try make(extra: 0)
    var address = try address(path)
    _ = unlink(path)
    let mask = umask(0o077)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    umask(mask)
    guard status == 0, Glibc.listen(descriptor.raw, 16) == 0 else {
      throw SyscallError("listen at", path: path, errno: errno)
    }
    return descriptor
  }

  private static func make(extra: Int32) throws(SyscallError) -> OwnedFD {
    let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | extra, 0)
    guard raw >= 0 else { throw SyscallError("make a socket", path: nil, errno: errno) }
    return OwnedFD(owning: raw)
  }

  private static func address(_ path: String) throws(SyscallError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
      throw SyscallError("use the address", path: path, errno: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
  }
}
