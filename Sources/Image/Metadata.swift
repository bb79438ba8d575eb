/// A place in a table of an image: where its block starts in the file, and how far into the unpacked block.
struct MetadataPosition: Hashable {
  var block: UInt64
  var offset: Int
}

/// The metadata blocks of one image: 8 KiB each, unpacked on demand, a few kept.
///
/// Own code instead of libsquashfs' readers: those allocate what the image declares. Here every size is
/// checked first, and the work a hostile image can cause is capped over the life of the reader.
final class MetadataBlocks {
  static let blockSize = 8192
  /// Blocks unpacked over the life of a reader, 512 MiB: some ten million files.
  private static let budget = 65_536
  /// Directory entries looked at over the life of a reader.
  private static let entryBudget = 4_000_000
  /// Blocks kept, 2 MiB.
  private static let kept = 256

  private let decompressor: Decompressor
  private var cache: [UInt64: (bytes: [UInt8], next: UInt64)] = [:]
  private var order: [UInt64] = []
  private var oldest = 0
  private var unpacked = 0
  private var entries = 0

  init(_ decompressor: Decompressor) { self.decompressor = decompressor }

  /// Counts a directory entry: what unpacks to gigabytes of names may still be small as a file.
  func countEntry(of file: borrowing ImageFile) throws(ImageError) {
    entries += 1
    guard entries <= MetadataBlocks.entryBudget else {
      throw ImageError(container: file.name, reason: .limit("too many directory entries to read"))
    }
  }

  /// The block that starts at a position inside `table`, and where the next one starts.
  func block(
    at position: UInt64, in table: Range<UInt64>, of file: borrowing ImageFile
  ) throws(ImageError) -> (bytes: [UInt8], next: UInt64) {
    func corrupted(_ text: String) -> ImageError { ImageError(container: file.name, reason: .corrupted(text)) }
    guard table.contains(position), table.upperBound - position > 2 else {
      throw corrupted("metadata outside of its table")
    }
    if let known = cache[position] { return known }
    guard unpacked < MetadataBlocks.budget else {
      throw ImageError(container: file.name, reason: .limit("too much metadata to read"))
    }
    unpacked += 1
    let header = LittleEndian(try file.read(at: position, count: 2)).number(UInt16.self, at: 0)
    let stored = Int(header & 0x7FFF)
    guard stored > 0, stored <= MetadataBlocks.blockSize, UInt64(stored) <= table.upperBound - position - 2 else {
      throw corrupted("metadata block of \(stored) bytes")
    }
    var bytes = try file.read(at: position + 2, count: stored)
    if header & 0x8000 == 0 {
      guard let content = decompressor.unpack(bytes, limit: MetadataBlocks.blockSize) else {
        throw corrupted("a metadata block can't be unpacked")
      }
      bytes = content
    }
    let result = (bytes: bytes, next: position + 2 + UInt64(stored))
    if order.count < MetadataBlocks.kept {
      order.append(position)
    } else {
      cache[order[oldest]] = nil
      order[oldest] = position
      oldest = (oldest + 1) % MetadataBlocks.kept
    }
    cache[position] = result
    return result
  }
}

/// Reads on from a place in a table, across block borders.
struct MetadataCursor {
  private let blocks: MetadataBlocks
  private let table: Range<UInt64>
  private var current: [UInt8]
  private var next: UInt64
  private var offset: Int

  init(
    _ position: MetadataPosition, in table: Range<UInt64>, blocks: MetadataBlocks, file: borrowing ImageFile
  ) throws(ImageError) {
    self.blocks = blocks
    self.table = table
    (current, next) = try blocks.block(at: position.block, in: table, of: file)
    offset = position.offset
    guard offset < current.count else {
      throw ImageError(container: file.name, reason: .corrupted("metadata reference beyond its block"))
    }
  }

  /// The next `count` bytes. Callers check `count` against a limit of their own first.
  mutating func bytes(_ count: Int, _ file: borrowing ImageFile) throws(ImageError) -> [UInt8] {
    if count <= current.count - offset {
      defer { offset += count }
      return Array(current[offset..<offset + count])
    }
    var result: [UInt8] = []
    while result.count < count {
      if offset == current.count {
        (current, next) = try blocks.block(at: next, in: table, of: file)
        offset = 0
      }
      let part = min(count - result.count, current.count - offset)
      result.append(contentsOf: current[offset..<offset + part])
      offset += part
    }
    return result
  }
}
