internal import Glibc
internal import Linux

// Stand-in until the Linux module has it.
enum Files {
  static func read(_ path: String, limit: Int) throws(SyscallError) -> [UInt8] {
    let fd = open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { throw SyscallError("open", path: path, errno: errno) }
    defer { close(fd) }
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let n = Glibc.read(fd, &buffer, buffer.count)
      if n < 0 { throw SyscallError("read", path: path, errno: errno) }
      if n == 0 { return out }
      out += buffer[..<n]
      if out.count > limit { throw SyscallError("read", path: path, errno: EFBIG) }
    }
  }
  static func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt32) throws(SyscallError) {
    let temporary = path + ".tmp"
    let fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard fd >= 0 else { throw SyscallError("create", path: temporary, errno: errno) }
    _ = bytes.withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
    close(fd)
    if rename(temporary, path) != 0 { throw SyscallError("rename", path: path, errno: errno) }
  }
  static func makeDirectories(_ path: String, mode: UInt32) throws(SyscallError) {
    var at = ""
    for part in path.split(separator: "/") {
      at += "/" + part
      if mkdir(at, mode) != 0, errno != EEXIST { throw SyscallError("create directory", path: at, errno: errno) }
    }
  }
  static func list(_ path: String) throws(SyscallError) -> [String] {
    guard let dir = opendir(path) else { throw SyscallError("open", path: path, errno: errno) }
    defer { closedir(dir) }
    var names: [String] = []
    while let entry = readdir(dir) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
  static func replaceSymlink(at path: String, target: String) throws(SyscallError) {
    let temporary = path + ".tmp"
    unlink(temporary)
    if symlink(target, temporary) != 0 { throw SyscallError("link", path: path, errno: errno) }
    if rename(temporary, path) != 0 { throw SyscallError("rename", path: path, errno: errno) }
  }
  static func removeTree(_ path: String) throws(SyscallError) {}
}
