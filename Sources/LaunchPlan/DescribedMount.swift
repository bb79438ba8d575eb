/// A mount that the launcher's keeper of mounts makes for the app, when a process of it that is root's calls mount(2).
///
/// Patterns are AppArmor's, ready for ``GlobMatcher``: whole texts, no variables.
public struct DescribedMount: Equatable, Sendable {
  /// Types of file systems, one of which has to be asked for. Empty: a part of the tree is shown again, or the way
  /// mounts spread is changed, as ``flags`` say.
  public var types: [String]
  /// The flags of mount(2) that have to be given, all and no others; nil: any that neither move a mount nor change one
  /// that is there.
  public var flags: MountFlags?
  /// Options of the file system that may be given; one without a value stands for all its values. Nil: any.
  public var options: [String]?
  /// What is mounted: the path that the caller's text leads to, or the text itself for file systems that take no path.
  /// Nil: anything.
  public var source: String?
  /// Where, by the path inside that the caller's text leads to.
  public var target: String

  public init(
    types: [String] = [], flags: MountFlags?, options: [String]? = [], source: String? = nil, target: String
  ) {
    self.types = types
    self.flags = flags
    self.options = options
    self.source = source
    self.target = target
  }
}

/// Flags of mount(2), with the kernel's values (`linux/mount.h`).
public struct MountFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let readOnly = MountFlags(rawValue: 1)
  public static let noSetUID = MountFlags(rawValue: 2)
  public static let noDevices = MountFlags(rawValue: 4)
  public static let noExecute = MountFlags(rawValue: 8)
  public static let synchronous = MountFlags(rawValue: 16)
  public static let remount = MountFlags(rawValue: 32)
  public static let mandatoryLocks = MountFlags(rawValue: 64)
  public static let synchronousDirectories = MountFlags(rawValue: 128)
  public static let noAccessTime = MountFlags(rawValue: 1024)
  public static let noDirectoryAccessTime = MountFlags(rawValue: 2048)
  public static let bind = MountFlags(rawValue: 4096)
  public static let move = MountFlags(rawValue: 8192)
  public static let recursive = MountFlags(rawValue: 16384)
  /// No words in the kernel's log: no matter.
  public static let silent = MountFlags(rawValue: 32768)
  public static let unbindable = MountFlags(rawValue: 1 << 17)
  public static let `private` = MountFlags(rawValue: 1 << 18)
  public static let slave = MountFlags(rawValue: 1 << 19)
  public static let shared = MountFlags(rawValue: 1 << 20)
  public static let relativeAccessTime = MountFlags(rawValue: 1 << 21)
  public static let inodeVersions = MountFlags(rawValue: 1 << 23)
  public static let strictAccessTime = MountFlags(rawValue: 1 << 24)
  public static let lazyTimes = MountFlags(rawValue: 1 << 25)

  /// How mounts spread.
  public static let propagation: MountFlags = [.unbindable, .private, .slave, .shared]
  /// What a mount has of its own.
  public static let attributes: MountFlags = [
    .readOnly, .noSetUID, .noDevices, .noExecute, .noAccessTime, .noDirectoryAccessTime, .relativeAccessTime,
    .strictAccessTime,
  ]
  /// What a file system is told.
  public static let ofFileSystem: MountFlags = [
    .synchronous, .mandatoryLocks, .synchronousDirectories, .inodeVersions, .lazyTimes,
  ]
  /// All with a name here.
  public static let known: MountFlags = propagation.union(attributes).union(ofFileSystem)
    .union([.remount, .bind, .move, .recursive, .silent])

  /// A word of mount(8) as flags; nil for what is none. What is the default has none.
  public init?(word: String) {
    for (name, flags) in Self.words where name.utf8.elementsEqual(word.utf8) {
      self = flags
      return
    }
    return nil
  }

  private static var words: [(String, MountFlags)] {
    [
      ("ro", .readOnly), ("rw", []), ("nosuid", .noSetUID), ("suid", []), ("nodev", .noDevices), ("dev", []),
      ("noexec", .noExecute), ("exec", []), ("sync", .synchronous), ("async", []), ("remount", .remount),
      ("mand", .mandatoryLocks), ("nomand", []), ("dirsync", .synchronousDirectories), ("noatime", .noAccessTime),
      ("atime", []), ("nodiratime", .noDirectoryAccessTime), ("diratime", []), ("bind", .bind),
      ("rbind", [.bind, .recursive]), ("move", .move), ("silent", .silent), ("loud", []), ("unbindable", .unbindable),
      ("runbindable", [.unbindable, .recursive]), ("private", .private), ("rprivate", [.private, .recursive]),
      ("slave", .slave), ("rslave", [.slave, .recursive]), ("shared", .shared), ("rshared", [.shared, .recursive]),
      ("relatime", .relativeAccessTime), ("norelatime", []), ("iversion", .inodeVersions), ("noiversion", []),
      ("strictatime", .strictAccessTime), ("nostrictatime", []), ("lazytime", .lazyTimes), ("nolazytime", []),
    ]
  }
}

extension DescribedMount {
  func write(to writer: inout PlanWriter) {
    writer.texts(types)
    writer.integer(UInt8(flags == nil ? 0 : 1))
    writer.integer(flags?.rawValue ?? 0)
    writer.integer(UInt8(options == nil ? 0 : 1))
    writer.texts(options ?? [])
    writer.integer(UInt8(source == nil ? 0 : 1))
    writer.text(source ?? "")
    writer.text(target)
  }

  init(from reader: inout PlanReader) throws(LaunchPlanError) {
    let field: StaticString = "describedMounts"
    let types = try reader.texts(field)
    let hasFlags = try reader.flag(field)
    let flags = MountFlags(rawValue: try reader.integer(UInt64.self, field))
    let hasOptions = try reader.flag(field)
    let options = try reader.texts(field)
    let hasSource = try reader.flag(field)
    let source = try reader.text(field)
    let target = try reader.text(field)
    guard MountFlags.known.isSuperset(of: flags), hasFlags || flags.isEmpty, hasOptions || options.isEmpty,
      hasSource || source.utf8.isEmpty, target.utf8.first == UInt8(ascii: "/")
    else { throw .invalid(field: field) }
    self.init(
      types: types, flags: hasFlags ? flags : nil, options: hasOptions ? options : nil,
      source: hasSource ? source : nil, target: target)
  }
}

extension PlanReader {
  /// A byte that is 0 or 1.
  mutating func flag(_ field: StaticString) throws(LaunchPlanError) -> Bool {
    let value = try integer(UInt8.self, field)
    guard value <= 1 else { throw .invalid(field: field) }
    return value == 1
  }
}
