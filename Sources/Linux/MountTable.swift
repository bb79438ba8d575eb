internal import ByteText
internal import CLinux
internal import Glibc

/// One line of /proc/self/mountinfo (proc(5)).
public struct MountEntry: Equatable, Sendable {
  /// Number of the mount, and of the mount it lies on.
  public var id: Int, parentID: Int
  /// The device of the file system.
  public var major: UInt32, minor: UInt32
  /// What part of the file system is mounted ("/" for all of it).
  public var root: String
  /// Where.
  public var mountPoint: String
  /// Options of the mount ("ro", "nodev").
  public var options: [String]
  /// Propagation: "shared:N", "master:N"; none is private.
  public var tags: [String]
  /// The file system's type.
  public var type: String
  /// The device, or what the type shows instead.
  public var source: String
  /// Options of the file system.
  public var superOptions: [String]

  /// Reads one line; nil when it is not of the form proc(5) gives.
  public init?(line: Substring) {
    let fields: [Substring] = line.byteSplit(" ", keepingEmpty: true)
    guard fields.count >= 9, let dash = fields[6...].firstIndex(of: "-"), fields.count >= dash + 4,
      let id = Int(fields[0]), let parentID = Int(fields[1])
    else { return nil }
    let device: [Substring] = fields[2].split(separator: ":")
    guard device.count == 2, let major = UInt32(device[0]), let minor = UInt32(device[1]) else { return nil }
    self.id = id
    self.parentID = parentID
    self.major = major
    self.minor = minor
    root = unescapeMountField(fields[3])
    mountPoint = unescapeMountField(fields[4])
    options = fields[5].byteSplit(",").map(String.init)
    tags = fields[6..<dash].map(String.init)
    type = unescapeMountField(fields[dash + 1])
    source = unescapeMountField(fields[dash + 2])
    superOptions = fields[dash + 3].byteSplit(",").map(String.init)
  }
}

/// The kernel writes space, tab, newline and backslash as backslash and three octal digits.
func unescapeMountField(_ field: some StringProtocol) -> String {
  let bytes = Array(field.utf8)
  guard bytes.contains(UInt8(ascii: "\\")) else { return String(field) }
  var result: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == UInt8(ascii: "\\"), index + 3 < bytes.count,
      bytes[(index + 1)...(index + 3)].allSatisfy({ (0x30...0x37).contains($0) })
    {
      let value = bytes[(index + 1)...(index + 3)].reduce(0) { $0 * 8 + Int($1 - 0x30) }
      result.append(UInt8(truncatingIfNeeded: value))
      index += 4
    } else {
      result.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: result, as: UTF8.self)
}

extension Mounts {
  /// Every mount of the calling process's namespace, in the order the kernel lists them: a later one at the same
  /// point covers an earlier one.
  public static func table() throws(SyscallError) -> [MountEntry] { try table(of: "self") }

  /// Every mount that the process sees.
  public static func table(of pid: Int32) throws(SyscallError) -> [MountEntry] { try table(of: "\(pid)") }

  private static func table(of process: String) throws(SyscallError) -> [MountEntry] {
    let bytes = try Files.read("/proc/\(process)/mountinfo", limit: 256 << 20)
    return String(decoding: bytes, as: UTF8.self).byteSplit("\n").compactMap { MountEntry(line: $0) }
  }

  /// Whether something is mounted exactly at this absolute path (which must be without symbolic links). A path that
  /// does not exist is no mount. Costs one system call, however many mounts there are.
  public static func isMounted(_ path: String) throws(SyscallError) -> Bool {
    try rejectNUL("look at", path)
    let answer = cl_is_mount_point(path)
    switch -answer {
    case ...0: return answer == 1
    case ENOENT, ENOTDIR: return false
    case EOPNOTSUPP: return try table().contains { $0.mountPoint.hasSameBytes(as: path) }
    default: throw SyscallError("look at", path: path, errno: -answer)
    }
  }

  /// Whether what is at a path is in a squashfs: an image, which cannot change while it is mounted.
  public static func isImage(_ path: String) -> Bool { cl_filesystem_magic(path) == 0x7371_7368 }
}
