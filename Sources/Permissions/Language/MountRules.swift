/// A mount that the process may make (AppArmor's `mount` and `remount` rules). Fields that are nil match anything.
public struct MountRule: Hashable, Sendable {
  /// Types of file systems, by pattern.
  public var types: PolicyPattern?
  /// Each inner list is one `options=(…)`: all of them, and no others, have to be given.
  public var options: [String]
  /// Whether ``options`` name what is admitted (`options in (…)`) instead of what must be there.
  public var optionsAreAtMost: Bool
  public var source: PolicyPattern?
  public var target: PolicyPattern?
  public var effect: RuleEffect
  /// Whether a keeper beside the process makes the mount when the process asks for it, and what of the file system
  /// may be asked for then; nil: the process has to be able to mount by itself.
  public var brokered: FileSystemOptions?

  /// Options that the file system understands, beyond the flags of mount(2).
  public enum FileSystemOptions: Hashable, Sendable {
    /// For file systems whose options name no place of this machine.
    case any
    /// These; one without a value stands for all its values.
    case only([String])
  }

  public init(
    types: PolicyPattern? = nil, options: [String] = [], atMost: Bool = false, from source: PolicyPattern? = nil,
    to target: PolicyPattern? = nil, effect: RuleEffect = .allow, brokered: FileSystemOptions? = nil
  ) {
    self.types = types
    self.options = options
    self.optionsAreAtMost = atMost
    self.source = source
    self.target = target
    self.effect = effect
    self.brokered = brokered
  }
}

/// A mount that the process may take away.
public struct UnmountRule: Hashable, Sendable {
  public var types: PolicyPattern?
  /// Anything when nil.
  public var target: PolicyPattern?
  /// Whether a keeper beside the process does it.
  public var brokered: Bool

  public init(types: PolicyPattern? = nil, _ target: PolicyPattern? = nil, brokered: Bool = false) {
    self.types = types
    self.target = target
    self.brokered = brokered
  }
}

/// A pivot_root(2) that the process may make; nil matches anything.
public struct PivotRootRule: Hashable, Sendable {
  public var oldRoot: PolicyPattern?
  public var newRoot: PolicyPattern?

  public init(oldRoot: PolicyPattern? = nil, newRoot: PolicyPattern? = nil) {
    self.oldRoot = oldRoot
    self.newRoot = newRoot
  }
}

/// Something of another place shown inside a snap by a connection: content sharing, and a few places of the host.
public struct ContentMount: Hashable, Sendable {
  /// Absolute path on the host. `$XDG_RUNTIME_DIR/` at its beginning is the run directory of the user who runs the
  /// app: such a mount is made for each user.
  public var source: String
  /// Absolute path in the sandbox, or below `$XDG_RUNTIME_DIR/`.
  public var target: String
  public var kind: Kind
  public var readOnly: Bool
  /// A missing source is no error.
  public var optional: Bool

  public enum Kind: Hashable, Sendable { case directory, file, symlink, tmpfs }

  public init(
    source: String, target: String, kind: Kind = .directory, readOnly: Bool = true, optional: Bool = false
  ) {
    self.source = source
    self.target = target
    self.kind = kind
    self.readOnly = readOnly
    self.optional = optional
  }
}
