import Glibc
import Linux

/// What a test has left on the machine.
public enum Leaks {
  /// One sentence for each mount below a directory, and each loop device of a file there; none after a moment, when
  /// everything was taken away: the kernel frees loop devices a little later.
  public static func below(_ directory: String) throws -> [String] {
    var found: [String] = []
    for _ in 0..<200 {
      found = try now(below: directory)
      if found.isEmpty { return [] }
      usleep(10_000)
    }
    return found.filter { !isMountedElsewhere(String($0.prefix { $0 != " " })) }
  }

  private static func now(below directory: String) throws -> [String] {
    let mounts = try Mounts.table().filter { $0.mountPoint.hasPrefix(directory + "/") }
      .map { "\($0.mountPoint) is still mounted" }
    let loops = try Files.list("/sys/block").filter { $0.hasPrefix("loop") }.compactMap { name -> String? in
      guard let bytes = try? Files.read("/sys/block/\(name)/loop/backing_file", limit: 4096) else { return nil }
      let file = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
      return file.hasPrefix(directory + "/") ? "/dev/\(name) still has \(file)" : nil
    }
    return mounts + loops
  }

  /// Whether a process in a mount namespace of its own, copied from this one meanwhile, still has a device mounted: it
  /// is freed when that namespace ends, and nobody here can do it earlier.
  private static func isMountedElsewhere(_ device: String) -> Bool {
    let own = ProcessTable.mountNamespace(of: getpid())
    var seen: Set<UInt64> = []
    for pid in (try? ProcessTable.all()) ?? [] {
      guard let namespace = ProcessTable.mountNamespace(of: pid), namespace != own, seen.insert(namespace).inserted,
        let table = try? Mounts.table(of: pid)
      else { continue }
      if table.contains(where: { $0.source == device }) { return true }
    }
    return false
  }

  /// Takes away what is mounted below a directory, so that one failing test does not bring others down.
  public static func removeMounts(below directory: String) throws {
    for entry in try Mounts.table().reversed() where entry.mountPoint.hasPrefix(directory + "/") {
      try Mounts.unmount(entry.mountPoint, lazy: true)
    }
  }
}
