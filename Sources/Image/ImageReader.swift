internal import ByteText
public import Linux

/// Reads the content of a squashfs image in this process, without mounting it and without trusting it.
///
/// Nothing in an image makes it crash, hang, wait on a pipe, or take more memory than the limits given:
/// the result is an `ImageError` that names the image, the path and what is wrong. libsquashfs unpacks the
/// blocks; tables, inodes and directories are read here, with every reference checked before it is followed.
///
/// A reader belongs to one thread at a time.
public final class ImageReader: SnapContainer {
  /// The image file's name, for messages.
  public let path: String
  /// Facts about the image as a whole.
  public let info: ImageInfo

  /// Entries of one directory that are handed out at once; `walk` has no such limit.
  private static let longestListing = 65_536

  private let file: ImageFile
  private let superblock: Superblock
  private let decompressor: Decompressor
  private let blocks: MetadataBlocks
  private let tables: LookupTables
  /// Directories already found, by path, so that asking for many files doesn't start at the top each time.
  private var directories: [[ExactText]: Inode] = [:]

  /// Opens an image file.
  ///
  /// - Parameters:
  ///   - path: The file. Anything but a regular file is refused without being opened.
  ///   - followingLink: Whether `path` itself may be a symbolic link. Only for names a user typed.
  public convenience init(path: String, followingLink: Bool = false) throws(ImageError) {
    try self.init(file: ImageFile(path: path, followingLink: followingLink))
  }

  /// Reads an image from a descriptor that is open for reading.
  /// - Parameter name: How to call it in messages.
  public convenience init(descriptor: consuming OwnedFD, name: String) throws(ImageError) {
    try self.init(file: ImageFile(descriptor: descriptor, name: name))
  }

  private init(file: consuming ImageFile) throws(ImageError) {
    let superblock = try Superblock(file)
    let decompressor = try Decompressor(
      superblock.info.compression, blockSize: superblock.info.blockSize, image: file.name)
    self.superblock = superblock
    self.decompressor = decompressor
    path = file.name
    info = superblock.info
    blocks = MetadataBlocks(decompressor)
    tables = LookupTables(superblock)
    self.file = file
    // An image whose top can't be read is no image; say so now.
    _ = try directory([])
  }

  // MARK: Looking

  public func status(_ path: String) throws(ImageError) -> EntryStatus? {
    guard let inode = try find(path) else { return nil }
    return try naming(path) { () throws(ImageError) in try status(of: inode) }
  }

  public func entries(of directory: String) throws(ImageError) -> [ContainerEntry] {
    let inode = try existing(directory)
    return try naming(directory) { () throws(ImageError) in
      var result: [ContainerEntry] = []
      var listing = try listing(of: inode)
      while let entry = try listing.next(file) {
        guard result.count < ImageReader.longestListing else {
          throw failure(.limit("more than \(ImageReader.longestListing) entries"))
        }
        result.append(ContainerEntry(name: entry.text, status: try status(of: inodeOf(entry))))
      }
      return result
    }
  }

  public func readLink(_ path: String) throws(ImageError) -> String {
    let inode = try existing(path)
    guard case .symlink(let target) = inode.content else { throw failure(.notLink, path) }
    return String(decoding: target, as: UTF8.self)
  }

  public func walk(
    _ top: String, limits: WalkLimits,
    visit: (_ path: String, _ status: EntryStatus) throws(ImageError) -> WalkStep
  ) throws(ImageError) {
    let components = try ContainerPath.components(top, in: path)
    let start = components.isEmpty ? "." : components.joined(separator: "/")
    let inode = try existing(top)
    guard try visit(start, status(of: inode)) == .continue, inode.kind == .directory else { return }
    var visited = 1
    var pending = [(path: start, listing: try listing(of: inode))]
    while let level = pending.indices.last {
      let directory = pending[level].path
      guard let entry = try naming(directory, { () throws(ImageError) in try pending[level].listing.next(file) })
      else {
        pending.removeLast()
        continue
      }
      visited += 1
      guard visited <= limits.entries else { throw failure(.limit("more than \(limits.entries) entries"), top) }
      let here = ContainerPath.join(directory, entry.text)
      let inode = try naming(here) { () throws(ImageError) in try inodeOf(entry) }
      let step = try visit(here, naming(here) { () throws(ImageError) in try status(of: inode) })
      if step == .stop { return }
      guard step == .continue, inode.kind == .directory else { continue }
      guard pending.count < limits.depth else {
        throw failure(.limit("more than \(limits.depth) directories deep"), here)
      }
      pending.append((here, try naming(here) { () throws(ImageError) in try listing(of: inode) }))
    }
  }

  // MARK: Reading

