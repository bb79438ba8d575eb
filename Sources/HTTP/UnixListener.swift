internal import Glibc
internal import Linux

/// Where a server listens.
public enum UnixListener: Sendable {
  /// A socket that is made at this path, with exact permission bits, in place of a stale one.
  case path(String, name: String, mode: UInt32 = 0o666)
  /// A listening socket that somebody else made (socket activation). The server owns the descriptor from now on.
  case descriptor(Int32, name: String)

  /// What requests that come in here carry as ``Peer/socket``.
  public var name: String {
    switch self {
    case .path(_, let name, _), .descriptor(_, let name): name
    }
  }

  /// The listening descriptor, owned by the caller.
  public func open() throws -> Int32 {
    switch self {
    case .path(let path, _, let mode): return try Self.listen(at: path, mode: mode)
    case .descriptor(let descriptor, _):
      _ = try Self.checked("adopt socket", nil) { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      return descriptor
    }
  }

  /// Removes a socket that this process made, if it is still the one it made.
  static func remove(_ path: String, inode: UInt64) {
    if let status = try? Files.status(path, followSymlinks: false), status.kind == .socket, status.inode == inode {
      try? Files.remove(path)
    }
  }

  /// Made under another name and renamed once it listens with its mode set, so that there is no moment at which a
  /// client finds the path but can't connect.
  private static func listen(at path: String, mode: UInt32) throws -> Int32 {
    if let status = try Files.status(path, followSymlinks: false) {
      guard status.kind == .socket else { throw SyscallError("listen at", path: path, errno: EEXIST) }
      if try isAlive(path) { throw SyscallError("listen at", path: path, errno: EADDRINUSE) }
    }
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let directory = try OwnedFD.open(parent, O_RDONLY | O_DIRECTORY)
    let aside = ".\(name.prefix(32)).\(getpid())~"
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = OwnedFD(owning: try checked("make socket", path) { Glibc.socket(AF_UNIX, type, 0) })
    unlinkat(directory.raw, aside, 0)
    // Addresses have room for 107 bytes; the way through /proc is short however long the directory's path is.
    var address = try address("/proc/self/fd/\(directory.raw)/\(aside)", about: path)
    _ = try checked("listen at", path) {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    }
    do {
      _ = try checked("change mode of", path) { fchmodat(directory.raw, aside, mode, 0) }
      _ = try checked("listen at", path) { Glibc.listen(socket.raw, 128) }
      _ = try checked("listen at", path) { renameat(directory.raw, aside, directory.raw, name) }
    } catch {
      unlinkat(directory.raw, aside, 0)
      throw error
    }
    return socket.release()
  }

  /// Whether somebody accepts connections there.
  private static func isAlive(_ path: String) throws -> Bool {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let socket = OwnedFD(owning: try checked("make socket", path) { Glibc.socket(AF_UNIX, type, 0) })
    let file = try OwnedFD.open(path, 0o10000000 | O_NOFOLLOW)  // O_PATH
    var address = try address("/proc/self/fd/\(file.raw)", about: path)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return result == 0 || errno == EAGAIN  // EAGAIN: alive, and its queue is full
  }

  private static func address(_ path: String, about: String) throws -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard path.utf8.count < room.count else { return false }
      room.copyBytes(from: path.utf8)
      return true
    }
    guard fits else { throw SyscallError("listen at", path: about, errno: ENAMETOOLONG) }
    return address
  }

  private static func checked(_ call: String, _ path: String?, _ body: () -> Int32) throws(SyscallError) -> Int32 {
    let result = body()
    if result < 0 { throw SyscallError(call, path: path, errno: errno) }
    return result
  }
}
