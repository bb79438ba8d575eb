/// A POSIX message queue that may be used (mq_overview(7), AppArmor's `mqueue` rules).
public struct MessageQueueRule: Hashable, Sendable {
  public enum Operation: String, Hashable, Sendable, CaseIterable { case create, open, read, write, delete }

  public var operations: [Operation]
  /// `/name`.
  public var name: PolicyPattern

  public init(_ operations: [Operation], _ name: PolicyPattern) {
    self.operations = operations
    self.name = name
  }
}

/// A name below `/dev` that udev gives to a device (`SYMLINK+=`).
public struct DeviceLink: Hashable, Sendable {
  public var device: UdevRule
  /// Relative to `/dev`: `serial-port-gps`.
  public var name: String

  public init(_ device: UdevRule, name: String) {
    self.device = device
    self.name = name
  }
}

/// Files of a snap that tell polkit(8) about actions, or decide about them.
public enum PolkitGrant: Hashable, Sendable {
  /// `meta/polkit/<files>.*.policy`, whose actions all are the prefix itself or begin with it and a dot.
  case actions(files: String, prefix: String)
  /// `meta/polkit/<files>.<name>`, when it has this digest (SHA3-384, base64url).
  case rule(files: String, name: String, digest: String)
}

/// What a snap gives to the machine's own programs: drivers for graphics cards.
public enum SystemExport: Hashable, Sendable {
  /// Directories on the host that the machine's dynamic linker looks into (ld.so.conf.d).
  case libraries(of: String, directories: [String])
  /// Directories of libraries, listed in a file of this name below the export directory.
  case libraryList(file: String, directories: [String])
  /// Links to every file of the kind in a directory of the host, made in a directory of the machine; with a
  /// priority before the name where the machine sorts them.
  case links(from: String, into: String, prefix: String)
  /// A link to the first of these files that is there; `@{multiarch}` is the machine's architecture in Debian's words.
  case link(toFirstOf: [String], at: String)
}
