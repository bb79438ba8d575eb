internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// What patterns that leap over directories (`/sys/devices/**/bluetooth`) have matched below `/sys`: thousands of
/// directories, to find a handful. It is kept for all snaps in `/run/snapd/ns/.sys`, root's own. How long it holds
/// depends on the pattern: where it names the directory that the kernel makes for a device of a class below the one it
/// is part of (sysfs(5)), as long as the class has the same devices at the same places; else until the kernel has told
/// of any device that came, went or changed (`/sys/kernel/uevent_seqnum`), as it does for each loop device.
struct DeviceTreeMatches {
  static let file = ".sys"
  static let limit = 1 << 20
  /// More are not kept: a machine has a few, and the oldest go first.
  static let places = 64
  /// Classes whose name is no other directory's.
  private static let classes = [
    "backlight", "block", "bluetooth", "drm", "gpio", "hidraw", "input", "leds", "net", "power_supply", "pwm", "rtc",
    "sound", "tty",
  ]

  private struct Known {
    let key: [UInt8]
    /// That of the class; empty for what holds until the next event.
    let stamp: [UInt8]
    let paths: [String]
  }

  private let sequence: [UInt8]
  /// Where the kernel lists devices by class.
  private let classDirectory: String
  private var known: [Known] = []
  private(set) var isChanged = false

  /// - Parameters:
  ///   - bytes: what ``encoded`` gave; anything else counts as nothing.
  ///   - sequence: the number of the kernel's last event.
  init(_ bytes: [UInt8]?, sequence: [UInt8], classes: String = "/sys/class") {
    self.sequence = Array(sequence.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    classDirectory = classes
    guard let bytes, !self.sequence.isEmpty else { return }
    var isFirst = true
    var isCurrent = false
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if isFirst {
        isCurrent = line.elementsEqual(self.sequence)
        isFirst = false
        continue
      }
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count > 1, isCurrent || words[1] != Self.untilNextEvent[...] else { continue }
      let paths = words.dropFirst(2).map { Record.unescape($0) }
      known.append(
        Known(
          key: Array(words[0]), stamp: words[1] == Self.untilNextEvent[...] ? [] : Array(words[1]),
          paths: paths.filter { isCleanAbsolute($0) && isBelow($0, "/sys") }))
    }
  }

  /// Whether looking for a place's matches is worth remembering them.
  static func isFor(_ place: GrantedPlace) -> Bool {
    guard isBelow(place.source, "/sys") || place.source == "/sys" else { return false }
    return names(of: place).contains { $0.elementsEqual(anyDepth) }
  }

  /// What matched when it was last looked for; nil when that has to be done.
  ///
  /// - Parameter stamp: what ``stamp(of:)`` says now.
  func paths(of place: GrantedPlace, stamp: [UInt8]) -> [String]? {
    let key = Self.key(place)
    for entry in known where entry.key == key && entry.stamp == stamp { return entry.paths }
    return nil
  }

  /// - Parameter stamp: what ``stamp(of:)`` said before it was looked for.
  mutating func remember(_ paths: [String], of place: GrantedPlace, stamp: [UInt8]) {
    guard !sequence.isEmpty else { return }
    let key = Self.key(place)
    known.removeAll { $0.key == key }
    if known.count == Self.places { known.removeFirst() }
    known.append(Known(key: key, stamp: stamp, paths: paths))
    isChanged = true
  }

  /// A line with the number of the event, then one for each place: what it is, how long it holds, and the paths.
  var encoded: [UInt8] {
    var bytes = sequence
    bytes.append(UInt8(ascii: "\n"))
    for entry in known {
      bytes += entry.key
      bytes.append(UInt8(ascii: " "))
      bytes += entry.stamp.isEmpty ? Self.untilNextEvent : entry.stamp
      for path in entry.paths {
        bytes.append(UInt8(ascii: " "))
        Record.escape(path, &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  // MARK: Classes

  /// Which devices there are of the class that a place's pattern names, and where; empty when it names none.
  func stamp(of place: GrantedPlace) -> [UInt8] {
    guard let name = Self.className(of: place) else { return [] }
    let path = classDirectory + "/" + name
    let raw = openRaw(atWorkingDirectory, path, flags: Int32(CL_LAUNCH_O_DIRECTORY), walk: .plain)
    guard raw >= 0 else { return Array("none".utf8) }
    defer { _ = cl_close(raw) }
    // FNV-1a: two states that are taken for one cost a device that appears late, and nothing else.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var buffer = [UInt8](repeating: 0, count: 4096)
    let listing = Listing(raw, &buffer)
    guard listing.isComplete else { return [] }
    for entry in listing.entries {
      let name = listing.name(of: entry)
      var target = ""
      do throws(LaunchError) { target = try linkContent(raw, name) } catch { continue }
      for text in [name, "/", target, "\n"] {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
    }
    return Array(String(hash, radix: 16).utf8)
  }

  /// The class whose devices decide what matches: `**`, its name, and nothing behind that but a device and a file of it.
  private static func className(of place: GrantedPlace) -> String? {
    let names = names(of: place)
    guard let leap = names.firstIndex(where: { $0.elementsEqual(anyDepth) }), leap + 1 < names.count,
      names.count - leap <= 4, place.options.contains(.subtree) || leap + 2 < names.count,
      !names[(leap + 1)...].contains(where: { $0.elementsEqual(anyDepth) })
    else { return nil }
    for name in classes where name.utf8.elementsEqual(names[leap + 1]) { return name }
    return nil
  }

  private static func names(of place: GrantedPlace) -> [Substring.UTF8View] {
    place.pattern.utf8.split(separator: UInt8(ascii: "/"))
  }

  private static let anyDepth = Array("**".utf8)
  private static let untilNextEvent = [UInt8(ascii: "-")]

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
      return DeviceTreeMatches(places.kept(file, limit: limit), sequence: sequence)
    } catch {
      return DeviceTreeMatches(nil, sequence: [])
    }
  }

  /// Keeps what was found.
  func save(_ places: Places) {
    let bytes = encoded
    guard isChanged, bytes.count <= Self.limit else { return }
    places.keep(Self.file, bytes)
  }
}

extension Places {
  /// What an earlier launch kept in `/run/snapd/ns`; nil when there is no such, or it is not root's.
  func kept(_ file: String, limit: Int) -> [UInt8]? {
    do throws(LaunchError) {
      return try contents(of: file, in: try directory("/run/snapd/ns"), limit: limit)
    } catch { return nil }
  }

  /// Keeps something there, replacing the file in one step. It can be found out again: when several launches do so, one
  /// of them wins.
  func keep(_ file: String, _ bytes: [UInt8]) {
    do throws(LaunchError) {
      let directory = try directory("/run/snapd/ns")
      let temporary = "\(file).\(cl_launch_pid())"
      let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_EXCL | CL_LAUNCH_O_NOFOLLOW)
      do {
        let opened = try Descriptor(cl_launch_open(directory.raw, temporary, flags, 0o600), "make \(temporary)")
        try opened.write(bytes, temporary)
      }
      if cl_launch_rename(directory.raw, temporary, file) != 0 { _ = cl_launch_unlink(directory.raw, temporary) }
    } catch {}
  }
}
