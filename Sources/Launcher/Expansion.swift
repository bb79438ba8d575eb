internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Finds what matches patterns below open directories. No link is followed, nothing is opened but directories, and
/// the work has an end whatever the tree looks like: it may be a user's.
///
/// Patterns of a plan go through the same directories again and again: what was opened and listed is kept as long as
/// the value lives, apart for each pair of rights with which it was done.
struct Expansion: ~Copyable {
  /// Names that are read of one directory; the rest of a larger one is not looked at.
  static let entryLimit = 16384
  /// Directories that are opened in all.
  static let visitLimit = 16384
  /// Matches in all.
  static let matchLimit = 4096
  /// How far down ``PathGlob/Component/anyDepth`` goes.
  static let depthLimit = 16
  /// Listings and descriptors that are kept.
  private static let kept = 48
  /// From how many names on it is cheaper to list their directory than to look for each.
  private static let namesWorthListing = 6

  /// One match. The descriptor of its directory is open while it is looked at.
  struct Match {
    let directory: Int32
    let name: String
    let path: String
    let status: cl_launch_status
  }

  private struct OpenDirectory {
    let path: String
    let asUser: Bool
    /// -1 where no directory is.
    let raw: Int32
  }

  private struct KnownListing {
    let path: String
    let asUser: Bool
    let listing: Listing
  }

  /// Whether it is done with the user's rights now.
  var asUser = false
  /// What earlier launches found in large directories; nil: that is not asked.
  var memory: DirectoryMatches?
  private var directories: [OpenDirectory] = []
  private var listings: [KnownListing] = []
  /// What the kernel writes names into: one for all directories, since fresh memory costs more than reading.
  private var buffer = [UInt8](repeating: 0, count: 16384)
  private var visited = 0
  private var found = 0

  deinit { for directory in directories where directory.raw >= 0 { _ = cl_close(directory.raw) } }

  /// Calls `body` with each match. Links are matches too, and are not followed.
  ///
  /// - Parameters:
  ///   - path: that of `directory`: names it in matches, and its listing here.
  ///   - directories: whether directories match, or all else.
  ///   - links: whether links match at all.
  mutating func expand(
    _ glob: PathGlob, in directory: Int32, at path: String, directories: Bool, links: Bool,
    _ body: (Match) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    let wanted = Wanted(directories: directories, links: links)
    try walk(glob.components, 0, directory, path, nil, wanted, depth: 0, body)
  }

  /// Lists a directory, so that places below it can be known to be missing.
  mutating func list(_ directory: Int32, at path: String) { _ = listing(of: directory, path) }

  /// Whether listings show that nothing is at a path, walked without following links. False where that is not known.
  ///
  /// - Parameter base: a directory that may be reached through links: listings of what is around it say nothing.
  func isMissing(_ path: String, below base: String = "/") -> Bool {
    for known in listings where known.asUser == asUser && isBelow(path, known.path) {
      if base.utf8.count > 1, !isSame(known.path, base), !isBelow(known.path, base) { continue }
      let rest = path.utf8.dropFirst(known.path.utf8.count > 1 ? known.path.utf8.count + 1 : 1)
      guard let end = rest.firstIndex(of: UInt8(ascii: "/")) else {
        if known.listing.isMissing(rest, isDirectory: false) { return true }
        continue
      }
      if known.listing.isMissing(rest[..<end], isDirectory: true) { return true }
    }
    return false
  }

  private struct Wanted {
    let directories: Bool
    let links: Bool

    /// By the type that a listing gives.
    func includes(_ type: UInt8) -> Bool {
      if type == 0 { return true }
      return type == typeOfDirectory ? directories : !directories && (links || type != typeOfLink)
    }

    func includes(_ status: cl_launch_status) -> Bool {
      status.isDirectory == directories && (links || !status.isSymlink)
    }
  }

