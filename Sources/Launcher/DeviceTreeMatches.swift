internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// What patterns that leap over directories (`/sys/devices/**/bluetooth`) have matched below `/sys`: thousands of
/// directories, to find a handful. It is kept for all snaps in `/run/snapd/ns/.sys`, root's own, as long as the kernel
/// has told of no device that came, went or changed (`/sys/kernel/uevent_seqnum`).
struct DeviceTreeMatches {
  static let file = ".sys"
  static let limit = 1 << 20
  /// More are not kept: a machine has a few, and the oldest go first.
  static let places = 64

  private struct Known {
    let key: [UInt8]
    let paths: [String]
  }

  private let sequence: [UInt8]
  private var known: [Known] = []
  private(set) var isChanged = false

  /// - Parameters:
  ///   - bytes: what ``encoded`` gave; anything else, or that of another time, counts as nothing.
  ///   - sequence: the number of the kernel's last event.
  init(_ bytes: [UInt8]?, sequence: [UInt8]) {
    self.sequence = Array(sequence.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    guard let bytes, !self.sequence.isEmpty else { return }
    var isFirst = true
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if isFirst {
        guard line.elementsEqual(self.sequence) else { return }
        isFirst = false
        continue
      }
      let words = line.split(separator: UInt8(ascii: " "))
      guard let key = words.first else { continue }
      let paths = words.dropFirst().map { Record.unescape($0) }
      known.append(Known(key: Array(key), paths: paths.filter { isCleanAbsolute($0) && isBelow($0, "/sys") }))
    }
  }

  /// Whether looking for a place's matches is worth remembering them.
  static func isFor(_ place: GrantedPlace) -> Bool {
    guard isBelow(place.source, "/sys") || place.source == "/sys" else { return false }
    let names = place.pattern.utf8.split(separator: UInt8(ascii: "/"))
    return names.contains { $0.elementsEqual("**".utf8) }
  }

  /// What matched when it was last looked for; nil when that has to be done.
  func paths(of place: GrantedPlace) -> [String]? {
    let key = Self.key(place)
    for entry in known where entry.key == key { return entry.paths }
    return nil
  }

  mutating func remember(_ paths: [String], of place: GrantedPlace) {
    guard !sequence.isEmpty else { return }
    if known.count == Self.places { known.removeFirst() }
    known.append(Known(key: Self.key(place), paths: paths))
    isChanged = true
  }

  /// A line with the number of the event, then one for each place: what it is, and the paths.
  var encoded: [UInt8] {
    var bytes = sequence
    bytes.append(UInt8(ascii: "\n"))
    for entry in known {
      bytes += entry.key
      for path in entry.paths {
        bytes.append(UInt8(ascii: " "))
        Record.escape(path, &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// Options do not change what matches, but for the kind of it.
  private static func key(_ place: GrantedPlace) -> [UInt8] {
    var key: [UInt8] = []
    Record.escape(place.source + "/" + place.pattern, &key)
    if place.options.contains(.subtree) { key.append(UInt8(ascii: "/")) }
    return key
  }
}

extension DeviceTreeMatches {
  /// Reads what is kept. What cannot be read is looked for.
  static func load(_ places: Places) -> DeviceTreeMatches {
    do throws(LaunchError) {
      let counter = try Descriptor(
        openRaw(atWorkingDirectory, "/sys/kernel/uevent_seqnum", flags: 0, walk: .plain), "open uevent_seqnum")
      let sequence = try counter.contents(limit: 64, "uevent_seqnum")
      let directory = try places.directory("/run/snapd/ns")
      return DeviceTreeMatches(try places.contents(of: file, in: directory, limit: limit), sequence: sequence)
    } catch {
      return DeviceTreeMatches(nil, sequence: [])
    }
  }

  /// Keeps what was found, replacing the file in one step. When several launches do so, one of them wins.
  func save(_ places: Places) {
    let bytes = encoded
    guard isChanged, bytes.count <= Self.limit else { return }
    do throws(LaunchError) {
      let directory = try places.directory("/run/snapd/ns")
      let temporary = "\(Self.file).\(cl_launch_pid())"
      let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_EXCL | CL_LAUNCH_O_NOFOLLOW)
      do {
        let file = try Descriptor(cl_launch_open(directory.raw, temporary, flags, 0o600), "make \(temporary)")
        try file.write(bytes, temporary)
      }
      if cl_launch_rename(directory.raw, temporary, Self.file) != 0 { _ = cl_launch_unlink(directory.raw, temporary) }
    } catch {}
  }
}
