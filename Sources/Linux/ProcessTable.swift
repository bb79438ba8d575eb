internal import ByteText
internal import CLinux
internal import Glibc

/// Running processes, as /proc shows them. Every answer is a snapshot: a process may be gone when it is read.
public enum ProcessTable {
  /// The number of the mount namespace kept in a file, or in `/proc/PID/ns/mnt`; nil when nothing is there, or the
  /// file is an ordinary one (a kept namespace whose mount is gone).
  public static func namespaceNumber(atFile path: String) throws(SyscallError) -> UInt64? {
    guard let status = try Files.status(path) else { return nil }
    return try check("stat", path) { cl_is_namespace_file(path) } == 1 ? status.inode : nil
  }

  /// The number of a process's mount namespace; nil when it is gone or may not be looked at.
  public static func mountNamespace(of pid: Int32) -> UInt64? {
    guard let link = try? Files.readSymlink("/proc/\(pid)/ns/mnt"), link.hasBytePrefix("mnt:["),
      link.hasByteSuffix("]")
    else { return nil }
    return UInt64(link.dropFirst(5).dropLast())
  }

  /// The processes that live in one of the mount namespaces.
  public static func processes(inMountNamespaces namespaces: Set<UInt64>) throws(SyscallError) -> [Int32] {
    guard !namespaces.isEmpty else { return [] }
    return try ProcessScan().processes(inMountNamespaces: namespaces)
  }

  /// The processes that live in the mount namespaces kept in these files; files that keep none are passed over.
  public static func processes(inMountNamespacesKeptAt paths: [String]) throws(SyscallError) -> [Int32] {
    try processes(inMountNamespaces: namespaceNumbers(keptAt: paths))
  }

  /// The numbers of the mount namespaces kept in these files; files that keep none are passed over.
  public static func namespaceNumbers(keptAt paths: [String]) throws(SyscallError) -> Set<UInt64> {
    var namespaces: Set<UInt64> = []
    for path in paths { if let number = try namespaceNumber(atFile: path) { namespaces.insert(number) } }
    return namespaces
  }

  /// The processes whose program lies beneath a directory, as their own view names it.
  public static func processes(executingBeneath directory: String) throws(SyscallError) -> [Int32] {
    try ProcessScan().processes(executingBeneath: directory)
  }

  /// The processes of those mount namespaces, other than the caller's, in which something called `source` is the root.
  public static func processes(withRootFrom source: String) throws(SyscallError) -> [Int32] {
    try ProcessScan().processes(withRootFrom: source)
  }

  /// What the root of a process is called, as mount(8) would say; nil when it is gone or may not be looked at.
  public static func rootSource(of pid: Int32) -> String? {
    ProcessScan.rootSource(of: pid).map { String(decoding: $0, as: UTF8.self) }
  }

  /// This process.
  public static var own: Int32 { getpid() }

  /// The command line of a process; nil when it is gone or has none.
  public static func arguments(of pid: Int32) -> [String]? {
    guard var bytes = try? Files.read("/proc/\(pid)/cmdline", limit: 4 << 20), !bytes.isEmpty else { return nil }
    if bytes.last == 0 { bytes.removeLast() }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The program a process executes; nil for kernel threads and processes that are gone.
  public static func executable(of pid: Int32) -> String? { try? Files.readSymlink("/proc/\(pid)/exe") }

  /// The process that a process was started by, or was handed to; nil when it is gone.
  public static func parent(of pid: Int32) -> Int32? {
    guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
    // The name is in brackets, and may hold any byte: what follows the last bracket is the state and the parent.
    guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(bracket + 1)...].split(separator: 0x20)
    return fields.count > 1 ? Int32(String(decoding: fields[1], as: UTF8.self)) : nil
  }

  /// Every process, ascending.
  public static func all() throws(SyscallError) -> [Int32] {
    try Files.list("/proc").compactMap { Int32($0) }.sorted()
  }
}
