/// Something that a process was refused, as a log or a trace tells it.
public enum Denial: Hashable, Sendable {
  /// A file, a socket's path or a device's node. `isOwn`: it belongs to the process's user.
  case file(path: String, access: FileAccess, isOwn: Bool)
  /// A call with as many of its arguments as are known.
  case syscall(name: String, arguments: [UInt64])
  case capability(Capability)
  /// socket(2); the protocol where it matters (netlink).
  case socket(family: NetworkRule.Family, type: NetworkRule.SocketType?, protocol: UInt64?)
  /// A socket that is no file: an abstract address with `@` before it.
  case abstractSocket(address: String, operation: UnixRule.Operation)
  case message(BusMessage)
  case busName(bus: DBusRule.Bus, name: String)
  /// A signal by AppArmor's name of it (`term`), and the other process's label when it is known.
  case signal(name: String, operation: SignalRule.Operation, peer: String?)
  case ptrace(operation: PtraceRule.Operation, peer: String?)
  case mount(type: String?, source: String, target: String)
  case unmount(target: String)
  case pivotRoot(newRoot: String)
  case userNamespace

  /// A message that was not let through.
  public struct BusMessage: Hashable, Sendable {
    public var bus: DBusRule.Bus
    public var operation: DBusRule.Operation
    /// The other side's well-known name, where the log has it.
    public var peerName: String?
    public var path: String?
    public var interface: String?
    public var member: String?

    public init(
      bus: DBusRule.Bus, operation: DBusRule.Operation = .send, peerName: String? = nil, path: String? = nil,
      interface: String? = nil, member: String? = nil
    ) {
      self.bus = bus
      self.operation = operation
      self.peerName = peerName
      self.path = path
      self.interface = interface
      self.member = member
    }
  }
}

/// A rule that has to do with a denial.
public enum MatchingRule: Hashable, Sendable {
  case file(FileRule)
  case syscall(SyscallRule)
  case capability(Capability)
  case network(NetworkRule)
  case unix(UnixRule)
  case dbus(DBusRule)
  case signal(SignalRule)
  case ptrace(PtraceRule)
  case mount(MountRule)
  case unmount(UnmountRule)
  case pivotRoot(PivotRootRule)
  case namespaces
  case trait(ProcessTraits)
}
