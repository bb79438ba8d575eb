/// What may be done with files, in the words of the reference's rules (`mrwklix`).
public struct FileAccess: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

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
  /// Writing at the end only. Landlock knows no such right and gives writing.
  public static let append = FileAccess(rawValue: 128)
  /// Running it outside the confinement, with a clean environment (`Ux`). Only AppArmor can; without it the program
  /// runs confined.
  public static let executeUnconfined = FileAccess(rawValue: 256)
  /// The same with the environment as it is (`ux`).
  public static let executeUnconfinedRaw = FileAccess(rawValue: 512)
  /// Running it in a child profile (`Cx`); without AppArmor it runs in the app's own confinement.
  public static let executeChild = FileAccess(rawValue: 1024)
  /// Running it in its own profile (`Px`); without AppArmor as ``executeChild``.
  public static let executeProfile = FileAccess(rawValue: 2048)

  /// Every way of running it.
  public static let anyExecution: FileAccess = [
    .execute, .executeUnconfined, .executeUnconfinedRaw, .executeChild, .executeProfile,
  ]

  /// Everything one does with one's own data.
  public static let own: FileAccess = [.read, .write, .execute, .map, .lock, .link]
  public static let readWrite: FileAccess = [.read, .write]
  /// Reading a program and running it.
  public static let run: FileAccess = [.read, .execute]
  /// For programs and libraries.
  public static let readExecute: FileAccess = [.read, .execute, .map, .lock]

  /// The Landlock rights (`LANDLOCK_ACCESS_FS_*`, linux/landlock.h) for everything beneath a path.
  ///
  /// Making device nodes is in no grant. The launcher drops bits that the running kernel does not know and, for a
  /// path that is no directory, those that belong to directories.
  public var landlock: UInt64 {
    var bits: UInt64 = 0
    if contains(.read) { bits |= Landlock.readFile | Landlock.readDirectory }
    if !isDisjoint(with: .anyExecution) { bits |= Landlock.execute }
    if !isDisjoint(with: [.write, .append]) {
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

extension FileAccess: ExpressibleByStringLiteral {
  /// Access in AppArmor's letters (apparmor.d(5)): `r`, `w`, `a`, `k`, `l`, `m`, and `ix`, `ux`, `Ux`, `Cx`, `Px`.
  public init?(letters: String) {
    var access: FileAccess = []
    var how: Character?
    for letter in letters {
      switch (how, letter) {
      case (nil, "r"): access.insert(.read)
      case (nil, "w"): access.insert(.write)
      case (nil, "a"): access.insert(.append)
      case (nil, "k"): access.insert(.lock)
      case (nil, "l"): access.insert(.link)
      case (nil, "m"): access.insert(.map)
      case (nil, "x"), ("i", "x"): access.insert(.execute)
      case ("u", "x"): access.insert(.executeUnconfinedRaw)
      case ("U", "x"): access.insert(.executeUnconfined)
      case ("C", "x"): access.insert(.executeChild)
      case ("P", "x"): access.insert(.executeProfile)
      case (nil, "i"), (nil, "u"), (nil, "U"), (nil, "C"), (nil, "P"):
        how = letter
        continue
      default: return nil
      }
      how = nil
    }
    guard how == nil, !access.isEmpty else { return nil }
    self = access
  }

  /// Letters of our own source.
  public init(stringLiteral value: StaticString) {
    guard let access = FileAccess(letters: value.description) else { preconditionFailure("\(value) is no access") }
    self = access
  }

  /// AppArmor's letters, in one order.
  public var letters: String {
    var text = ""
    for (access, letter) in Self.table where contains(access) { text += letter }
    return text
  }

  private static let table: [(FileAccess, String)] = [
    (.map, "m"), (.read, "r"), (.write, "w"), (.append, "a"), (.lock, "k"), (.link, "l"), (.execute, "ix"),
    (.executeUnconfined, "Ux"), (.executeUnconfinedRaw, "ux"), (.executeChild, "Cx"), (.executeProfile, "Px"),
  ]
}