  /// - Parameter listing: what the directory holds, where that is known already.
  private mutating func walk(
    _ components: [PathGlob.Component], _ index: Int, _ directory: Int32, _ path: String, _ listing: Listing?,
    _ wanted: Wanted, depth: Int, _ body: (Match) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    guard index < components.count else { return }
    let isLast = index + 1 == components.count
    switch components[index] {
    case .names(let names):
      var known = listing ?? known(path)
      var place: DirectoryMatches.Place?
      if known == nil, names.count >= Self.namesWorthListing {
        place = remembered(components[index], isLast ? wanted : nil, directory, path, depth)
        if let found = place.flatMap({ memory?.names(in: $0, components[index]) }) {
          for name in found {
            try step(components, index, directory, path, name, wanted, depth: depth, body)
          }
          return
        }
        if place?.isSteady == false { place = nil }
        known = self.listing(of: directory, path)
      }
      var found: [String] = []
      for name in names {
        if let known, let type = known.type(of: name[...]) {
          if isLast ? !wanted.includes(type) : type != 0 && type != typeOfDirectory { continue }
        } else if let known, known.isComplete {
          continue
        }
        let name = String(decoding: name, as: UTF8.self)
        if place != nil { found.append(name) }
        try step(components, index, directory, path, name, wanted, depth: depth, body)
      }
      remember(found, place, known, directory)
    case .glob(let patterns):
      var place = listing == nil ? remembered(components[index], isLast ? wanted : nil, directory, path, depth) : nil
      if let found = place.flatMap({ memory?.names(in: $0, components[index]) }) {
        for name in found {
          try step(components, index, directory, path, name, wanted, depth: depth, body)
        }
        return
      }
      if place?.isSteady == false { place = nil }
      guard let listing = listing ?? self.listing(of: directory, path) else { return }
      var found: [String] = []
      for entry in listing.entries {
        if isLast ? !wanted.includes(entry.type) : entry.type != 0 && entry.type != typeOfDirectory { continue }
        var matches = false
        for pattern in patterns where !matches { matches = PathGlob.matches(pattern, listing.bytes(of: entry)) }
        guard matches else { continue }
        let name = listing.name(of: entry)
        if place != nil { found.append(name) }
        try step(components, index, directory, path, name, wanted, depth: depth, body)
      }
      remember(found, place, listing, directory)
    case .anyDepth:
      guard let listing = listing ?? self.listing(of: directory, path) else {
        return try walk(components, index + 1, directory, path, nil, wanted, depth: depth, body)
      }
      try walk(components, index + 1, directory, path, listing, wanted, depth: depth, body)
      guard depth < Self.depthLimit else { return }
      for entry in listing.entries where entry.type == 0 || entry.type == typeOfDirectory {
        guard visited < Self.visitLimit else { return }
        visited += 1
        let name = listing.name(of: entry)
        // Opened to be read: there are thousands below /sys, and what is listed here is not kept.
        let flags = Int32(CL_LAUNCH_O_DIRECTORY | CL_LAUNCH_O_NOFOLLOW)
        let raw = cl_launch_open(directory, name, flags, 0)
        if raw >= 0 {
          defer { _ = cl_close(raw) }
          let below = Listing(raw, &buffer)
          try walk(components, index, raw, join(path, name), below, wanted, depth: depth + 1, body)
        } else if cl_errno() == CL_LAUNCH_EACCES, let next = open(name, in: directory) {
          try walk(components, index + 1, next.raw, join(path, name), nil, wanted, depth: depth + 1, body)
        }
      }
    }
  }

  private mutating func step(
    _ components: [PathGlob.Component], _ index: Int, _ directory: Int32, _ path: String, _ name: String,
    _ wanted: Wanted, depth: Int, _ body: (Match) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    let next = join(path, name)
    if index + 1 < components.count {
      // Below `**` there are more directories than can be kept.
      if depth == 0, self.directories.count < Self.kept {
        let raw = kept(name, in: directory, at: next)
        if raw >= 0 { try walk(components, index + 1, raw, next, nil, wanted, depth: depth, body) }
      } else if let opened = open(name, in: directory) {
        try walk(components, index + 1, opened.raw, next, nil, wanted, depth: depth, body)
      }
      return
    }
    guard found < Self.matchLimit else { return }
    var status = cl_launch_status()
    // What vanished, or what a file system of the user's refuses to show.
    guard cl_launch_entry_status(directory, name, &status) == 0, wanted.includes(status) else { return }
    found += 1
    try body(Match(directory: directory, name: name, path: next, status: status))
  }

  private mutating func open(_ name: String, in directory: Int32) -> Descriptor? {
    guard visited < Self.visitLimit else { return nil }
    visited += 1
    let raw = cl_launch_open(directory, name, pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0)
    do throws(LaunchError) { return try Descriptor(raw, name) } catch { return nil }
  }

  /// A directory that stays open; -1 when there is none.
  private mutating func kept(_ name: String, in directory: Int32, at path: String) -> Int32 {
    for known in directories where known.asUser == asUser && isSame(known.path, path) { return known.raw }
    guard visited < Self.visitLimit else { return -1 }
    visited += 1
    let raw = cl_launch_open(directory, name, pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0)
    directories.append(OpenDirectory(path: path, asUser: asUser, raw: raw))
    return raw
  }

