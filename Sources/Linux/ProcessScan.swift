internal import ByteText
internal import CLinux
internal import Glibc

/// One look at all processes, for several questions: on a machine with hundreds each look costs milliseconds.
public struct ProcessScan: Sendable {
  private struct Process {
    let pid: Int32
    /// Nil for one that was gone again.
    let namespace: UInt64?
  }

  private let processes: [Process]

  public init() throws(SyscallError) {
    processes = try ProcessTable.all().map { Process(pid: $0, namespace: ProcessTable.mountNamespace(of: $0)) }
  }

  /// The processes that live in one of the mount namespaces.
  public func processes(inMountNamespaces namespaces: Set<UInt64>) -> [Int32] {
    processes.filter { process in process.namespace.map(namespaces.contains) ?? false }.map(\.pid)
  }

  /// The processes whose program lies beneath a directory, as their own view names it.
  public func processes(executingBeneath directory: String) -> [Int32] {
    let prefix = directory.hasByteSuffix("/") ? directory : directory + "/"
    return processes.map(\.pid).filter { pid in ProcessTable.executable(of: pid)?.hasBytePrefix(prefix) ?? false }
  }

  /// The processes of those mount namespaces, other than the caller's, in which something called `source` is the root.
  public func processes(withRootFrom source: String) throws(SyscallError) -> [Int32] {
    let own = try ProcessTable.namespaceNumber(atFile: "/proc/self/ns/mnt")
    struct Root: Hashable {
      var device: UInt64 = 0
      var inode: UInt64 = 0
    }
    var inhabitants: [UInt64: [Int32]] = [:]
    for process in processes {
      if let namespace = process.namespace, namespace != own { inhabitants[namespace, default: []].append(process.pid) }
    }
    // Those with one root have one answer; each is asked only where one has ended meanwhile.
    var found: [Int32] = []
    for pids in inhabitants.values {
      var answered: Set<Root> = []
      for pid in pids {
        var root = Root()
        guard cl_process_root(pid, &root.device, &root.inode) == 0, !answered.contains(root) else { continue }
        guard let name = Self.rootSource(of: pid) else { continue }
        if name.elementsEqual(source.utf8) {
          found += pids
          break
        }
        answered.insert(root)
      }
    }
    return found.sorted()
  }

  /// What is mounted as the root of a process, in proc(5)'s spelling without its escapes; nil when the process is gone or
  /// has no mount for its root. It is among the first lines of a table that may have thousands.
  static func rootSource(of pid: Int32) -> [UInt8]? {
    let raw = open("/proc/\(pid)/mountinfo", O_RDONLY | O_CLOEXEC)
    guard raw >= 0 else { return nil }
    let file = OwnedFD(owning: raw)
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file.raw, $0.baseAddress, $0.count) }
      guard count > 0 else { return nil }
      for byte in buffer[..<count] {
        guard byte == UInt8(ascii: "\n") else {
          line.append(byte)
          continue
        }
        let text = String(decoding: line, as: UTF8.self)
        if isRoot(line), let entry = MountEntry(line: text[...]) { return Array(entry.source.utf8) }
        line.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Whether a line is that of the root: its fifth field is `/`.
  private static func isRoot(_ line: [UInt8]) -> Bool {
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5, omittingEmptySubsequences: false)
    return fields.count > 5 && fields[4].elementsEqual([UInt8(ascii: "/")])
  }
}
