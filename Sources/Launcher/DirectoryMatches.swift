internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Which names in large directories of the host matched, kept for all snaps in `/run/snapd/ns/.found`, root's own:
/// a directory of libraries has a thousand names, and takes longer to read than all else that a grant needs.
///
/// A directory is known by its number and by when it last changed, which nobody can set. Only root's own directories
/// are remembered, on file systems that tell of every change, once they have not changed for a while. What comes from
/// the file is no more than names to look at: each is compared with the pattern again, and examined where it is.
struct DirectoryMatches {
  static let file = ".found"
  static let limit = 1 << 20
  /// From how many names on a directory is remembered.
  static let worth = 32
  /// More are not kept; the oldest go first.
  static let places = 256
  /// For how long a directory must not have changed: file times are as coarse as the kernel's ticks.
  static let settled: Int64 = 2_000_000_000

  /// One component of a pattern in one directory as it is now.
  struct Place: Equatable {
    fileprivate let key: UInt64
    fileprivate let device: UInt64
    fileprivate let inode: UInt64
    fileprivate let changed: Int64

    fileprivate init(key: UInt64, device: UInt64, inode: UInt64, changed: Int64) {
      self.key = key
      self.device = device
      self.inode = inode
      self.changed = changed
    }

    /// To be made before the directory is read; nil when others than root can change it.
    ///
    /// - Parameter kind: what else decides about matches.
    init?(_ component: PathGlob.Component, kind: UInt8, _ directory: Int32, _ path: String) {
      var status = cl_launch_status()
      guard cl_launch_fstatus(directory, &status) == 0, status.uid == 0, status.mode & 0o022 == 0 else { return nil }
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      add(kind)
      for byte in path.utf8 { add(byte) }
      let words: [[UInt8]]
      switch component {
      case .names(let names):
        words = names
        add(0)
      case .glob(let patterns):
        words = patterns
        add(1)
      case .anyDepth: return nil
      }
      for word in words {
        add(0)
        for byte in word { add(byte) }
      }
      self.init(key: hash, device: status.device, inode: status.inode, changed: status.changed)
    }

    /// Whether what is found from now on may be remembered.
    var isSteady: Bool { cl_launch_time() &- changed > DirectoryMatches.settled }

    fileprivate func isSame(as other: Place) -> Bool {
      key == other.key && device == other.device && inode == other.inode && changed == other.changed
    }
  }

  private struct Known {
    let place: Place
    let names: [String]
  }

  private var known: [Known] = []
  private(set) var isChanged = false

  /// - Parameter bytes: what ``encoded`` gave; anything else counts as nothing.
  init(_ bytes: [UInt8]?) {
    guard let bytes else { return }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count >= 4, known.count < Self.places else { continue }
      var numbers: [UInt64] = []
      for word in words[..<4] {
        if let number = UInt64(String(decoding: word, as: UTF8.self)) { numbers.append(number) }
      }
      guard numbers.count == 4 else { continue }
      let place = Place(
        key: numbers[0], device: numbers[1], inode: numbers[2], changed: Int64(bitPattern: numbers[3]))
      known.append(Known(place: place, names: words[4...].map { Record.unescape($0) }))
    }
  }

  /// What matched in a directory when it was last read; nil when that has to be done.
  func names(in place: Place, _ component: PathGlob.Component) -> [String]? {
    for entry in known where entry.place.isSame(as: place) {
      return entry.names.filter { Self.isName($0) && Self.matches(component, $0) }
    }
    return nil
  }

  /// - Parameter directory: that of the place.
  mutating func remember(_ names: [String], in place: Place, _ directory: Int32) {
    guard Self.tellsOfChanges(directory) else { return }
    known.removeAll { $0.place.key == place.key }
    if known.count == Self.places { known.removeFirst() }
    known.append(Known(place: place, names: names))
    isChanged = true
  }

  /// Whether the file system changes a directory's time whenever a name comes or goes: ext4, XFS, Btrfs and tmpfs.
  private static func tellsOfChanges(_ directory: Int32) -> Bool {
    let type = cl_launch_filesystem(directory)
    return type == 0xef53 || type == 0x5846_5342 || type == 0x9123_683e || type == CL_LAUNCH_TMPFS
  }

  /// A line for each: numbers, and the names.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for entry in known {
      let place = entry.place
      bytes += Array("\(place.key) \(place.device) \(place.inode) \(UInt64(bitPattern: place.changed))".utf8)
      for name in entry.names {
        bytes.append(UInt8(ascii: " "))
        Record.escape(name, &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func isName(_ name: String) -> Bool {
    !name.utf8.isEmpty && !isSame(name, ".") && !isSame(name, "..") && !name.utf8.contains(UInt8(ascii: "/"))
      && !name.utf8.contains(0)
  }

  private static func matches(_ component: PathGlob.Component, _ name: String) -> Bool {
    let bytes = Array(name.utf8)
    switch component {
    case .names(let names): return names.contains(bytes)
    case .glob(let patterns):
      for pattern in patterns where PathGlob.matches(pattern, bytes) { return true }
      return false
    case .anyDepth: return false
    }
  }

  // MARK: The file

  static func load(_ places: Places) -> DirectoryMatches { DirectoryMatches(places.kept(file, limit: limit)) }

  func save(_ places: Places) {
    guard isChanged else { return }
    let bytes = encoded
    if bytes.count <= Self.limit { places.keep(Self.file, bytes) }
  }
}
