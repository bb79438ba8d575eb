/// What may be done with files, in the words of the reference's rules (`mrwklix`).
public struct FileAccess: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let read = FileAccess(rawValue: 1)
  public static let write = FileAccess(rawValue: 2)
  /// Running it, and mapping it as code.
  public static let execute = FileAccess(rawValue: 4)
  /// Mapping it as code.
  public static let map = FileAccess(rawValue: 8)
  /// Locking it (flock(2), fcntl(2)); Landlock does not look at that.
  public static let lock = FileAccess(rawValue: 16)
  /// Making a hard link to it; Landlock sees the right to make files instead.
  public static let link = FileAccess(rawValue: 32)
  /// Device control beyond reading and writing.
  public static let control = FileAccess(rawValue: 64)

  /// Everything one does with one's own data.
  public static let own: FileAccess = [.read, .write, .execute, .map, .lock, .link]
  /// For programs and libraries.
  public static let readExecute: FileAccess = [.read, .execute, .map, .lock]

  /// The Landlock rights (`LANDLOCK_ACCESS_FS_*`, linux/landlock.h) for everything beneath a path.
  ///
  /// Making device nodes is in no grant. The launcher drops bits that the running kernel does not know and, for a
  /// path that is no directory, those that belong to directories.
  public var landlock: UInt64 {
    var bits: UInt64 = 0
    if contains(.read) { bits |= Landlock.readFile | Landlock.readDirectory }
    if contains(.execute) { bits |= Landlock.execute }
    if contains(.write) {
      bits |=
        Landlock.writeFile | Landlock.truncate | Landlock.removeDirectory | Landlock.removeFile
        | Landlock.makeDirectory | Landlock.makeRegular | Landlock.makeSocket | Landlock.makeFIFO
        | Landlock.makeSymlink | Landlock.refer
    }
    if contains(.control) { bits |= Landlock.ioctlDevice }
    return bits
  }
}

/// The kernel's bits (linux/landlock.h).
public enum Landlock {
  public static let execute: UInt64 = 1 << 0
  public static let writeFile: UInt64 = 1 << 1
  public static let readFile: UInt64 = 1 << 2
  public static let readDirectory: UInt64 = 1 << 3
  public static let removeDirectory: UInt64 = 1 << 4
  public static let removeFile: UInt64 = 1 << 5
  public static let makeCharacterDevice: UInt64 = 1 << 6
  public static let makeDirectory: UInt64 = 1 << 7
  public static let makeRegular: UInt64 = 1 << 8
  public static let makeSocket: UInt64 = 1 << 9
  public static let makeFIFO: UInt64 = 1 << 10
  public static let makeBlockDevice: UInt64 = 1 << 11
  public static let makeSymlink: UInt64 = 1 << 12
  public static let refer: UInt64 = 1 << 13
  public static let truncate: UInt64 = 1 << 14
  public static let ioctlDevice: UInt64 = 1 << 15
}

/// A path pattern as interfaces write it: absolute, with `*`, `**`, `?`, `[…]`, `{a,b}`, and `$HOME` in front for
/// the user's own. Resolving patterns to existing paths is issue 3; here only form is checked.
public struct PathPattern: Hashable, Sendable {
  public let rawValue: String

  /// Why a text is no pattern.
  public enum Invalid: Error, Hashable, Sendable { case notAbsolute, unclean, controlByte(UInt8) }

  public init(_ text: String) throws(Invalid) {
    if let byte = text.utf8.first(where: { $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\"") }) {
      throw .controlByte(byte)
    }
    let path = text.hasPrefix("$HOME/") ? text.dropFirst(5) : text[...]
    guard path.hasPrefix("/") else { throw .notAbsolute }
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let last = index == parts.count - 1
      guard part != ".", part != "..", !part.isEmpty || last else { throw .unclean }
    }
    rawValue = text
  }
}
