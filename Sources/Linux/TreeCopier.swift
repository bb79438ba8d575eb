internal import CLinux
internal import Glibc

/// Copies one tree; remembers files with several names, to link their copies.
struct TreeCopier {
  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }
  private struct Copied {
    var trail: String  // from the root of the copy
    var identity: Identity
  }
  private var linked: [Identity: Copied] = [:]

  /// Copies one entry.
  ///
  /// - Parameters:
  ///   - root: the directory that holds the whole copy, and `trail` the way from there to `target`.
  ///   - path: the original, for messages.
  mutating func copy(
    _ name: [CChar], in source: borrowing OwnedFD, path: String, to targetName: [CChar], in target: borrowing OwnedFD,
    root: borrowing OwnedFD, trail: String, depth: Int
  ) throws(SyscallError) {
    guard depth < Copying.deepest else { throw SyscallError("copy", path: path, errno: ENAMETOOLONG) }
    var raw = stat()
    _ = try check("copy", path) { fstatat(source.raw, name, &raw, AT_SYMLINK_NOFOLLOW) }
    let status = FileStatus(raw)
    let identity = Identity(device: status.device, inode: status.inode)
    let ownTrail = trail + String(decoding: targetName.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    if status.kind != .directory, status.links > 1, let copied = linked[identity],
      try link(copied, to: targetName, in: target, root: root, path: path)
    {
      return
    }
    switch status.kind {
    case .directory:
      try copyDirectory(
        name, in: source, path: path, to: targetName, in: target, root: root, trail: ownTrail, depth: depth)
    case .regular: try copyFile(name, in: source, path: path, to: targetName, in: target)
    case .symlink:
      try copySymlink(name, in: source, path: path, to: targetName, in: target, size: status.size)
      try finishByName(raw, name, in: source, path: path, targetName, in: target)
    case .fifo, .socket, .characterDevice, .blockDevice:
      _ = try check("copy", path) { mknodat(target.raw, targetName, raw.st_mode, raw.st_rdev) }
      _ = try check("copy", path) { fchmodat(target.raw, targetName, raw.st_mode & 0o7777, 0) }
      try finishByName(raw, name, in: source, path: path, targetName, in: target)
    case .unknown: throw SyscallError("copy", path: path, errno: EINVAL)
    }
    if status.kind != .directory, status.links > 1 {
      var made = stat()
      _ = try check("copy", path) { fstatat(target.raw, targetName, &made, AT_SYMLINK_NOFOLLOW) }
      let copy = FileStatus(made)
      linked[identity] = Copied(trail: ownTrail, identity: Identity(device: copy.device, inode: copy.inode))
    }
  }

  /// Links to the earlier copy; false when it is not there any more (somebody works in the copy), and the file must be
  /// copied again. Never links to anything but the file that was made here.
  private func link(
    _ copied: Copied, to name: [CChar], in target: borrowing OwnedFD, root: borrowing OwnedFD, path: String
  ) throws(SyscallError) -> Bool {
    let resolve = CL_RESOLVE_BENEATH | CL_RESOLVE_NO_SYMLINKS | CL_RESOLVE_NO_MAGICLINKS
    let flags = UInt64(CL_O_PATH | O_NOFOLLOW | O_CLOEXEC)
    let opened = cl_openat2(root.raw, copied.trail, flags, 0, UInt64(resolve))
    // A symbolic link that is the last element can't be opened with RESOLVE_NO_SYMLINKS: it is copied again.
    guard opened >= 0 else { return false }
    let file = OwnedFD(owning: opened)
    let status = try file.status()
    guard Identity(device: status.device, inode: status.inode) == copied.identity else { return false }
    _ = try check("copy", path) {
      linkat(AT_FDCWD, "/proc/self/fd/\(file.raw)", target.raw, name, AT_SYMLINK_FOLLOW)
    }
    return true
  }

  private mutating func copyDirectory(
    _ name: [CChar], in source: borrowing OwnedFD, path: String, to targetName: [CChar], in target: borrowing OwnedFD,
    root: borrowing OwnedFD, trail: String, depth: Int
  ) throws(SyscallError) {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let from = OwnedFD(owning: try check("copy", path) { openat(source.raw, name, flags) })
    var status = stat()
    _ = try check("copy", path) { fstat(from.raw, &status) }
    _ = try check("copy", path) { mkdirat(target.raw, targetName, 0o700) }
    let to = OwnedFD(owning: try check("copy", path) { openat(target.raw, targetName, flags) })
    var names: [[CChar]] = []
    try DirectoryReader(from).forEach(path: path) { entry, _ in
      names.append(Array(entry) + [0])
      return true
    }
    for entry in names {
      let text = String(decoding: entry.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      try copy(
        entry, in: from, path: "\(path)/\(text)", to: entry, in: to, root: root, trail: trail + "/", depth: depth + 1)
    }
    try finish(status, from, to, path: path)
  }

  private func copyFile(
    _ name: [CChar], in source: borrowing OwnedFD, path: String, to targetName: [CChar], in target: borrowing OwnedFD
  ) throws(SyscallError) {
    let from = OwnedFD(
      owning: try check("copy", path) { openat(source.raw, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) })
    var status = stat()
    _ = try check("copy", path) { fstat(from.raw, &status) }
    // Replaced since it was looked at.
    guard FileStatus(status).kind == .regular else { throw SyscallError("copy", path: path, errno: ESTALE) }
    let to = OwnedFD(
      owning: try check("copy", path) {
        openat(target.raw, targetName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      })
    try Copying.copyContent(from: from, to: to, path: path)
    try finish(status, from, to, path: path)
  }

  private func copySymlink(
    _ name: [CChar], in source: borrowing OwnedFD, path: String, to targetName: [CChar], in target: borrowing OwnedFD,
    size: Int64
  ) throws(SyscallError) {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try check("copy", path) { readlinkat(source.raw, name, &text, Int(PATH_MAX)) }
    text[count] = 0
    _ = try check("copy", path) { symlinkat(text, target.raw, targetName) }
  }

  /// Owner before mode, which a change of owner would strip of its set-user-id bit; attributes after the owner, which
  /// would drop file capabilities; times last.
  private func finish(_ status: stat, _ from: borrowing OwnedFD, _ to: borrowing OwnedFD, path: String)
    throws(SyscallError)
  {
    try ignoringOwnerWithoutPrivilege { () throws(SyscallError) in
      _ = try check("change owner of copy of", path) { fchown(to.raw, status.st_uid, status.st_gid) }
    }
    _ = try check("change mode of copy of", path) { fchmod(to.raw, status.st_mode & 0o7777) }
    try ExtendedAttributes.copy(from: .file(from.raw), to: .file(to.raw), path: path)
    let times = [status.st_atim, status.st_mtim]
    _ = try check("change times of copy of", path) { futimens(to.raw, times) }
  }

  /// The same for what can't be opened.
  private func finishByName(
    _ status: stat, _ name: [CChar], in source: borrowing OwnedFD, path: String, _ targetName: [CChar],
    in target: borrowing OwnedFD
  ) throws(SyscallError) {
    try ignoringOwnerWithoutPrivilege { () throws(SyscallError) in
      _ = try check("change owner of copy of", path) {
        fchownat(target.raw, targetName, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW)
      }
    }
    try ExtendedAttributes.copy(from: .entry(source.raw, name), to: .entry(target.raw, targetName), path: path)
    let times = [status.st_atim, status.st_mtim]
    _ = try check("change times of copy of", path) {
      utimensat(target.raw, targetName, times, AT_SYMLINK_NOFOLLOW)
    }
  }

  /// Only root gives files away; anybody else keeps what they copy, as with cp(1).
  private func ignoringOwnerWithoutPrivilege(_ body: () throws(SyscallError) -> Void) throws(SyscallError) {
    do throws(SyscallError) {
      try body()
    } catch {
      guard error.errno == EPERM, geteuid() != 0 else { throw error }
    }
  }
}
