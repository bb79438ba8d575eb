internal import ByteText
internal import Glibc

/// The memory of the calling process.
public enum ProcessMemory {
  /// Lets go of the pages of program code that are mapped now; what is needed again is mapped again, from the page
  /// cache, when it runs. A program that has just started holds much that only starting needed.
  ///
  /// Only code is let go of: those mappings are never written, so nothing can be lost. madvise(2), `MADV_DONTNEED`.
  public static func releaseCode() {
    guard let maps = try? Files.read("/proc/self/maps", limit: 4 << 20) else { return }
    for line in String(decoding: maps, as: UTF8.self).byteSplit("\n") {
      let fields = line.byteSplit(" ")
      guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
      let ends = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
      guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
      madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
    }
  }
}
