/// One file, directory, link or special file of an image, as its inode declares it.
struct Inode {
  /// What the content is and where.
  enum Content {
    /// Listing position, and its length in bytes.
    case directory(MetadataPosition, length: Int)
    /// First data block, sizes of all of them, and the tail in a fragment shared with other files.
    case file(start: UInt64, fragment: (index: UInt32, offset: UInt32)?, blocks: BlockList)
    case symlink([UInt8])
    case special
  }

  /// The block sizes follow the inode; they are read when the content is, after its size was checked.
  struct BlockList {
    var cursor: MetadataCursor
    var count: UInt64
  }

  let kind: EntryKind
  let permissions: UInt32
  let uidIndex: UInt16
  let gidIndex: UInt16
  let modified: UInt32
  let number: UInt32
  let size: UInt64
  let content: Content

  /// Linux knows no longer ones (`PATH_MAX`).
  private static let longestTarget = 4096

  init(
    _ position: MetadataPosition, superblock: Superblock, blocks: MetadataBlocks, file: borrowing ImageFile
  ) throws(ImageError) {
    let name = file.name
    func corrupted(_ text: String) -> ImageError { ImageError(container: name, reason: .corrupted(text)) }
    var cursor = try MetadataCursor(position, in: superblock.inodes, blocks: blocks, file: file)
    let base = LittleEndian(try cursor.bytes(16, file))
    let type = base.number(UInt16.self, at: 0)
    guard let kind = Inode.kind(of: type) else { throw corrupted("inode of unknown type \(type)") }
    self.kind = kind
    permissions = UInt32(base.number(UInt16.self, at: 2)) & 0o7777
    uidIndex = base.number(UInt16.self, at: 4)
    gidIndex = base.number(UInt16.self, at: 6)
    modified = base.number(UInt32.self, at: 8)
    number = base.number(UInt32.self, at: 12)

    switch type {
    case 1:
      let body = LittleEndian(try cursor.bytes(16, file))
      (size, content) = try Inode.directory(
        start: body.number(UInt32.self, at: 0), offset: body.number(UInt16.self, at: 10),
        length: UInt32(body.number(UInt16.self, at: 8)), superblock: superblock, name: name)
    case 8:
      let body = LittleEndian(try cursor.bytes(24, file))
      (size, content) = try Inode.directory(
        start: body.number(UInt32.self, at: 8), offset: body.number(UInt16.self, at: 18),
        length: body.number(UInt32.self, at: 4), superblock: superblock, name: name)
    case 2, 9:
      let extended = type == 9
      let body = LittleEndian(try cursor.bytes(extended ? 40 : 16, file))
      let start = extended ? body.number(UInt64.self, at: 0) : UInt64(body.number(UInt32.self, at: 0))
      let length = extended ? body.number(UInt64.self, at: 8) : UInt64(body.number(UInt32.self, at: 12))
      let index = body.number(UInt32.self, at: extended ? 28 : 4)
      let offset = body.number(UInt32.self, at: extended ? 32 : 8)
      guard length <= UInt64(Int64.max) else { throw corrupted("file of \(length) bytes") }
      let blockSize = UInt64(superblock.info.blockSize)
      let fragment = index == UInt32.max ? nil : (index: index, offset: offset)
      let count = fragment == nil ? (length + blockSize - 1) / blockSize : length / blockSize
      size = length
      content = .file(start: start, fragment: fragment, blocks: BlockList(cursor: cursor, count: count))
    case 3, 10:
      let body = LittleEndian(try cursor.bytes(8, file))
      let length = Int(body.number(UInt32.self, at: 4))
      guard length > 0, length <= Inode.longestTarget else { throw corrupted("link target of \(length) bytes") }
      let target = try cursor.bytes(length, file)
      guard !target.contains(0) else { throw corrupted("link target with a zero byte") }
      size = UInt64(length)
      content = .symlink(target)
    default:
      size = 0
      content = .special
    }
  }

  private static func kind(of type: UInt16) -> EntryKind? {
    switch type {
    case 1, 8: .directory
    case 2, 9: .regular
    case 3, 10: .symlink
    case 4, 11: .blockDevice
    case 5, 12: .characterDevice
    case 6, 13: .fifo
    case 7, 14: .socket
    default: nil
    }
  }

  /// The kind a directory entry declares (always one of the basic types).
  static func kind(ofEntry type: UInt16) -> EntryKind? { type <= 7 ? kind(of: type) : nil }

  private static func directory(
    start: UInt32, offset: UInt16, length: UInt32, superblock: Superblock, name: String
  ) throws(ImageError) -> (UInt64, Content) {
    // The declared length counts three bytes for "." and "..", which aren't stored.
    let position = MetadataPosition(
      block: superblock.directories.lowerBound + UInt64(start), offset: Int(offset))
    return (0, .directory(position, length: max(0, Int(length) - 3)))
  }
}
