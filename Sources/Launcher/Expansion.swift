internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Finds what matches patterns below open directories. No link is followed, nothing is opened but directories, and
/// the work has an end whatever the tree looks like: it may be a user's.
struct Expansion: ~Copyable {
  /// Names that are read of one directory; the rest of a larger one is not looked at.
  static let entryLimit = 16384
  /// Directories that are opened in all.
  static let visitLimit = 16384
  /// Matches in all.
  static let matchLimit = 4096
  /// How far down ``PathGlob/Component/anyDepth`` goes.
  static let depthLimit = 16
  /// Listings that are kept for the next pattern: those of a plan are sorted by directory.
  private static let keptListings = 8

  struct Entry {
    let bytes: [UInt8]
    /// `DT_*` of readdir(3); 0 where the file system doesn't tell.
    let type: UInt8

    /// Made only for those that match: a directory of libraries has a thousand.
    var name: String { String(decoding: bytes, as: UTF8.self) }
    var isDirectory: Bool { type == 0 || type == 4 }
    var isOther: Bool { type != 4 }
  }

  private struct Listing {
    let path: String
    let entries: [Entry]
  }

  private var listings: [Listing] = []
  /// What the kernel writes names into: one for all directories, since fresh memory costs more than reading.
  private var buffer = [UInt8](repeating: 0, count: 8192)
  private var visited = 0
  private var found = 0

  /// Calls `body` with an `O_PATH` descriptor of each match (links are matches too, and are not followed), its path
  /// and its status.
  ///
  /// - Parameters:
  ///   - path: that of `directory`: names it in `body`, and its listing here.
  ///   - directories: whether directories match, or all else.
  mutating func expand(
    _ glob: PathGlob, in directory: Int32, at path: String, directories: Bool,
    _ body: (Int32, String, cl_launch_status) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    try walk(glob.components, 0, directory, path, directories: directories, depth: 0, body)
  }

  private mutating func walk(
    _ components: [PathGlob.Component], _ index: Int, _ directory: Int32, _ path: String, directories: Bool,
    depth: Int, _ body: (Int32, String, cl_launch_status) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    guard index < components.count else { return }
    let isLast = index + 1 == components.count
    switch components[index] {
    case .names(let names):
      for name in names {
        let name = String(decoding: name, as: UTF8.self)
        try step(components, index, directory, path, name, directories: directories, depth: depth, body)
      }
    case .glob(let patterns):
      for entry in listing(of: directory, path) {
        if isLast ? directories ? !entry.isDirectory : !entry.isOther : !entry.isDirectory { continue }
        var matches = false
        for pattern in patterns where !matches { matches = PathGlob.matches(pattern, entry.bytes) }
        guard matches else { continue }
        try step(components, index, directory, path, entry.name, directories: directories, depth: depth, body)
      }
    case .anyDepth:
      try walk(components, index + 1, directory, path, directories: directories, depth: depth, body)
      guard depth < Self.depthLimit else { return }
      for entry in listing(of: directory, path) where entry.isDirectory {
        guard let next = open(entry.name, in: directory) else { continue }
        try walk(
          components, index, next.raw, join(path, entry.name), directories: directories, depth: depth + 1, body)
      }
    }
  }

  private mutating func step(
    _ components: [PathGlob.Component], _ index: Int, _ directory: Int32, _ path: String, _ name: String,
    directories: Bool, depth: Int, _ body: (Int32, String, cl_launch_status) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    if index + 1 < components.count {
      guard let next = open(name, in: directory) else { return }
      try walk(
        components, index + 1, next.raw, join(path, name), directories: directories, depth: depth, body)
      return
    }
    guard found < Self.matchLimit else { return }
    let raw = cl_launch_open(directory, name, pathOnly | Int32(CL_LAUNCH_O_NOFOLLOW), 0)
    guard raw >= 0 else { return }
    let match = try Descriptor(raw, name)
    var status = cl_launch_status()
    // What vanished, or what a file system of the user's refuses to show.
    guard cl_launch_fstatus(match.raw, &status) == 0, status.isDirectory == directories else { return }
    found += 1
    try body(match.raw, join(path, name), status)
  }

  private mutating func open(_ name: String, in directory: Int32) -> Descriptor? {
    guard visited < Self.visitLimit else { return nil }
    visited += 1
    let raw = cl_launch_open(directory, name, pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0)
    do throws(LaunchError) { return try Descriptor(raw, name) } catch { return nil }
  }

  /// What a directory holds; nothing when it can't be read.
  private mutating func listing(of directory: Int32, _ path: String) -> [Entry] {
    for listing in listings where listing.path == path { return listing.entries }
    guard visited < Self.visitLimit else { return [] }
    visited += 1
    let raw = cl_launch_open(directory, ".", Int32(CL_LAUNCH_O_DIRECTORY), 0)
    guard raw >= 0 else { return [] }
    defer { _ = cl_close(raw) }
    let entries = Self.read(raw, &buffer)
    if listings.count == Self.keptListings { listings.removeFirst() }
    listings.append(Listing(path: path, entries: entries))
    return entries
  }

  /// The names in an open directory, up to the limit; `.` and `..` left out.
  ///
  /// - Parameter buffer: for the kernel; what it holds afterwards means nothing.
  static func read(_ directory: Int32, _ buffer: inout [UInt8]) -> [Entry] {
    var found: [Entry] = []
    while found.count < entryLimit {
      let size = buffer.count
      let count = buffer.withUnsafeMutableBytes { cl_launch_entries(directory, $0.baseAddress, size) }
      guard count > 0 else { break }
      var offset = 0
      // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name.
      while offset + 19 < Int(count) {
        let length = Int(buffer[offset + 16]) | Int(buffer[offset + 17]) << 8
        let bytes = Array(buffer[(offset + 19)..<(offset + length)].prefix { $0 != 0 })
        let isDots = bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "."), UInt8(ascii: ".")]
        if !isDots {
          found.append(Entry(bytes: bytes, type: buffer[offset + 18]))
        }
        offset += length
      }
    }
    return found
  }

  private func join(_ path: String, _ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }
}
