internal import CLinux
internal import Glibc

extension Files {
  /// Removes a file, a link or a whole directory; missing is fine.
  ///
  /// Walks by descriptor, follows no symbolic link and never enters another mount (`EXDEV`, or `EBUSY` for a file
  /// something is mounted on): a bind mount left in a tree can't make it delete what lies behind. Depth and breadth of
  /// the tree are bounded by nothing but the disk; the walk holds one descriptor at a time.
  public static func removeTree(_ path: String) throws(SyscallError) {
    try rejectNUL("remove", path)
    let (parent, name) = splitPath(path)
    let holder = open(parent, CL_O_PATH | O_DIRECTORY | O_CLOEXEC)
    if holder < 0 {
      let error = errno
      if error == ENOENT { return }
      throw SyscallError("remove", path: path, errno: error)
    }
    let directory = OwnedFD(owning: holder)
    try Remover(path: path).remove(Array(name.utf8CString), in: directory)
  }
}

/// Removes one tree: down by descriptor, up through ".." after making sure that it is the directory we came from.
private struct Remover {
  struct Level {
    var name: [CChar]  // in the level above
    var device: UInt64
    var inode: UInt64
    var pending: [[CChar]]  // directories seen and not yet removed
  }
  /// At most this many names of directories are remembered per level before they are dealt with.
  static let batch = 512

  let path: String

  func fail(_ error: Int32) -> SyscallError { SyscallError("remove", path: path, errno: error) }

  func remove(_ name: [CChar], in directory: borrowing OwnedFD) throws(SyscallError) {
    guard unlinkat(directory.raw, name, 0) != 0 else { return }
    switch errno {
    case ENOENT: return
    case EISDIR, EPERM: break  // EPERM is what POSIX asks for a directory
    case let error: throw fail(error)
    }
    guard var current = try enter(name, from: directory.raw) else { return }
    var levels = [try level(name, current)]
    while let top = levels.indices.last {
      if levels[top].pending.isEmpty { levels[top].pending = try sweep(current) }
      if let next = levels[top].pending.popLast() {
        guard let child = try enter(next, from: current.raw) else { continue }
        levels.append(try level(next, child))
        current = child
        continue
      }
      let done = levels.removeLast()
      if let above = levels.last {
        let up = OwnedFD(owning: try wrap { openat(current.raw, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        let status = try up.status()
        // Somebody moved the directory while we were in it: ".." is not where we came from.
        guard status.device == above.device, status.inode == above.inode else { throw fail(ESTALE) }
        current = up
        try removeEmpty(done.name, in: current.raw)
      } else {
        try removeEmpty(done.name, in: directory.raw)
      }
    }
  }

  private func removeEmpty(_ name: [CChar], in directory: Int32) throws(SyscallError) {
    if unlinkat(directory, name, AT_REMOVEDIR) != 0, errno != ENOENT { throw fail(errno) }
  }

  private func wrap(_ body: () -> Int32) throws(SyscallError) -> Int32 { try check("remove", path, body) }

  private func level(_ name: [CChar], _ directory: borrowing OwnedFD) throws(SyscallError) -> Level {
    let status = try directory.status()
    return Level(name: name, device: status.device, inode: status.inode, pending: [])
  }

  /// Opens a directory to empty it; nil when it is gone, or was not a directory and is removed.
  private func enter(_ name: [CChar], from directory: Int32) throws(SyscallError) -> OwnedFD? {
    let flags = UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    let resolve = CL_RESOLVE_NO_XDEV | CL_RESOLVE_NO_SYMLINKS | CL_RESOLVE_BENEATH
    let opened = cl_openat2(directory, name, flags, 0, UInt64(resolve))
    if opened >= 0 { return OwnedFD(owning: opened) }
    let error = errno
    switch error {
    case ENOENT: return nil
    case ENOTDIR, ELOOP:
      if unlinkat(directory, name, 0) != 0, errno != ENOENT { throw fail(errno) }
      return nil
    default: throw fail(error)
    }
  }

  /// Removes everything but directories, and returns some of those; none means that the directory is empty.
  private func sweep(_ directory: borrowing OwnedFD) throws(SyscallError) -> [[CChar]] {
    var directories: [[CChar]] = []
    let raw = directory.raw
    try DirectoryReader(directory).forEach(path: path) { (name, type) throws(SyscallError) in
      let copy = Array(name) + [0]
      if type != CL_DT_DIR {
        if unlinkat(raw, copy, 0) == 0 || errno == ENOENT { return true }
        let error = errno
        if error != EISDIR, error != EPERM { throw fail(error) }
      }
      directories.append(copy)
      return directories.count < Self.batch
    }
    return directories
  }
}
