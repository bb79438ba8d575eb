internal import CLinux
internal import Glibc

/// Facts about the running kernel.
public enum Kernel {
  /// A random identifier made at each boot.
  public static var bootID: String {
    get throws(SyscallError) { try line("/proc/sys/kernel/random/boot_id") }
  }

  /// The kernel's version, as `uname -r` prints it.
  public static var release: String { field { $0.release } }

  /// The hardware's name, as `uname -m` prints it.
  public static var machine: String { field { $0.machine } }

  /// Bytes that an unprivileged process may still write to the file system that holds the path.
  public static func freeBytes(at path: String) throws(SyscallError) -> UInt64 {
    try rejectNUL("stat", path)
    var status = statvfs()
    _ = try check("stat", path) { statvfs(path, &status) }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// Whether the kernel knows the type of file system now (a module not loaded yet doesn't count).
  public static func supports(filesystem type: String) -> Bool {
    guard let bytes = try? Files.read("/proc/filesystems", limit: 1 << 20) else { return false }
    return bytes.split(separator: UInt8(ascii: "\n")).contains { line in
      line.split(separator: UInt8(ascii: "\t")).last.map { $0.elementsEqual(type.utf8) } ?? false
    }
  }

  private static func line(_ path: String) throws(SyscallError) -> String {
    String(decoding: try Files.read(path, limit: 4096).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private static func field<Field>(_ pick: (utsname) -> Field) -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: pick(name)) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension Kernel {
  /// The version of Landlock's interface; 0 when the kernel has none or it is switched off. landlock(7).
  public static var landlockABI: Int { max(0, Int(cl_launch_landlock_abi())) }
}
