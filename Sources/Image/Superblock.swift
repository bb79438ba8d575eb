internal import CSquashFS

/// How the blocks of an image are compressed. The names are those `mksquashfs -comp` takes.
public enum ImageCompression: String, Hashable, Sendable, CaseIterable {
  case gzip, lzma, lzo, xz, lz4, zstd

  init?(squashFS id: UInt16) {
    switch UInt32(id) {
    case SQFS_COMP_GZIP.rawValue: self = .gzip
    case SQFS_COMP_LZMA.rawValue: self = .lzma
    case SQFS_COMP_LZO.rawValue: self = .lzo
    case SQFS_COMP_XZ.rawValue: self = .xz
    case SQFS_COMP_LZ4.rawValue: self = .lz4
    case SQFS_COMP_ZSTD.rawValue: self = .zstd
    default: return nil
    }
  }

  var squashFS: SQFS_COMPRESSOR {
    switch self {
    case .gzip: SQFS_COMP_GZIP
    case .lzma: SQFS_COMP_LZMA
    case .lzo: SQFS_COMP_LZO
    case .xz: SQFS_COMP_XZ
    case .lz4: SQFS_COMP_LZ4
    case .zstd: SQFS_COMP_ZSTD
    }
  }
}

/// The facts about an image as a whole.
public struct ImageInfo: Hashable, Sendable {
  /// How it is compressed.
  public let compression: ImageCompression
  /// Bytes of the file.
  public let size: UInt64
  /// Bytes of the file system in it; the rest of the file is padding.
  public let bytesUsed: UInt64
  /// When it was built, in seconds since 1970.
  public let created: Int64
  /// Bytes of a data block before compression.
  public let blockSize: Int
  /// Files, directories and everything else in it, as declared.
  public let inodes: Int
}

/// The first 96 bytes of a squashfs 4.0 image, with every number checked against the file before it is used.
struct Superblock {
  static let length = 96
  static let magic: [UInt8] = Array("hsqs".utf8)

  let info: ImageInfo
  let rootInode: UInt64
  let idCount: Int
  let fragmentCount: Int
  let idTable: UInt64
  let fragmentTable: UInt64?
  /// Where inodes may be.
  let inodes: Range<UInt64>
  /// Where directory listings may be.
  let directories: Range<UInt64>

  init(_ file: borrowing ImageFile) throws(ImageError) {
    let name = file.name
    func corrupted(_ text: String) -> ImageError { ImageError(container: name, reason: .corrupted(text)) }
    try Superblock.checkMagic(file)
    guard file.size >= UInt64(Superblock.length) else { throw corrupted("shorter than its superblock") }
    let block = LittleEndian(try file.read(at: 0, count: Superblock.length))
    let version = (block.number(UInt16.self, at: 28), block.number(UInt16.self, at: 30))
    guard version == (4, 0) else {
      throw ImageError(
        container: name, reason: .unsupported("squashfs version \(version.0).\(version.1) is not supported"))
    }
    let blockSize = block.number(UInt32.self, at: 12)
    let blockLog = block.number(UInt16.self, at: 22)
    guard (12...20).contains(blockLog), blockSize == 1 << UInt32(blockLog) else {
      throw corrupted("block size \(blockSize)")
    }
    let compressionID = block.number(UInt16.self, at: 20)
    guard let compression = ImageCompression(squashFS: compressionID) else {
      throw ImageError(container: name, reason: .unsupported("unknown compression \(compressionID)"))
    }
    let used = block.number(UInt64.self, at: 40)
    guard used >= UInt64(Superblock.length), used <= file.size else {
      throw corrupted("declares \(used) bytes, the file has \(file.size)")
    }
    let ids = block.number(UInt64.self, at: 48)
    let inodeTable = block.number(UInt64.self, at: 64)
    let directoryTable = block.number(UInt64.self, at: 72)
    let fragments = block.number(UInt64.self, at: 80)
    let fragmentCount = block.number(UInt32.self, at: 16)
    guard inodeTable >= UInt64(Superblock.length), inodeTable < directoryTable, directoryTable < used else {
      throw corrupted("inode and directory tables out of place")
    }
    let idCount = block.number(UInt16.self, at: 26)
    guard idCount > 0, ids > directoryTable, ids < used else { throw corrupted("identity table out of place") }
    if fragmentCount > 0 {
      // Each entry takes 16 bytes before compression, each 512 of them a pointer of 8 bytes.
      let pointers = (UInt64(fragmentCount) + 511) / 512 * 8
      guard fragments > directoryTable, fragments < used, pointers <= used - fragments else {
        throw corrupted("fragment table out of place")
      }
      fragmentTable = fragments
    } else {
      fragmentTable = nil
    }
    self.idCount = Int(idCount)
    self.fragmentCount = Int(fragmentCount)
    idTable = ids
    rootInode = block.number(UInt64.self, at: 32)
    inodes = inodeTable..<directoryTable
    directories = directoryTable..<min(ids, fragmentTable ?? ids)
    info = ImageInfo(
      compression: compression, size: file.size, bytesUsed: used,
      created: Int64(block.number(UInt32.self, at: 8)), blockSize: Int(blockSize),
      inodes: Int(block.number(UInt32.self, at: 4)))
  }

  /// The reference's answer for a file that is no image: what it begins with.
  private static func checkMagic(_ file: borrowing ImageFile) throws(ImageError) {
    let header = try file.read(at: 0, count: Int(min(file.size, 20)))
    guard header.starts(with: magic) else {
      throw ImageError(container: file.name, reason: .notSnap(Superblock.invalidHeader(file.name, header)))
    }
  }

  static func invalidHeader(_ name: String, _ header: [UInt8]) -> String {
    if header.isEmpty { return "file \(quoted(name)) is empty" }
    let numbers = header.map(String.init).joined(separator: " ")
    return "file \(quoted(name)) is invalid (header [\(numbers)])"
  }
}