  public func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8] {
    var result: [UInt8] = []
    try read(path, limit: limit) { result.append(contentsOf: $0) }
    return result
  }

  /// Hands the content of a regular file to `sink` block by block (at most 1 MiB each).
  ///
  /// - Throws: `ImageError`, for a file larger than `limit` bytes before `sink` was called.
  public func read(
    _ path: String, limit: Int, sink: (borrowing [UInt8]) -> Void
  ) throws(ImageError) {
    let inode = try existing(path)
    guard case .file(let start, let fragment, var list) = inode.content else {
      throw failure(.notRegular(inode.kind), path)
    }
    guard inode.size <= UInt64(max(0, limit)) else {
      throw failure(.tooLarge(size: inode.size, limit: UInt64(max(0, limit))), path)
    }
    try naming(path) { () throws(ImageError) in
      var left = inode.size
      var position = start
      for _ in 0..<list.count {
        let stored = LittleEndian(try list.cursor.bytes(4, file)).number(UInt32.self, at: 0)
        let length = Int(min(left, UInt64(info.blockSize)))
        let content = try dataBlock(at: position, stored: stored)
        if let content {
          guard content.count == length else { throw failure(.corrupted("data block of the wrong length")) }
          sink(content)
        } else {
          sink([UInt8](repeating: 0, count: length))
        }
        position += UInt64(stored & 0xFF_FFFF)
        left -= UInt64(length)
      }
      guard left > 0 else { return }
      guard let fragment else { throw failure(.corrupted("file without its last part")) }
      let place = try tables.fragment(fragment.index, superblock: superblock, blocks: blocks, file: file)
      guard let block = try dataBlock(at: place.start, stored: place.stored),
        Int(fragment.offset) <= block.count, left <= UInt64(block.count - Int(fragment.offset))
      else { throw failure(.corrupted("fragment too short")) }
      sink(Array(block[Int(fragment.offset)..<Int(fragment.offset) + Int(left)]))
    }
  }

  /// One block of content; `nil` for a hole.
  private func dataBlock(at position: UInt64, stored: UInt32) throws(ImageError) -> [UInt8]? {
    let length = Int(stored & 0xFF_FFFF)
    guard length > 0 else { return nil }
    guard stored >> 25 == 0, length <= info.blockSize, position <= info.bytesUsed,
      UInt64(length) <= info.bytesUsed - position
    else { throw failure(.corrupted("data block out of place")) }
    let bytes = try file.read(at: position, count: length)
    if stored & 1 << 24 != 0 { return bytes }
    guard let content = decompressor.unpack(bytes, limit: info.blockSize) else {
      throw failure(.corrupted("a data block can't be unpacked"))
    }
    return content
  }

  // MARK: Finding

  private func find(_ path: String) throws(ImageError) -> Inode? {
    var components = try ContainerPath.components(path, in: self.path)
    guard let last = components.popLast() else { return try directory([]) }
    return try naming(path) { () throws(ImageError) in
      guard let parent = try directory(components), parent.kind == .directory else { return nil }
      return try child(last, of: parent)
    }
  }

  private func existing(_ path: String) throws(ImageError) -> Inode {
    guard let inode = try find(path) else { throw failure(.missing, path) }
    return inode
  }

  private func directory(_ components: [String]) throws(ImageError) -> Inode? {
    let key = components.map { ExactText($0) }
    if let known = directories[key] { return known }
    let inode: Inode
    if let last = components.last {
      guard let parent = try directory(Array(components.dropLast())), parent.kind == .directory,
        let found = try child(last, of: parent)
      else { return nil }
      inode = found
    } else {
      let reference = superblock.rootInode
      guard reference >> 48 == 0 else { throw failure(.corrupted("top directory out of place")) }
      inode = try Inode(
        MetadataPosition(
          block: superblock.inodes.lowerBound + (reference >> 16), offset: Int(reference & 0xFFFF)),
        superblock: superblock, blocks: blocks, file: file)
      guard inode.kind == .directory else { throw failure(.corrupted("its top is no directory")) }
    }
    if directories.count < 256 { directories[key] = inode }
    return inode
  }

  private func child(_ name: String, of directory: Inode) throws(ImageError) -> Inode? {
    let wanted = Array(name.utf8)
    var listing = try listing(of: directory)
    while let entry = try listing.next(file) {
      if entry.name == wanted { return try inodeOf(entry) }
      if wanted.lexicographicallyPrecedes(entry.name) { return nil }
    }
    return nil
  }

  private func listing(of inode: Inode) throws(ImageError) -> DirectoryListing {
    guard case .directory(let position, let length) = inode.content else { throw failure(.notDirectory) }
    return try DirectoryListing(position, length: length, superblock: superblock, blocks: blocks, file: file)
  }

  private func inodeOf(_ entry: ListingEntry) throws(ImageError) -> Inode {
    let inode = try Inode(entry.inode, superblock: superblock, blocks: blocks, file: file)
    guard inode.kind == entry.kind else {
      throw failure(.corrupted("a directory entry and its inode disagree"))
    }
    return inode
  }

  private func status(of inode: Inode) throws(ImageError) -> EntryStatus {
    EntryStatus(
      kind: inode.kind, permissions: inode.permissions,
      uid: try tables.identity(inode.uidIndex, superblock: superblock, blocks: blocks, file: file),
      gid: try tables.identity(inode.gidIndex, superblock: superblock, blocks: blocks, file: file),
      size: inode.size, modified: Int64(inode.modified))
  }

  // MARK: Errors

  private func failure(_ reason: ImageError.Reason, _ path: String? = nil) -> ImageError {
    ImageError(container: self.path, path: path, reason: reason)
  }

  /// Adds the path to an error that has none.
  private func naming<Value>(
    _ path: String, _ body: () throws(ImageError) -> Value
  ) throws(ImageError) -> Value {
    do {
      return try body()
    } catch {
      throw error.path == nil ? failure(error.reason, path) : error
    }
  }
}
