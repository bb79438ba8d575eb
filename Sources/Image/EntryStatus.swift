/// What an entry of a container is.
public enum EntryKind: Hashable, Sendable {
  case directory, regular, symlink, blockDevice, characterDevice, fifo, socket

  /// The kind with its article, for messages.
  public var noun: String {
    switch self {
    case .directory: "a directory"
    case .regular: "a regular file"
    case .symlink: "a symbolic link"
    case .blockDevice: "a block device"
    case .characterDevice: "a character device"
    case .fifo: "a named pipe"
    case .socket: "a socket"
    }
  }

  /// From the type bits of a `st_mode`; `nil` when they name no known type.
  init?(mode: UInt32) {
    switch mode & 0o170000 {
    case 0o040000: self = .directory
    case 0o100000: self = .regular
    case 0o120000: self = .symlink
    case 0o060000: self = .blockDevice
    case 0o020000: self = .characterDevice
    case 0o010000: self = .fifo
    case 0o140000: self = .socket
    default: return nil
    }
  }
}

/// What `lstat` would say about an entry.
public struct EntryStatus: Hashable, Sendable {
  /// What it is.
  public var kind: EntryKind
  /// Permission bits, with set-user-id, set-group-id and sticky: `0o7777` at most.
  public var permissions: UInt32
  /// Owner's user id.
  public var uid: UInt32
  /// Owner's group id.
  public var gid: UInt32
  /// Bytes of a regular file or of a link's target as declared, 0 for everything else.
  public var size: UInt64
  /// Last change, in seconds since 1970.
  public var modified: Int64

  public init(kind: EntryKind, permissions: UInt32, uid: UInt32, gid: UInt32, size: UInt64, modified: Int64) {
    self.kind = kind
    self.permissions = permissions
    self.uid = uid
    self.gid = gid
    self.size = size
    self.modified = modified
  }

  /// Type and permissions as the reference prints them ("drwxr-xr-x", "Lrwxrwxrwx", "ugrwxr-xr-x").
  ///
  /// It is the form of the language the reference is written in: a letter for each special bit that is set,
  /// in a fixed order, `-` if none, then the nine permissions.
  public var modeText: String {
    var text = ""
    switch kind {
    case .directory: text += "d"
    case .regular: break
    case .symlink: text += "L"
    case .blockDevice, .characterDevice: text += "D"
    case .fifo: text += "p"
    case .socket: text += "S"
    }
    if permissions & 0o4000 != 0 { text += "u" }
    if permissions & 0o2000 != 0 { text += "g" }
    if kind == .characterDevice { text += "c" }
    if permissions & 0o1000 != 0 { text += "t" }
    if text.isEmpty { text = "-" }
    let letters: [Character] = ["r", "w", "x", "r", "w", "x", "r", "w", "x"]
    for (index, letter) in letters.enumerated() {
      text.append(permissions & (1 << UInt32(8 - index)) != 0 ? letter : "-")
    }
    return text
  }
}

/// One entry of a directory.
public struct ContainerEntry: Hashable, Sendable {
  /// Its name in the directory. Bytes that are no UTF-8 are shown as U+FFFD.
  public var name: String
  /// What it is.
  public var status: EntryStatus

  public init(name: String, status: EntryStatus) {
    self.name = name
    self.status = status
  }
}
