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
    return found
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

  /// Takes away what is mounted below a directory, so that one failing test does not bring others down.
  public static func removeMounts(below directory: String) throws {
    for entry in try Mounts.table().reversed() where entry.mountPoint.hasPrefix(directory + "/") {
      try Mounts.unmount(entry.mountPoint, lazy: true)
    }
  }
}