  // MARK: Other launches

  /// What to ask the memory about; nil when it has nothing to do with the directory.
  ///
  /// - Parameter wanted: what matches are, for the last component.
  private func remembered(
    _ component: PathGlob.Component, _ wanted: Wanted?, _ directory: Int32, _ path: String, _ depth: Int
  ) -> DirectoryMatches.Place? {
    guard memory != nil, !asUser, depth == 0 else { return nil }
    let kind: UInt8 = wanted.map { ($0.directories ? 1 : 2) + ($0.links ? 4 : 0) } ?? 0
    return DirectoryMatches.Place(component, kind: kind, directory, path)
  }

  private mutating func remember(
    _ found: [String], _ place: DirectoryMatches.Place?, _ listing: Listing?, _ directory: Int32
  ) {
    guard let place, let listing, listing.isComplete, listing.entries.count >= DirectoryMatches.worth else { return }
    memory?.remember(found, in: place, directory)
  }

  private func known(_ path: String) -> Listing? {
    for known in listings where known.asUser == asUser && isSame(known.path, path) { return known.listing }
    return nil
  }

  /// What a directory holds; nil when it can't be read.
  private mutating func listing(of directory: Int32, _ path: String) -> Listing? {
    if let known = known(path) { return known }
    guard visited < Self.visitLimit else { return nil }
    visited += 1
    let raw = cl_launch_open(directory, ".", Int32(CL_LAUNCH_O_DIRECTORY), 0)
    guard raw >= 0 else { return nil }
    defer { _ = cl_close(raw) }
    let listing = Listing(raw, &buffer)
    if listings.count == Self.kept { listings.removeFirst() }
    listings.append(KnownListing(path: path, asUser: asUser, listing: listing))
    return listing
  }

  private func join(_ path: String, _ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }
}

/// The names in a directory, `.` and `..` left out: in one piece of memory, since a directory of libraries has a thousand.
struct Listing {
  struct Entry {
    fileprivate let start: Int32
    fileprivate let length: Int32
    /// `DT_*` of readdir(3); 0 where the file system doesn't tell.
    let type: UInt8
  }

  private var text: [UInt8] = []
  private(set) var entries: [Entry] = []
  /// Whether these are all.
  private(set) var isComplete = false

  /// Reads an open directory, up to ``Expansion/entryLimit``.
  ///
  /// - Parameter buffer: for the kernel; what it holds afterwards means nothing.
  init(_ directory: Int32, _ buffer: inout [UInt8]) {
    while entries.count < Expansion.entryLimit {
      let size = buffer.count
      let count = buffer.withUnsafeMutableBytes { cl_launch_entries(directory, $0.baseAddress, size) }
      guard count > 0 else {
        isComplete = count == 0
        return
      }
      var offset = 0
      // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name.
      while offset + 19 < Int(count) {
        let end = offset + (Int(buffer[offset + 16]) | Int(buffer[offset + 17]) << 8)
        let start = offset + 19
        var stop = start
        while stop < end, buffer[stop] != 0 { stop += 1 }
        let dot = UInt8(ascii: ".")
        let isDots = buffer[start] == dot && (stop == start + 1 || stop == start + 2 && buffer[start + 1] == dot)
        if !isDots {
          entries.append(
            Entry(start: Int32(text.count), length: Int32(stop - start), type: buffer[offset + 18]))
          text.append(contentsOf: buffer[start..<stop])
        }
        offset = end
      }
    }
  }

  func bytes(of entry: Entry) -> ArraySlice<UInt8> { text[Int(entry.start)..<Int(entry.start + entry.length)] }

  func name(of entry: Entry) -> String { String(decoding: bytes(of: entry), as: UTF8.self) }

  /// The type of a name; nil when it is not among these.
  func type(of name: some Collection<UInt8>) -> UInt8? {
    let length = Int32(name.count)
    for entry in entries where entry.length == length {
      if bytes(of: entry).elementsEqual(name) { return entry.type }
    }
    return nil
  }

  /// Whether nothing of that name is there, or no directory where one is needed.
  func isMissing(_ name: some Collection<UInt8>, isDirectory: Bool) -> Bool {
    guard let type = type(of: name) else { return isComplete }
    return isDirectory && type != 0 && type != typeOfDirectory
  }
}
