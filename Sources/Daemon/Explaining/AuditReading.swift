internal import Explaining
internal import Permissions

/// Audit records into refusals.
enum AuditReading {
  /// None for what a log tells too little of.
  static func refusals(_ record: AuditRecord) -> [AppRefusal] {
    switch record.what {
    case .seccomp(let arch, let number, _): return seccomp(arch, number)
    case .landlock(let blockers, let fields): return landlock(blockers, fields)
    case .appArmor(let operation, let fields): return appArmor(operation, fields).map { [$0] } ?? []
    }
  }

  private static func seccomp(_ arch: UInt32, _ number: UInt64) -> [AppRefusal] {
    let name = SyscallNames.name(of: number, arch: arch) ?? "\(number)"
    // The log has no arguments. Of sockets, those of the Internet are meant nearly always.
    if name == "socket" {
      return [
        AppRefusal(
          .socket(family: .inet, type: nil, protocol: nil), by: "seccomp",
          what: "open a socket of a family that the log does not tell (for the Internet:)")
      ]
    }
    // Libraries ask for it and use clone(2) when it is missing.
    guard name != "clone3" else { return [] }
    return [AppRefusal(.syscall(name: name, arguments: []), by: "seccomp")]
  }

  // MARK: - Landlock

  /// Fields of Documentation/admin-guide/LSM/landlock.rst.
  private static func landlock(_ blockers: [String], _ fields: [String: String]) -> [AppRefusal] {
    var access: FileAccess = []
    var makes = false
    var result: [AppRefusal] = []
    for blocker in blockers {
      switch blocker {
      case "fs.read_file", "fs.read_dir": access.insert(.read)
      case "fs.write_file", "fs.truncate": access.insert(.write)
      case "fs.execute": access.insert(.execute)
      case "fs.ioctl_dev": access.insert(.read)
      case "fs.remove_dir", "fs.remove_file", "fs.refer": makes = true
      case "fs.change_topology":
        result.append(AppRefusal(.mount(type: nil, source: "", target: fields["path"] ?? ""), by: "Landlock"))
      case "net.bind_tcp", "net.connect_tcp":
        result.append(AppRefusal(.socket(family: .inet, type: .stream, protocol: nil), by: "Landlock"))
      case "scope.abstract_unix_socket":
        result.append(
          AppRefusal(.abstractSocket(address: fields["path"] ?? "@", operation: .connect), by: "Landlock"))
      case "scope.signal":
        result.append(
          AppRefusal(
            .signal(name: "term", operation: .send, peer: nil), by: "Landlock",
            what: "send a signal" + (fields["ocomm"].map { " to \($0)" } ?? "")))
      case "ptrace": result.append(AppRefusal(.ptrace(operation: .trace, peer: nil), by: "Landlock"))
      case _ where blocker.hasPrefix("fs.make_"): makes = true
      default: continue
      }
    }
    guard let path = fields["path"], path.hasPrefix("/") else { return result }
    if makes {
      // The directory is told, and not what was to be made in it.
      let sample = path.hasSuffix("/") ? path + "x" : path + "/x"
      result.append(
        AppRefusal(
          .file(path: sample, access: .write, isOwn: true), by: "Landlock", what: "make or remove files in \(path)"))
    }
    if !access.isEmpty {
      let isDirectory = blockers.contains("fs.read_dir") && !path.hasSuffix("/")
      result.append(
        AppRefusal(.file(path: isDirectory ? path + "/" : path, access: access, isOwn: true), by: "Landlock"))
    }
    return result
  }

  // MARK: - AppArmor

  /// Fields of security/apparmor in the kernel, and of the mediating message bus.
  private static func appArmor(_ operation: String, _ fields: [String: String]) -> AppRefusal? {
    let mask = fields["denied_mask"] ?? fields["requested_mask"] ?? fields["requested"] ?? ""
    let kind = fields["class"]
    if operation.hasPrefix("dbus_") { return bus(operation, fields, mask) }
    switch operation {
    case "capable":
      guard let name = fields["capname"], let capability = Capability(name: name) else { return nil }
      return AppRefusal(.capability(capability), by: "AppArmor")
    case "ptrace":
      let how = PtraceRule.Operation(rawValue: mask) ?? .trace
      return AppRefusal(.ptrace(operation: how, peer: fields["peer"]), by: "AppArmor")
    case "signal":
      let how = SignalRule.Operation(rawValue: mask) ?? .send
      return AppRefusal(
        .signal(name: fields["signal"] ?? "term", operation: how, peer: fields["peer"]), by: "AppArmor")
    case "mount":
      return AppRefusal(
        .mount(type: fields["fstype"], source: fields["srcname"] ?? "", target: fields["name"] ?? ""), by: "AppArmor")
    case "umount": return AppRefusal(.unmount(target: fields["name"] ?? ""), by: "AppArmor")
    case "pivotroot": return AppRefusal(.pivotRoot(newRoot: fields["name"] ?? ""), by: "AppArmor")
    case "userns_create": return AppRefusal(.userNamespace, by: "AppArmor")
    default: break
    }
    if let address = fields["peer_addr"] ?? fields["addr"], fields["family"] == "unix" {
      guard address.hasPrefix("@") else { return nil }
      let connects = fields["peer_addr"]?.hasPrefix("@") == true
      return AppRefusal(.abstractSocket(address: address, operation: connects ? .connect : .bind), by: "AppArmor")
    }
    if let family = fields["family"].flatMap({ NetworkRule.Family(rawValue: $0) }), kind != "file" {
      let type = fields["sock_type"].flatMap { NetworkRule.SocketType(rawValue: $0) }
      return AppRefusal(.socket(family: family, type: type, protocol: nil), by: "AppArmor")
    }
    guard let name = fields["name"], name.hasPrefix("/") else { return nil }
    // Making and removing are writing (`c` and `d` are the kernel's own letters).
    let letters = mask.map { $0 == "c" || $0 == "d" ? "w" : "\($0)" }
    var access: FileAccess = []
    for letter in letters { access.formUnion(FileAccess(letters: letter) ?? []) }
    guard !access.isEmpty else { return nil }
    let isOwn = fields["fsuid"] != nil && fields["fsuid"] == fields["ouid"]
    return AppRefusal(.file(path: name, access: access, isOwn: isOwn), by: "AppArmor")
  }

  private static func bus(_ operation: String, _ fields: [String: String], _ mask: String) -> AppRefusal? {
    let bus: DBusRule.Bus = fields["bus"] == "system" ? .system : .session
    if operation == "dbus_bind" {
      return fields["name"].map { AppRefusal(.busName(bus: bus, name: $0), by: "AppArmor") }
    }
    let how: DBusRule.Operation = (fields["mask"] ?? mask) == "receive" ? .receive : .send
    return AppRefusal(
      .message(
        Denial.BusMessage(
          bus: bus, operation: how, peerName: fields["name"], path: fields["path"], interface: fields["interface"],
          member: fields["member"])), by: "AppArmor")
  }
}
