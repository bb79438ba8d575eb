/// What a process may do beyond the defaults: the union of what its interfaces grant.
///
/// A value of plain data. Interfaces (issue 3) build such values; compilers turn the union into filters, rights and
/// masks. More kinds of rules (devices, D-Bus, mounts, udev) take their place beside these.
public struct PermissionSet: Hashable, Sendable {
  /// Files beyond the default ones. No compiler reads these yet.
  public var files: [FileRule] = []
  /// System calls beyond the template's, as lines of the filter language.
  public var syscalls: [SyscallRule] = []
  /// Capabilities that stay in the bounding set beside the default ones.
  public var capabilities: Set<Capability> = []
  /// Families of sockets that may be opened.
  public var sockets: [SocketRule] = []
  /// Whom signals may reach beyond the sandbox.
  public var signals: [SignalRule] = []
  /// Whether the process may make namespaces of any kind.
  public var namespaces = false

  public init() {}

  /// A file grant by pattern, with access; with `owner` only for files of the process's own user.
  public struct FileRule: Hashable, Sendable {
    public var pattern: PathPattern
    public var access: FileAccess
    /// Only files of the process's own user.
    public var owner: Bool

    public init(_ pattern: PathPattern, _ access: FileAccess, owner: Bool = false) {
      self.pattern = pattern
      self.access = access
      self.owner = owner
    }
  }

  /// A kind of socket that may be opened.
  public enum SocketRule: Hashable, Sendable {
    /// A family by its constant, such as `AF_INET`; must be in the table of constants.
    case family(String)
    /// A netlink protocol by its constant, such as `NETLINK_ROUTE`.
    case netlink(String)
    /// Unix sockets in the abstract name space that other snaps or the host made.
    case foreignAbstract
  }

  /// Whom signals may reach beyond the process's own sandbox.
  public enum SignalRule: Hashable, Sendable {
    case anyProcess
  }

  /// Adds everything of another set.
  public mutating func formUnion(_ other: PermissionSet) {
    files += other.files.filter { !files.contains($0) }
    syscalls += other.syscalls.filter { !syscalls.contains($0) }
    sockets += other.sockets.filter { !sockets.contains($0) }
    signals += other.signals.filter { !signals.contains($0) }
    capabilities.formUnion(other.capabilities)
    namespaces = namespaces || other.namespaces
  }
}

extension PermissionSet {
  /// What every confined process may have of root's powers; all else leaves the bounding set.
  ///
  /// `spec/default-access.tsv` grants two. `ipc_lock` pins memory, which limits bound. `sys_chroot` is safe without
  /// AppArmor because the mount namespace's root *is* the view: the old root is detached, so the classic way out
  /// of a chroot ends at the view's root; no descriptor to the outside is inherited; Landlock follows the file
  /// hierarchy and not the process's root; and `no_new_privs` keeps a forged root from feeding a setuid program.
  public static let defaultCapabilities: Set<Capability> = [.ipcLock, .sysChroot]

  /// Needed to become a declared user and give files to it; the system call filter bounds them to those users.
  public static let declaredUserCapabilities: Set<Capability> = [.setuid, .setgid, .chown]

  /// The bounding set for a confined process with these grants.
  public func capabilityMask(users: [SystemUser]) -> UInt64 {
    var kept = capabilities.union(Self.defaultCapabilities)
    if !users.isEmpty { kept.formUnion(Self.declaredUserCapabilities) }
    return kept.reduce(0) { $0 | $1.mask }
  }

  /// The filter source for a confined process with these grants.
  public func filter(users: [SystemUser], appArmor: Bool = false) throws(SeccompError) -> SeccompCompiler.Source {
    let network = sockets.contains { rule in if case .family = rule { true } else { false } }
    let template = SyscallTemplate(appArmor: appArmor, users: users, network: network, namespaces: namespaces)
    var source = SeccompCompiler.Source(rules: try template.rules())
    for socket in sockets {
      switch socket {
      case .family(let name): source.rules.append(try SyscallRule(line: "socket " + name))
      case .netlink(let name): source.rules.append(try SyscallRule(line: "socket AF_NETLINK - " + name))
      case .foreignAbstract: break
      }
    }
    source.rules += syscalls
    return source
  }

  /// Which ways out of the sandbox Landlock closes (`LANDLOCK_SCOPE_*`): abstract sockets, and signals to processes
  /// outside. Without the second, root in a snap could kill any root process of the host.
  public var landlockScopes: UInt64 {
    (sockets.contains(.foreignAbstract) ? 0 : 1) | (signals.contains(.anyProcess) ? 0 : 2)
  }
}

extension PermissionSet {
  /// What `network` grants a plug: `spec/interface-access.tsv`, with the families that AppArmor's name service
  /// abstraction lets through there.
  public static let network: PermissionSet = {
    var set = PermissionSet()
    set.sockets = [.family("AF_INET"), .family("AF_INET6"), .family("AF_CONN"), .netlink("NETLINK_ROUTE")]
    set.syscalls = [SyscallRule(name: "bind")]
    return set
  }()

  /// What `network-bind` grants a plug.
  public static let networkBind: PermissionSet = {
    var set = PermissionSet()
    set.sockets = [.family("AF_INET"), .family("AF_INET6"), .netlink("NETLINK_ROUTE")]
    set.syscalls = ["accept", "accept4", "bind", "listen"].map { SyscallRule(name: $0) }
    return set
  }()
}
