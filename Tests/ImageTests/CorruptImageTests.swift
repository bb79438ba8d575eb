import Glibc
import Image
import TestSupport
import Testing

/// Damaged and hostile bytes: the answer has to be an error, soon, and the process has to live.
@Suite struct CorruptImageTests {
  /// `-noI` leaves the tables readable, so that damage reaches the numbers in them instead of a checksum.
  static let formats: [[String]] = [
    ["-comp", "gzip", "-noI"], ["-comp", "gzip"], ["-comp", "xz"], ["-comp", "zstd", "-noI", "-noF"],
    ["-comp", "zstd"], ["-comp", "lz4"], ["-comp", "lzo"], ["-comp", "lzma"],
  ]
  /// More for a long search: `IMAGE_SEEDS=20000 swift test --filter CorruptImageTests`.
  static var seeds: UInt64 { getenv("IMAGE_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 150 }

  private func image(_ temporary: TemporaryDirectory, _ options: [String]) throws -> String {
    let text = (0..<3000).map { "line \($0) of a text\n" }.joined()
    let tree = try temporary.tree(
      "d", ["meta/snap.yaml": "name: foo\nversion: 1\n", "meta/hooks/configure": "#!/bin/sh\n", "usr/text": text])
    for index in 0..<40 { try write(Array("\(index)".utf8), to: "\(tree)/usr/file-\(index)") }
    symlink("../usr/text", "\(tree)/meta/link")
    mkfifo("\(tree)/usr/pipe", 0o644)
    truncate("\(tree)/usr/file-7", 5_000_000)
    return try temporary.image("x.snap", of: tree, options + ["-nopad", "-b", "16K"])
  }

  @Test(arguments: formats) func survivesFlippedBits(options: [String]) throws {
    let temporary = try TemporaryDirectory()
    let original = try contents(of: image(temporary, options))
    let target = temporary("damaged.snap")
    var refused = 0
    let clock = ContinuousClock()
    for seed in 1...CorruptImageTests.seeds {
      var random = SeededGenerator(seed: seed)
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        // One in three hits the superblock, one the tables at the end, one anything.
        let region =
          switch Int.random(in: 0..<3, using: &random) {
          case 0: 4..<96
          case 1: max(0, bytes.count - 3000)..<bytes.count
          default: 0..<bytes.count
          }
        let place = Int.random(in: region, using: &random)
        if Bool.random(using: &random) {
          bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        } else {
          bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        }
      }
      try write(bytes, to: target)
      let spent = try clock.measure {
        do { refused += try exercise(target) > 0 ? 1 : 0 } catch is ImageError { refused += 1 }
      }
      #expect(spent < .seconds(5), "seed \(seed)")
    }
    #expect(refused > 0)
  }

  @Test(arguments: [formats[0], formats[2], formats[6]]) func survivesTruncation(options: [String]) throws {
    let temporary = try TemporaryDirectory()
    let original = try contents(of: image(temporary, options))
    let target = temporary("short.snap")
    for length in Array(0..<120) + Array(stride(from: 120, to: original.count, by: original.count / 60)) {
      try write(Array(original[..<length]), to: target)
      #expect(throws: ImageError.self, "\(length) bytes") { try exercise(target) }
    }
  }

  /// Each number of the superblock in turn gets values that tempt arithmetic.
  @Test func survivesExtremeSuperblocks() throws {
    let temporary = try TemporaryDirectory()
    let original = try contents(of: image(temporary, ["-comp", "gzip", "-noI"]))
    let target = temporary("extreme.snap")
    let fields = [4, 8, 12, 16].map { ($0, 4) } + [20, 22, 24, 26, 28, 30].map { ($0, 2) }
    let wide = stride(from: 32, to: 96, by: 8).map { ($0, 8) }
    for (offset, width) in fields + wide {
      for value in [
        0, 1, 95, 96, 97, 4096, 0x7FFF, 0x8000, 0xFFFF, 1 << 31, UInt64(UInt32.max), 1 << 48, 1 << 63, UInt64.max,
        UInt64.max - 1, UInt64(original.count), UInt64(original.count - 1), UInt64(original.count + 1),
      ] {
        var bytes = original
        for index in 0..<width { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
        try write(bytes, to: target)
        do { try exercise(target) } catch is ImageError {}
      }
    }
  }

  /// Where `needle` begins.
  private func position(of needle: [UInt8], in bytes: [UInt8]) throws -> Int {
    let found = bytes.indices.dropLast(needle.count).last { bytes[$0...].starts(with: needle) }
    return try #require(found)
  }

  private func number(_ bytes: [UInt8], at offset: Int, width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  @Test func endsInDirectoryLoop() throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["again/": "", "meta/snap.yaml": "name: foo\n"])
    let image = try temporary.image("x.snap", of: tree, ["-noI"])
    var bytes = try contents(of: image)
    // The entry's inode is the top's: all inodes of so small an image are in one block.
    let name = try position(of: Array("again".utf8), in: bytes)
    let top = number(bytes, at: 32, width: 8)
    bytes[name - 8] = UInt8(truncatingIfNeeded: top)
    bytes[name - 7] = UInt8(truncatingIfNeeded: top >> 8)
    try write(bytes, to: image)
    let reader = try ImageReader(path: image)
    #expect(try reader.read("again/again/again/meta/snap.yaml", limit: 100).count == 10)
    var failed: ImageError.Reason?
    do throws(ImageError) {
      try reader.walk(".", limits: WalkLimits()) { (_, _) in .continue }
    } catch { failed = error.reason }
    #expect(failed == .limit("more than 128 directories deep"))
  }

  /// A regular file's inode: what it may declare, and what has to come of it.
  @Test func refusesFilesThatDeclareNonsense() throws {
    let temporary = try TemporaryDirectory()
    let text = (0..<3000).map { "line \($0)\n" }.joined()
    let tree = try temporary.tree("d", ["text": text])
    let image = try temporary.image("x.snap", of: tree, ["-noI", "-b", "16K", "-always-use-fragments"])
    let original = try contents(of: image)
    // The first inode: type 2 after the block's header; start, fragment, offset, size follow 16 bytes later.
    let inode = Int(number(original, at: 64, width: 8)) + 2
    #expect(number(original, at: inode, width: 2) == 2)
    func read(_ offset: Int, _ value: UInt32, limit: Int = 1 << 20) throws -> String {
      var bytes = original
      for index in 0..<4 { bytes[inode + offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
      try write(bytes, to: image)
      do throws(ImageError) {
        _ = try ImageReader(path: image).read("text", limit: limit)
        return "read"
      } catch { return "\(error)" }
    }
    #expect(try read(28, UInt32(text.utf8.count)) == "read")
    #expect(try read(28, .max).contains("4294967295 bytes, more than the 1048576 allowed"))
    // Four gigabytes of block sizes that aren't there.
    #expect(try read(28, .max, limit: 1 << 40).contains("corrupted image"))
    #expect(try read(28, 10).contains("corrupted image") || read(28, 10) == "read")
    #expect(try read(16, .max).contains("data block out of place"))
    #expect(try read(20, 5).contains("unknown fragment 5"))
    #expect(try read(20, .max).contains("corrupted image"))
    #expect(try read(24, .max).contains("fragment too short"))
    #expect(try read(32, 1 << 24 | 5).contains("data block of the wrong length"))
    #expect(try read(32, 0xFF_FFFF).contains("data block out of place"))
    #expect(try read(32, 1 << 31 | 100).contains("data block out of place"))
  }

  /// A file of 128 MiB that takes some kilobytes: refused before it is unpacked, and in no time.
  @Test func refusesBombs() throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["meta/snap.yaml": ""])
    truncate("\(tree)/meta/snap.yaml", 128 << 20)
    let image = try temporary.image("x.snap", of: tree, ["-comp", "xz", "-b", "1M", "-no-sparse"])
    let reader = try ImageReader(path: image)
    #expect(reader.info.size < 128 << 10)
    let clock = ContinuousClock()
    let spent = clock.measure {
      #expect(throws: ImageError.self) { try reader.read("meta/snap.yaml", limit: 16 << 20) }
    }
    #expect(spent < .seconds(1))
  }
}
