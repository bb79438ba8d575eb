internal import CLinux
internal import Glibc

/// Copying files and trees as `cp -a` does: owner, mode, times, extended attributes (ACLs and file capabilities among
/// them), hard links within the tree, holes, symbolic links and special files.
public enum Copying {
  /// A deeper tree throws `ENAMETOOLONG`: two descriptors are held for each level.
  static let deepest = 256

  /// Copies a tree (or a single file) to a path that must not exist.
  ///
  /// Walks by descriptor and follows no symbolic link beneath `source`. Blocks are shared with the original where the
  /// file system can. A crash or an error leaves a part behind: see ``copyTreeAtomically(from:to:)``.
  public static func copyTree(from source: String, to target: String) throws(SyscallError) {
    try rejectNUL("copy", source)
    try rejectNUL("copy", target)
    let (sourceParent, sourceName) = splitPath(source)
    let (targetParent, targetName) = splitPath(target)
    let from = try Files.openDirectory(sourceParent, call: "copy", about: source)
    let to = try Files.openDirectory(targetParent, call: "copy", about: target)
    var copier = TreeCopier()
    try copier.copy(
      sourceName.nullTerminated, in: from, path: source, to: targetName.nullTerminated, in: to, root: to, trail: "",
      depth: 0)
  }

  /// Copies a tree so that `target` is either missing or complete and on the disk, whatever happens: copied beside it
  /// under a hidden name, synced, then renamed. A part left by an earlier crash is removed first.
  ///
  /// - Throws: `EEXIST` when there is a target already.
  public static func copyTreeAtomically(from source: String, to target: String) throws(SyscallError) {
    let aside = asidePath(for: target)
    if try Files.status(target, followSymlinks: false) != nil {
      throw SyscallError("copy to", path: target, errno: EEXIST)
    }
    try Files.removeTree(aside)
    do throws(SyscallError) {
      try copyTree(from: source, to: aside)
      try syncFileSystem(at: splitPath(aside).parent)
      try Files.rename(aside, to: target, replace: false)
    } catch {
      try? Files.removeTree(aside)
      throw error
    }
  }

  /// Where ``copyTreeAtomically(from:to:)`` builds its copy: always the same name, so that a crash leaves one at most.
  public static func asidePath(for target: String) -> String {
    let (parent, name) = splitPath(target)
    return "\(parent == "/" ? "" : parent)/.\(name).copying~"
  }

  /// Copies the content of an open regular file to a new file.
  ///
  /// - Parameters:
  ///   - path: must not exist.
  ///   - mode: exact permission bits.
  ///   - durable: also forces the content to the disk; the caller syncs the directory.
  public static func copyFile(from source: borrowing OwnedFD, to path: String, mode: UInt32, durable: Bool = true)
    throws(SyscallError)
  {
    let target = try OwnedFD.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    do throws(SyscallError) {
      try copyContent(from: source, to: target, path: path)
      _ = try check("change mode of", path) { fchmod(target.raw, mode) }
      if durable { try target.sync(path: path) }
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Copies the content of a regular file to a new one. See ``copyFile(from:to:mode:durable:)-(OwnedFD,_,_,_)``.
  public static func copyFile(from source: String, to path: String, mode: UInt32, durable: Bool = true)
    throws(SyscallError)
  {
    let file = try OwnedFD.open(source, O_RDONLY | O_NONBLOCK)
    guard try file.status().kind == .regular else { throw SyscallError("copy", path: source, errno: EINVAL) }
    try copyFile(from: file, to: path, mode: mode, durable: durable)
  }

  /// Forces everything written to the file system that holds the path to the disk (syncfs(2)).
  public static func syncFileSystem(at path: String) throws(SyscallError) {
    let directory = try Files.openDirectory(path, call: "sync", about: path)
    _ = try check("sync", path) { cl_syncfs(directory.raw) }
  }

  /// Shares the blocks if possible; else copies what is not a hole, in the kernel if possible.
  static func copyContent(from source: borrowing OwnedFD, to target: borrowing OwnedFD, path: String)
    throws(SyscallError)
  {
    if cl_reflink(target.raw, source.raw) == 0 { return }
    let size = try source.status().size
    _ = try check("copy", path) { ftruncate(target.raw, Int(size)) }
    var offset: Int64 = 0
    var inKernel = true
    while offset < size {
      var data = cl_seek_data(source.raw, offset)
      if data < 0 {
        if errno == ENXIO { return }  // only a hole is left
        data = offset
      }
      var end = cl_seek_hole(source.raw, data)
      if end < 0 { end = size }
      offset = data
      while offset < end {
        let moved = try copyRange(
          from: source.raw, to: target.raw, at: offset, count: Int(min(end - offset, 1 << 30)), inKernel: &inKernel,
          path: path)
        if moved == 0 { return }  // the source was cut meanwhile
        offset += Int64(moved)
      }
    }
  }

  private static func copyRange(
    from source: Int32, to target: Int32, at offset: Int64, count: Int, inKernel: inout Bool, path: String
  ) throws(SyscallError) -> Int {
    if inKernel {
      var from = offset
      var to = offset
      do throws(SyscallError) {
        let moved = try check("copy", path) { cl_copy_file_range(source, &from, target, &to, count) }
        if moved > 0 { return Int(moved) }
      } catch {
        switch error.errno {
        case EXDEV, EINVAL, EOPNOTSUPP, ENOSYS, EPERM: break
        default: throw error
        }
      }
      inKernel = false
    }
    var buffer = [UInt8](repeating: 0, count: min(count, 256 * 1024))
    let got = try check("copy", path) { pread(source, &buffer, buffer.count, Int(offset)) }
    var done = 0
    while done < got {
      let start = done
      done += try check("copy", path) {
        buffer.withUnsafeBytes { bytes in
          pwrite(target, bytes.baseAddress.map { $0 + start }, got - start, Int(offset) + start)
        }
      }
    }
    return got
  }
}

extension String {
  /// The bytes of a C string.
  var nullTerminated: [CChar] { Array(utf8CString) }
}
