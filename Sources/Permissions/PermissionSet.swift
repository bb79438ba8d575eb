/// What a process may do beyond the defaults: the union of what its connections grant.
///
/// A value of plain data. Interfaces build such values (`PermissionSet+Building.swift` has the words they use);
/// compilers turn the union into filters, rights, profiles and masks. Sets are united, never subtracted; a rule with
/// an effect of denial stands above all grants.
public struct PermissionSet: Hashable, Sendable {
  public var files: [FileRule] = []
  /// System calls beyond the template's, as lines of the filter language.
  public var syscalls: [SyscallRule] = []
  /// Capabilities that stay in the bounding set beside the default ones.
  public var capabilities: Set<Capability> = []
  /// Those that serve mounting and nothing else: they stay only where the process mounts by itself.
  public var mountCapabilities: Set<Capability> = []
  /// Refused whatever grants them; for AppArmor, whose log would fill with them.
  public var deniedCapabilities: Set<Capability> = []
  /// Families of sockets that may be opened.
  public var networks: [NetworkRule] = []
  public var unix: [UnixRule] = []
  public var dbus: [DBusRule] = []
  public var signals: [SignalRule] = []
  public var ptraces: [PtraceRule] = []
  public var mounts: [MountRule] = []
  public var unmounts: [UnmountRule] = []
  public var pivotRoots: [PivotRootRule] = []
  public var profileChanges: [ChangeProfileRule] = []
  /// Whether the process may make user namespaces, and with them others.
  public var namespaces = false
  public var modules: [KernelModule] = []
  public var udev: [UdevRule] = []
  /// Pins to hand out.
  public var pins: [PinExport] = []
  /// Places of other snaps and of the host that are shown inside.
  public var contentMounts: [ContentMount] = []
  /// Directories below the home of whoever starts the app that are made when they are missing: `.config/thing`, clean
  /// and without a slash before it.
  public var homeDirectories: [String] = []
  /// What the system bus lets users do with names that this side owns.
  public var busPolicies: [BusPolicy] = []
  public var messageQueues: [MessageQueueRule] = []
  /// Names of devices, for udev.
  public var deviceLinks: [DeviceLink] = []
  public var polkit: [PolkitGrant] = []
  /// What the machine itself gets of the other side.
  public var exports: [SystemExport] = []
  public var traits: ProcessTraits = []

  public init() {}

  /// Adds everything of another set.
  public mutating func formUnion(_ other: PermissionSet) {
    func add<Rule: Hashable>(_ rules: inout [Rule], _ more: [Rule]) {
      guard !more.isEmpty else { return }
      var known = Set(rules)
      for rule in more where known.insert(rule).inserted { rules.append(rule) }
    }
    add(&files, other.files)
    add(&syscalls, other.syscalls)
    add(&networks, other.networks)
    add(&unix, other.unix)
    add(&dbus, other.dbus)
    add(&signals, other.signals)
    add(&ptraces, other.ptraces)
    add(&mounts, other.mounts)
    add(&unmounts, other.unmounts)
    add(&pivotRoots, other.pivotRoots)
    add(&profileChanges, other.profileChanges)
    add(&modules, other.modules)
    add(&udev, other.udev)
    add(&pins, other.pins)
    add(&contentMounts, other.contentMounts)
    add(&homeDirectories, other.homeDirectories)
    add(&busPolicies, other.busPolicies)
    add(&messageQueues, other.messageQueues)
    add(&deviceLinks, other.deviceLinks)
    add(&polkit, other.polkit)
    add(&exports, other.exports)
    capabilities.formUnion(other.capabilities)
    mountCapabilities.formUnion(other.mountCapabilities)
    deniedCapabilities.formUnion(other.deniedCapabilities)
    traits.formUnion(other.traits)
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
    if traits.contains(.everything) { return Capability.allMask }
    var kept = capabilities.union(Self.defaultCapabilities)
    if mountsByItself { kept.formUnion(mountCapabilities) }
    if !users.isEmpty { kept.formUnion(Self.declaredUserCapabilities) }
    return kept.reduce(0) { $0 | $1.mask }
  }

  /// Whether the process mounts, unmounts or changes its root in ways that no keeper can do for it. Landlock refuses
  /// that to whoever it keeps from any file, so such a process is left to the view, seccomp and capabilities.
  public var mountsByItself: Bool {
    traits.contains(.everything) || mounts.contains { $0.effect == .allow && $0.brokered == nil }
      || unmounts.contains { !$0.brokered } || !pivotRoots.isEmpty
  }

  /// The filter source for a confined process with these grants.
  public func filter(users: [SystemUser], appArmor: Bool = false) throws(SeccompError) -> SeccompCompiler.Source {
    let network = networks.contains { $0.family != .unix && $0.family != .netlink }
    let template = SyscallTemplate(appArmor: appArmor, users: users, network: network, namespaces: namespaces)
    var source = SeccompCompiler.Source(rules: try template.rules())
    if traits.contains(.unrestrictedSyscalls) {
      source.unrestricted = true
      return source
    }
    for rule in networks {
      // A netlink family says nothing of the protocol; those come as lines of the filter language.
      guard rule.family != .netlink else { continue }
      // The upper bits of the type are flags (SOCK_CLOEXEC, SOCK_NONBLOCK; socket(2)).
      let type = rule.type.map { " 15|" + $0.constant } ?? ""
      source.rules.append(try SyscallRule(line: "socket " + rule.family.constant + type))
    }
    source.rules += syscalls
    return source
  }

  /// Which ways out of the sandbox Landlock closes (`LANDLOCK_SCOPE_*`): abstract sockets, and signals to processes
  /// outside. Without the second, root in a snap could kill any root process of the host.
  public var landlockScopes: UInt64 {
    (reachesForeignAbstractSockets ? 0 : 1) | (signalsOthers ? 0 : 2)
  }

  private var reachesForeignAbstractSockets: Bool {
    traits.contains(.everything)
      || unix.contains { rule in
        rule.effect == .allow && rule.operations.contains(.connect) && rule.peerAddress?.rawValue.first == "@"
      }
  }

  private var signalsOthers: Bool {
    traits.contains(.everything)
      || signals.contains { rule in
        (rule.operations.isEmpty || rule.operations.contains(.send)) && rule.peer != .own
      }
  }
}

extension PermissionSet {
  /// What `network` grants a plug: `spec/interface-access.tsv`, with the families that AppArmor's name service
  /// abstraction lets through there.
  public static let network: PermissionSet = {
    var set = PermissionSet()
    set.networks = [NetworkRule(.inet), NetworkRule(.inet6), NetworkRule(.conn)]
    set.syscalls("bind", "socket AF_NETLINK - NETLINK_ROUTE")
    return set
  }()

  /// What `network-bind` grants a plug.
  public static let networkBind: PermissionSet = {
    var set = PermissionSet()
    set.networks = [NetworkRule(.inet), NetworkRule(.inet6)]
    set.syscalls("accept", "accept4", "bind", "listen", "socket AF_NETLINK - NETLINK_ROUTE")
    return set
  }()
}
