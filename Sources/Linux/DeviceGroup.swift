internal import CLinux
internal import Glibc

/// A device, or all of a major number, that processes of a control group may open.
public struct DeviceRule: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: UInt8, Hashable, Sendable {
    case block = 0x62
    case character = 0x63
  }

  public var kind: Kind
  public var major: UInt32
  /// Any when nil.
  public var minor: UInt32?

  public init(_ kind: Kind, major: UInt32, minor: UInt32?) {
    self.kind = kind
    self.major = major
    self.minor = minor
  }

  /// As the files of version 1 write it: `c 1:3 rwm`, `c 136:* rwm`.
  public var description: String {
    "\(kind == .character ? "c" : "b") \(major):\(minor.map(String.init) ?? "*") rwm"
  }
}

/// The devices of a control group of version 2: a map of what is allowed, and the program that looks into it.
///
/// The map can be changed while the program runs, so a device that appears is allowed without touching the group.
/// It is kept under a path of a bpf file system; format and path are the reference's (`spec/confinement.md` §5).
public struct DeviceMap: ~Copyable, Sendable {
  private let map: OwnedFD

  /// The most devices at a time.
  public static let capacity: UInt32 = 1000

  /// An empty map, which allows nothing.
  public init() throws(SyscallError) {
    let raw = try check("create a map of devices", nil) {
      cl_bpf_map_create(UInt32(DeviceProgram.keySize), 1, Self.capacity)
    }
    map = OwnedFD(owning: raw)
  }

  /// A map that was kept under a path.
  public init(pinnedAt path: String) throws(SyscallError) {
    try rejectNUL("open", path)
    map = OwnedFD(owning: try check("open", path) { cl_bpf_open_pinned(path) })
  }

  /// Keeps the map under a path of a bpf file system, which must not exist.
  public func pin(at path: String) throws(SyscallError) {
    try rejectNUL("create", path)
    _ = try check("create", path) { cl_bpf_pin(map.raw, path) }
  }

  public func allow(_ rule: DeviceRule) throws(SyscallError) {
    let key = DeviceProgram.key(rule)
    _ = try check("allow device", "\(rule)") { cl_bpf_map_update(map.raw, key, [1 as UInt8]) }
  }

  /// Takes a device away; one that is not there is fine.
  public func forbid(_ rule: DeviceRule) throws(SyscallError) {
    let key = DeviceProgram.key(rule)
    do {
      _ = try check("forbid device", "\(rule)") { cl_bpf_map_delete(map.raw, key) }
    } catch  where error.errno == ENOENT {}
  }

  /// What is allowed, in no order.
  public func rules() throws(SyscallError) -> Set<DeviceRule> {
    var rules: Set<DeviceRule> = []
    var key: [UInt8]?
    var next = [UInt8](repeating: 0, count: DeviceProgram.keySize)
    // A map that changes meanwhile can begin again from its start.
    for _ in 0...(2 * Self.capacity) {
      let result =
        if let key { cl_bpf_map_next(map.raw, key, &next) } else { cl_bpf_map_next(map.raw, nil, &next) }
      if result < 0 {
        guard errno == ENOENT else { throw SyscallError("read a map of devices", errno: errno) }
        break
      }
      if let rule = DeviceProgram.rule(next) { rules.insert(rule) }
      key = next
    }
    return rules
  }

  /// Makes the map hold just these. What stays is never missing in between.
  public func replace(with rules: Set<DeviceRule>) throws(SyscallError) {
    let present = try self.rules()
    for rule in rules.subtracting(present) { try allow(rule) }
    for rule in present.subtracting(rules) { try forbid(rule) }
  }

  /// Rules the devices of a group of version 2 and of all below it, beside programs that others attached.
  ///
  /// The program stays while the group does. Attaching to a group that has one of ours adds a second look into
  /// another map: ask ``DeviceGroup/isRuled(_:)`` before.
  public func attach(toGroupAt path: String) throws(SyscallError) {
    let code = DeviceProgram.code(map: map.raw)
    let raw = try check("load a program for devices", nil) {
      cl_bpf_load_device_program(code, UInt32(code.count / 8))
    }
    let program = OwnedFD(owning: raw)
    let group = try OwnedFD.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    _ = try check("rule devices of", path) { cl_bpf_attach_device(group.raw, program.raw) }
  }
}

/// Control groups that rule devices, of both versions.
public enum DeviceGroup {
  /// Whether programs rule the devices of a group of version 2 itself; those of groups above count not.
  public static func isRuled(_ path: String) throws(SyscallError) -> Bool {
    let group = try OwnedFD.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    var ids = [UInt32](repeating: 0, count: 64)
    return try check("ask for devices of", path) { cl_bpf_device_programs(group.raw, &ids, 64) } > 0
  }

  /// Rules the devices of a group of version 1 (`/sys/fs/cgroup/devices/…`): all are refused, then these allowed.
  public static func setRules(_ rules: [DeviceRule], ofVersion1GroupAt path: String) throws(SyscallError) {
    try write("a", path + "/devices.deny")
    for rule in rules { try allow(rule, inVersion1GroupAt: path) }
  }

  public static func allow(_ rule: DeviceRule, inVersion1GroupAt path: String) throws(SyscallError) {
    try write(rule.description, path + "/devices.allow")
  }

  public static func forbid(_ rule: DeviceRule, inVersion1GroupAt path: String) throws(SyscallError) {
    try write(rule.description, path + "/devices.deny")
  }

  /// Moves a process into a group of either version.
  public static func move(process: Int32, toGroupAt path: String) throws(SyscallError) {
    try write(String(process), path + "/cgroup.procs")
  }

  /// One write: the kernel takes each as a command.
  private static func write(_ text: String, _ path: String) throws(SyscallError) {
    let file = try OwnedFD.open(path, O_WRONLY | O_CLOEXEC)
    let bytes = Array(text.utf8)
    _ = try check("write to", path) { Glibc.write(file.raw, bytes, bytes.count) }
  }
}
