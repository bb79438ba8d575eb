internal import CLinux
internal import Glibc

/// Operations on files by path, each safe to repeat and, where it replaces something, all or nothing.
public enum Files {
  /// The content of a regular file.
  ///
  /// - Parameter limit: most bytes to take; a longer file throws `EFBIG`.
  /// - Throws: `EINVAL` for anything but a regular file (a FIFO never blocks the caller).
  public static func read(_ path: String, limit: Int) throws(SyscallError) -> [UInt8] {
    try rejectNUL("read", path)
    let file = OwnedFD(owning: try check("read", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) })
    let kind = try file.status().kind
    guard kind == .regular else {
      throw SyscallError("read", path: path, errno: kind == .directory ? EISDIR : EINVAL)
    }
    return try file.readAll(limit: limit, path: path)
  }

  /// Replaces or makes a file so that a crash leaves either the old content or the new: written aside in the same
  /// directory, synced, renamed, and the directory synced.
  ///
  /// - Parameters:
  ///   - mode: exact permission bits, whatever the umask.
  ///   - owner: user and group; the caller's own when nil.
  ///   - durable: false skips both syncs, for files that are rebuilt after a crash.
  public static func writeAtomically(
    _ bytes: [UInt8], to path: String, mode: UInt32, owner: (uid: UInt32, gid: UInt32)? = nil, durable: Bool = true
  ) throws(SyscallError) {
    try rejectNUL("write", path)
    let (parent, name) = splitPath(path)
    let directory = try openDirectory(parent, call: "write", about: path)
    let aside = temporaryName(for: name)
    let file = OwnedFD(
      owning: try check("write", path) {
        openat(directory.raw, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      })
    do throws(SyscallError) {
      try file.writeAll(bytes, path: path)
      if let owner { _ = try check("change owner of", path) { fchown(file.raw, owner.uid, owner.gid) } }
      _ = try check("change mode of", path) { fchmod(file.raw, mode) }
      if durable { try file.sync(path: path) }
      _ = try check("write", path) { renameat(directory.raw, aside, directory.raw, name) }
    } catch {
      unlinkat(directory.raw, aside, 0)
      throw error
    }
    if durable { try directory.sync(path: parent) }
  }

  /// Makes `path` a symbolic link to `target`, replacing whatever link or file has the name in one step.
  public static func replaceSymlink(at path: String, target: String) throws(SyscallError) {
    try rejectNUL("link", path)
    try rejectNUL("link", target)
    let (parent, name) = splitPath(path)
    let directory = try openDirectory(parent, call: "link", about: path)
    let aside = temporaryName(for: name)
    _ = try check("link", path) { symlinkat(target, directory.raw, aside) }
    do throws(SyscallError) {
      _ = try check("link", path) { renameat(directory.raw, aside, directory.raw, name) }
    } catch {
      unlinkat(directory.raw, aside, 0)
      throw error
    }
    try directory.sync(path: parent)
  }

  /// Makes a directory and every missing one above it. Existing ones are left as they are.
  ///
  /// - Parameter mode: exact permission bits of every directory that is made, whatever the umask.
  public static func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SyscallError) {
    try rejectNUL("make directory", path)
    if mkdir(path, mode) == 0 {
      _ = try check("change mode of", path) { chmod(path, mode) }
      return
    }
    switch errno {
    case EEXIST:
      guard try status(path)?.kind == .directory else {
        throw SyscallError("make directory", path: path, errno: ENOTDIR)
      }
    case ENOENT:
      let parent = splitPath(path).parent
      guard parent != path, !path.isEmpty else { throw SyscallError("make directory", path: path, errno: ENOENT) }
      try makeDirectories(parent, mode: mode)
      if mkdir(path, mode) != 0 {
        let error = errno
        if error != EEXIST { throw SyscallError("make directory", path: path, errno: error) }
      } else {
        _ = try check("change mode of", path) { chmod(path, mode) }
      }
    case let error: throw SyscallError("make directory", path: path, errno: error)
    }
  }

  /// What is at the path, or nil when nothing is.
  public static func status(_ path: String, followSymlinks: Bool = true) throws(SyscallError) -> FileStatus? {
    try rejectNUL("stat", path)
    var status = stat()
    if (followSymlinks ? stat(path, &status) : lstat(path, &status)) == 0 { return FileStatus(status) }
    let error = errno
    if error == ENOENT || error == ENOTDIR { return nil }
    throw SyscallError("stat", path: path, errno: error)
  }

  /// The names in a directory, sorted, without "." and "..". Names that are not UTF-8 are left out: no file of ours
  /// has such a name, and a repaired one would name another file.
  public static func list(_ path: String) throws(SyscallError) -> [String] {
    try rejectNUL("list", path)
    let directory = try openDirectory(path, call: "list", about: path)
    var names: [String] = []
    try DirectoryReader(directory).forEach(path: path) { name, _ in
      if let name = name.withMemoryRebound(to: UInt8.self, { String(validating: $0, as: UTF8.self) }) {
        names.append(name)
      }
      return true
    }
    return names.sorted()
  }

  /// Where a symbolic link points to.
  public static func readSymlink(_ path: String) throws(SyscallError) -> String {
    try rejectNUL("read link", path)
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try check("read link", path) {
      target.withUnsafeMutableBytes { buffer in
        buffer.withMemoryRebound(to: CChar.self) { bytes -> Int in
          guard let base = bytes.baseAddress else { return 0 }
          return readlink(path, base, bytes.count)
        }
      }
    }
    return String(decoding: target[..<count], as: UTF8.self)
  }

  /// Removes one file or symbolic link; a missing one is fine.
  public static func remove(_ path: String) throws(SyscallError) {
    try rejectNUL("remove", path)
    if unlink(path) != 0, errno != ENOENT { throw SyscallError("remove", path: path, errno: errno) }
  }

  /// Removes an empty directory; a missing one is fine.
  public static func removeDirectory(_ path: String) throws(SyscallError) {
    try rejectNUL("remove", path)
    if rmdir(path) != 0, errno != ENOENT { throw SyscallError("remove", path: path, errno: errno) }
  }

  /// Gives a file a new name in the same file system, and syncs the new name's directory.
  ///
  /// - Parameter replace: false throws `EEXIST` when the new name is taken.
  public static func rename(_ path: String, to newPath: String, replace: Bool = true) throws(SyscallError) {
    try rejectNUL("rename", path)
    try rejectNUL("rename", newPath)
    _ = try check("rename", path) {
      cl_renameat2(AT_FDCWD, path, AT_FDCWD, newPath, replace ? 0 : CL_RENAME_NOREPLACE)
    }
    try syncDirectory(splitPath(newPath).parent)
    let old = splitPath(path).parent
    if old != splitPath(newPath).parent { try syncDirectory(old) }
  }

  /// Swaps two names of the same file system in one step.
  public static func exchange(_ first: String, _ second: String) throws(SyscallError) {
    try rejectNUL("rename", first)
    try rejectNUL("rename", second)
    _ = try check("rename", first) { cl_renameat2(AT_FDCWD, first, AT_FDCWD, second, CL_RENAME_EXCHANGE) }
    try syncDirectory(splitPath(first).parent)
  }

  /// Sets the permission bits; symbolic links are followed.
  public static func setMode(_ path: String, _ mode: UInt32) throws(SyscallError) {
    try rejectNUL("change mode of", path)
    _ = try check("change mode of", path) { chmod(path, mode) }
  }

  /// Sets owner and group; symbolic links are not followed.
  public static func setOwner(_ path: String, uid: UInt32, gid: UInt32) throws(SyscallError) {
    try rejectNUL("change owner of", path)
    _ = try check("change owner of", path) { lchown(path, uid, gid) }
  }

  /// Forces a directory's entries to the disk: a name made, removed or renamed in it survives a power loss.
  public static func syncDirectory(_ path: String) throws(SyscallError) {
    try openDirectory(path, call: "sync", about: path).sync(path: path)
  }

  /// A name for writing aside: hidden, beside the final name, not guessable.
  static func temporaryName(for name: String) -> String {
    ".\(name.prefix(200)).\(String(UInt64.random(in: .min ... .max), radix: 36))~"
  }

  static func openDirectory(_ path: String, call: String, about: String) throws(SyscallError) -> OwnedFD {
    OwnedFD(owning: try check(call, about) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
  }
}
