internal import ByteText
internal import Glibc
internal import Linux

/// `/etc/passwd`, `/etc/group` and their shadows, written where a system has no programs for it.
///
/// Two locks are taken, as other programs take one or the other: that of the C library (`lckpwdf(3)`) and those of the
/// shadow tools, a file `passwd.lock` each.
struct AccountFiles {
  /// `""` for the machine's own.
  let root: String

  /// Adds a user and a group that do not exist. Each file is replaced at once; the user's last, as it is what is asked
  /// for: a crash in between leaves a group, which a repeat passes over.
  func add(_ name: String, number: UInt32) throws {
    try Files.makeDirectories(root + "/etc", mode: 0o755)
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var held: [String] = []
    defer { for path in held.reversed() { _ = unlink(path) } }
    for file in ["group", "passwd"] { held.append(try toolLock("\(root)/etc/\(file).lock")) }
    try append("\(name):x:\(number):", to: "group", name, mode: 0o644, required: true)
    try append("\(name):!::", to: "gshadow", name, mode: 0o640, required: false)
    // Aging is off, and the password cannot match.
    try append("\(name):!:\(time(nil) / 86_400)::::::", to: "shadow", name, mode: 0o640, required: false)
    try append(
      "\(name):x:\(number):\(number)::/nonexistent:/bin/false", to: "passwd", name, mode: 0o644, required: true)
  }

  private func append(_ line: String, to file: String, _ name: String, mode: UInt32, required: Bool) throws {
    let path = "\(root)/etc/\(file)"
    let status = try Files.status(path, followSymlinks: true)
    guard status != nil || required else { return }
    var bytes = status == nil ? [] : try Files.read(path, limit: 64 << 20)
    let known = bytes.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: Array("\(name):".utf8)) }
    if known { return }
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    bytes += Array("\(line)\n".utf8)
    try Files.writeAtomically(bytes, to: path, mode: status.map { $0.mode & 0o777 } ?? mode)
    if let status { try Files.setOwner(path, uid: status.uid, gid: status.gid) }
  }

  private func lock() throws -> OwnedFD {
    let path = root + "/etc/.pwd.lock"
    let file = try OwnedFD.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode: 0o600)
    var region = flock()
    region.l_type = Int16(F_WRLCK)
    region.l_whence = Int16(SEEK_SET)
    let deadline = ContinuousClock.now + .seconds(15)
    while fcntl(file.raw, F_SETLK, &region) != 0 {
      guard errno == EACCES || errno == EAGAIN || errno == EINTR else {
        throw SyscallError("lock", path: path, errno: errno)
      }
      guard ContinuousClock.now < deadline else { throw AccountError.busy(path) }
      usleep(20_000)
    }
    return file
  }

  /// A lock of the shadow tools: a file with the process's number, whose name is taken by a link. One that is left of a
  /// process that has ended is taken over.
  private func toolLock(_ path: String) throws -> String {
    let own = "\(path.dropLast(5)).\(getpid())"
    try Files.writeAtomically([UInt8]("\(getpid())\0".utf8), to: own, mode: 0o600, durable: false)
    defer { _ = unlink(own) }
    let deadline = ContinuousClock.now + .seconds(15)
    while link(own, path) != 0 {
      guard errno == EEXIST else { throw SyscallError("lock", path: path, errno: errno) }
      let text = (try? Files.read(path, limit: 64)).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let text, let owner = Int32(text), kill(owner, 0) != 0, errno == ESRCH { _ = unlink(path) }
      guard ContinuousClock.now < deadline else { throw AccountError.busy(path) }
      usleep(20_000)
    }
    return path
  }
}
