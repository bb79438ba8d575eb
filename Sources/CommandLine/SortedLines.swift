import ByteText
import Glibc
import Linux

/// A file of lines that are sorted by their bytes, of which one is found without reading them all: the catalogue of the
/// stores, which the daemon keeps in `/var/cache/snapd`.
final class SortedLines {
  private let base: UnsafeRawBufferPointer

  /// - Returns: `nil` when there is no such file, or nothing in it.
  init?(path: String) {
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard raw >= 0 else { return nil }
    let file = OwnedFD(owning: raw)
    var status = stat()
    guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
      // The daemon replaces the file and never cuts it: what is mapped stays.
      let place = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file.raw, 0), place != MAP_FAILED
    else { return nil }
    base = UnsafeRawBufferPointer(start: place, count: Int(status.st_size))
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base.baseAddress), base.count) }

  /// All lines.
  func forEach(_ body: (Substring) -> Void) {
    var start = 0
    while start < base.count {
      let end = self.end(from: start)
      body(text(start, end))
      start = end + 1
    }
  }

  /// The lines whose first field is a word.
  func lines(of word: String) -> [Substring] {
    let wanted = Array(word.utf8) + [UInt8(ascii: "\t")]
    guard wanted.allSatisfy({ $0 != UInt8(ascii: "\n") }) else { return [] }
    // The first line that is not before the word.
    var (low, high) = (0, base.count)
    while low < high {
      let start = self.start(before: (low + high) / 2)
      let end = self.end(from: start)
      if base[start..<end].lexicographicallyPrecedes(wanted) { low = end + 1 } else { high = start }
    }
    var found: [Substring] = []
    var start = low
    while start < base.count {
      let end = self.end(from: start)
      guard base[start..<end].starts(with: wanted) else { break }
      found.append(text(start, end))
      start = end + 1
    }
    return found
  }

  /// Where the line begins that a place is in.
  private func start(before place: Int) -> Int {
    var start = place
    while start > 0, base[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    return start
  }

  private func end(from start: Int) -> Int { base[start...].firstIndex(of: UInt8(ascii: "\n")) ?? base.count }

  private func text(_ start: Int, _ end: Int) -> Substring {
    Substring(String(decoding: base[start..<end], as: UTF8.self))
  }
}
