/// A system call of a traced app that failed as confinement makes calls fail.
public struct TracedFailure: Hashable, Sendable {
  /// The call as the process made it: `AUDIT_ARCH_*`, number, arguments.
  public var arch: UInt32
  public var number: UInt64
  public var arguments: [UInt64]
  /// errno(3), positive.
  public var errno: Int32
  /// The process's effective user for files.
  public var uid: UInt32
  /// The process's own name.
  public var command: String
  public var target: Target

  /// What the call was about, as far as it names anything.
  public enum Target: Hashable, Sendable {
    case none
    /// A path in the app's view. `access` is in AppArmor's letters; `isOutside`: the machine has it at this place;
    /// `isOwn`: it belongs to the process's user.
    case path(String, access: String, isOutside: Bool, isDirectory: Bool, isOwn: Bool)
    /// An abstract socket, `@` before its name.
    case abstract(String)
    /// An address of a family (`AF_*`).
    case address(family: UInt16)
    case mount(type: String, source: String, target: String)
    case unmount(String)
    case signal(Int32)
    case ptrace
  }

  public init(
    arch: UInt32, number: UInt64, arguments: [UInt64], errno: Int32, uid: UInt32, command: String, target: Target
  ) {
    self.arch = arch
    self.number = number
    self.arguments = arguments
    self.errno = errno
    self.uid = uid
    self.command = command
    self.target = target
  }

  /// What makes two failures one line of a report.
  struct Key: Hashable {
    var number: UInt64
    var errno: Int32
    var target: Target
    var argument: [UInt64]
  }

  /// Arguments tell calls apart only where they are no addresses and nothing else is known.
  var key: Key {
    Key(number: number, errno: errno, target: target, argument: target == .none ? Array(arguments.prefix(3)) : [])
  }
}
