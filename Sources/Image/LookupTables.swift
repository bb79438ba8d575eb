/// The two tables of an image that are addressed by number: users and groups, and fragments.
///
/// Each is a list of metadata blocks, and an uncompressed list of where those are. Entries are looked up one
/// by one; reading a whole table would let an image decide how much memory that takes.
struct LookupTables {
  /// The range in which a table's blocks may lie: anywhere in the image.
  private let everywhere: Range<UInt64>

  init(_ superblock: Superblock) {
    everywhere = UInt64(Superblock.length)..<superblock.info.bytesUsed
  }

  /// The user or group id with a number.
  func identity(
    _ index: UInt16, superblock: Superblock, blocks: MetadataBlocks, file: borrowing ImageFile
  ) throws(ImageError) -> UInt32 {
    guard Int(index) < superblock.idCount else {
      throw ImageError(container: file.name, reason: .corrupted("unknown owner number \(index)"))
    }
    let entry = try entry(Int(index), size: 4, table: superblock.idTable, blocks: blocks, file: file)
    return entry.number(UInt32.self, at: 0)
  }

  /// Where the fragment block with a number is, and its stored size with the flag for "not compressed".
  func fragment(
    _ index: UInt32, superblock: Superblock, blocks: MetadataBlocks, file: borrowing ImageFile
  ) throws(ImageError) -> (start: UInt64, stored: UInt32) {
    guard let table = superblock.fragmentTable, Int(index) < superblock.fragmentCount else {
      throw ImageError(container: file.name, reason: .corrupted("unknown fragment \(index)"))
    }
    let entry = try entry(Int(index), size: 16, table: table, blocks: blocks, file: file)
    return (entry.number(UInt64.self, at: 0), entry.number(UInt32.self, at: 8))
  }

  private func entry(
    _ index: Int, size: Int, table: UInt64, blocks: MetadataBlocks, file: borrowing ImageFile
  ) throws(ImageError) -> LittleEndian {
    let (block, offset) = (index * size).quotientAndRemainder(dividingBy: MetadataBlocks.blockSize)
    guard everywhere.upperBound - table >= UInt64(block + 1) * 8 else {
      throw ImageError(container: file.name, reason: .corrupted("table beyond the end"))
    }
    let pointer = LittleEndian(try file.read(at: table + UInt64(block) * 8, count: 8))
    let position = MetadataPosition(block: pointer.number(UInt64.self, at: 0), offset: offset)
    var cursor = try MetadataCursor(position, in: everywhere, blocks: blocks, file: file)
    return LittleEndian(try cursor.bytes(size, file))
  }
}
