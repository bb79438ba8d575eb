/// One name in a directory of an image and where its inode is.
struct ListingEntry {
  var name: [UInt8]
  var kind: EntryKind
  var inode: MetadataPosition

  var text: String { String(decoding: name, as: UTF8.self) }
}

/// Reads the entries of one directory, one by one, in the order they are stored.
struct DirectoryListing {
  private var cursor: MetadataCursor?
  private var left: Int
  private var inGroup = 0
  private var groupBlock: UInt64 = 0
  private var previous: [UInt8] = []
  private let inodes: Range<UInt64>
  private let blocks: MetadataBlocks

  /// More than the kernel accepts in a name.
  private static let longestName = 256

  init(
    _ position: MetadataPosition, length: Int, superblock: Superblock, blocks: MetadataBlocks,
    file: borrowing ImageFile
  ) throws(ImageError) {
    left = length
    inodes = superblock.inodes
    self.blocks = blocks
    cursor =
      length == 0
      ? nil : try MetadataCursor(position, in: superblock.directories, blocks: blocks, file: file)
  }

  /// The next entry, `nil` at the end.
  ///
  /// Names have to be strictly ascending, as the format demands: the kernel stops looking at the first
  /// greater one, so in any other order a name could mean one file here and another (or none) once mounted.
  mutating func next(_ file: borrowing ImageFile) throws(ImageError) -> ListingEntry? {
    let container = file.name
    func corrupted(_ text: String) -> ImageError {
      ImageError(container: container, reason: .corrupted(text))
    }
    guard left > 0, var cursor else { return nil }
    try blocks.countEntry(of: file)
    if inGroup == 0 {
      guard left > 12 else { throw corrupted("directory ends inside a header") }
      let header = LittleEndian(try cursor.bytes(12, file))
      left -= 12
      let count = header.number(UInt32.self, at: 0)
      guard count < 256 else { throw corrupted("directory header for \(count) entries") }
      inGroup = Int(count) + 1
      groupBlock = inodes.lowerBound + UInt64(header.number(UInt32.self, at: 4))
    }
    guard left > 8 else { throw corrupted("directory ends inside an entry") }
    let head = LittleEndian(try cursor.bytes(8, file))
    let length = Int(head.number(UInt16.self, at: 6)) + 1
    guard length <= DirectoryListing.longestName, left >= 8 + length else {
      throw corrupted("directory entry with a name of \(length) bytes")
    }
    let name = try cursor.bytes(length, file)
    left -= 8 + length
    inGroup -= 1
    self.cursor = cursor
    guard name != [0x2E], name != [0x2E, 0x2E], !name.contains(0), !name.contains(UInt8(ascii: "/")) else {
      throw corrupted("directory entry with an invalid name")
    }
    guard previous.isEmpty || previous.lexicographicallyPrecedes(name) else {
      throw corrupted("directory entries out of order")
    }
    previous = name
    guard let kind = Inode.kind(ofEntry: head.number(UInt16.self, at: 4)) else {
      throw corrupted("directory entry of unknown type")
    }
    return ListingEntry(
      name: name, kind: kind,
      inode: MetadataPosition(block: groupBlock, offset: Int(head.number(UInt16.self, at: 0))))
  }
}
