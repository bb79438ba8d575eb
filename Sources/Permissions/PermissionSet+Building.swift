/// The words in which interfaces say what they grant.
///
/// Literals are checked when they are evaluated; a test evaluates every interface. Text from a snap reaches a pattern
/// through ``PatternText`` only.
extension PermissionSet {
  /// Grants access to files by pattern.
  public mutating func files(_ access: FileAccess, owner: Bool = false, _ patterns: PathPattern...) {
    files += patterns.map { FileRule($0, access, owner: owner) }
  }

  /// Refuses access to files, above all grants.
  public mutating func denyFiles(
    _ access: FileAccess, owner: Bool = false, audited: Bool = false, _ patterns: PathPattern...
  ) {
    files += patterns.map { FileRule($0, access, owner: owner, effect: audited ? .auditedDeny : .deny) }
  }

  /// Adds lines of the filter language (`spec/confinement.md` §6).
  public mutating func syscalls(_ lines: StaticString...) {
    for line in lines {
      do { syscalls.append(try SyscallRule(line: line.description)) } catch { preconditionFailure("\(line): \(error)") }
    }
  }

  public mutating func capabilities(_ granted: Capability...) { capabilities.formUnion(granted) }

  /// Powers that the process needs only where it mounts by itself.
  public mutating func mountCapabilities(_ granted: Capability...) { mountCapabilities.formUnion(granted) }

  public mutating func denyCapabilities(_ denied: Capability...) { deniedCapabilities.formUnion(denied) }

  /// Lets sockets of a family be opened.
  public mutating func network(_ family: NetworkRule.Family, _ type: NetworkRule.SocketType? = nil) {
    networks.append(NetworkRule(family, type))
  }

  public mutating func unix(
    _ operations: [UnixRule.Operation] = [], type: NetworkRule.SocketType? = nil, address: PolicyPattern? = nil,
    peer: PeerLabel = .any, peerAddress: PolicyPattern? = nil, effect: RuleEffect = .allow
  ) {
    unix.append(
      UnixRule(operations, type: type, address: address, peer: peer, peerAddress: peerAddress, effect: effect))
  }

  /// Lets messages pass on a bus; no operations means both ways.
  public mutating func dbus(
    _ bus: DBusRule.Bus?, _ operations: [DBusRule.Operation] = [], path: PolicyPattern? = nil,
    interface: PolicyPattern? = nil, member: PolicyPattern? = nil, peerName: PolicyPattern? = nil,
    peer: PeerLabel = .any, effect: RuleEffect = .allow
  ) {
    dbus.append(
      DBusRule(
        bus, .messages(operations), path: path, interface: interface, member: member, peerName: peerName, peer: peer,
        effect: effect))
  }

  /// Lets a well-known name be owned.
  public mutating func ownName(_ bus: DBusRule.Bus?, _ name: PolicyPattern) {
    dbus.append(DBusRule(bus, .own(name)))
  }

  public mutating func signals(
    _ operations: [SignalRule.Operation] = [], _ names: [PolicyPattern] = [], peer: PeerLabel = .any
  ) {
    signals.append(SignalRule(operations, signals: names, peer: peer))
  }

  public mutating func ptrace(
    _ operations: [PtraceRule.Operation] = [], peer: PeerLabel = .any, effect: RuleEffect = .allow
  ) {
    ptraces.append(PtraceRule(operations, peer: peer, effect: effect))
  }

  public mutating func mount(
    types: PolicyPattern? = nil, options: [String] = [], atMost: Bool = false, from source: PolicyPattern? = nil,
    to target: PolicyPattern? = nil, effect: RuleEffect = .allow, brokered: MountRule.FileSystemOptions? = nil
  ) {
    mounts.append(
      MountRule(
        types: types, options: options, atMost: atMost, from: source, to: target, effect: effect, brokered: brokered))
  }

  public mutating func unmount(types: PolicyPattern? = nil, _ target: PolicyPattern? = nil, brokered: Bool = false) {
    unmounts.append(UnmountRule(types: types, target, brokered: brokered))
  }

  public mutating func pivotRoot(oldRoot: PolicyPattern? = nil, newRoot: PolicyPattern? = nil) {
    pivotRoots.append(PivotRootRule(oldRoot: oldRoot, newRoot: newRoot))
  }

  public mutating func changeProfile(program: PolicyPattern? = nil, to target: PolicyPattern, unsafe: Bool = false) {
    profileChanges.append(ChangeProfileRule(program: program, to: target, unsafe: unsafe))
  }

  /// Tags devices for the app.
  public mutating func udev(_ matches: StaticString...) {
    for match in matches {
      do { udev.append(try UdevRule(match.description)) } catch { preconditionFailure("\(match) is no udev match") }
    }
  }

  /// Loads modules when the connection is made and at each start.
  public mutating func modules(_ names: StaticString...) {
    for name in names {
      do { modules.append(try KernelModule(name.description)) } catch { preconditionFailure("\(name) is no module") }
    }
  }

  public mutating func trait(_ trait: ProcessTraits) { traits.insert(trait) }
}
