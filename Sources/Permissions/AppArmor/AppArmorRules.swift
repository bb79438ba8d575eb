/// Rules of a ``PermissionSet`` as lines of AppArmor's language, sorted by nothing: in the order they were granted.
struct AppArmorRules {
  var features: AppArmorFeatures
  /// The profile runs whole directories of programs in place (`ix`): rules about every program would be in conflict.
  var runsDirectories = false

  /// Every rule of a set, one line each, with the abstractions that the buses need before them.
  func lines(_ set: PermissionSet) -> [String] {
    var lines = abstractions(set)
    lines += set.files.flatMap(file)
    lines += capabilities(set)
    lines += set.networks.compactMap(network)
    lines += set.unix.compactMap(unix)
    lines += set.dbus.compactMap(dbus)
    lines += set.signals.compactMap(signal)
    lines += set.ptraces.compactMap(ptrace)
    lines += set.mounts.map(mount)
    lines += set.unmounts.map(unmount)
    lines += set.pivotRoots.map(pivotRoot)
    lines += set.profileChanges.map(changeProfile)
    if set.namespaces, features.parser.contains(.userns) { lines.append("userns,") }
    if set.traits.contains(.messageQueues), features.parser.contains(.mqueue) { lines.append("mqueue,") }
    if set.traits.contains(.ioUring), features.parser.contains(.ioUring) { lines.append("io_uring,") }
    if set.traits.contains(.everything) { lines += everything }
    var known: Set<String> = []
    return lines.filter { known.insert($0).inserted }
  }

  /// What it takes to reach a bus at all.
  private func abstractions(_ set: PermissionSet) -> [String] {
    var buses: Set<DBusRule.Bus?> = []
    for rule in set.dbus where rule.effect == .allow { buses.insert(rule.bus) }
    let files: [(DBusRule.Bus, String)] = [
      (.system, "dbus-strict"), (.session, "dbus-session-strict"), (.accessibility, "dbus-accessibility-strict"),
      (.fcitx, "fcitx-strict"),
    ]
    return files.filter { bus, _ in buses.contains(bus) || buses.contains(nil) && bus != .accessibility && bus != .fcitx
    }
    .map { "#include <abstractions/\($0.1)>" }
  }

  private func file(_ rule: FileRule) -> [String] {
    let access = AppArmorAccess(rule.access, effect: rule.effect)
    let head = AppArmorText.prefix(rule.effect) + (rule.owner ? "owner " : "")
    var lines: [String] = []
    if !access.letters.isEmpty {
      lines.append(head + AppArmorText.quote(rule.pattern.pattern) + " " + access.letters + ",")
    }
    if let transition = access.transition {
      for pattern in rule.pattern.pattern.alternatives(limit: 64) {
        lines.append(head + AppArmorText.quote(pattern) + " " + transition + ",")
      }
    }
    return lines
  }

  private func capabilities(_ set: PermissionSet) -> [String] {
    func lines(_ capabilities: Set<Capability>, _ head: String) -> [String] {
      capabilities.sorted { $0.rawValue < $1.rawValue }.filter(isKnown).map {
        head + "capability " + AppArmorText.name($0) + ","
      }
    }
    return lines(set.capabilities.union(set.mountCapabilities), "") + lines(set.deniedCapabilities, "deny ")
  }

  private func isKnown(_ capability: Capability) -> Bool {
    switch capability {
    case .bpf, .perfmon, .checkpointRestore: features.parser.contains(.capBPF)
    case .auditRead: features.parser.contains(.capAuditRead)
    default: true
    }
  }

  private func network(_ rule: NetworkRule) -> String? {
    switch rule.family {
    // No kernel has it.
    case .conn: return nil
    case .xdp where !features.parser.contains(.xdp): return nil
    case .qipcrtr where !features.parser.contains(.qipcrtrSocket): return nil
    default: break
    }
    return "network " + rule.family.rawValue + (rule.type.map { " " + $0.rawValue } ?? "") + ","
  }

  private func unix(_ rule: UnixRule) -> String? {
    guard let peer = peer(label: rule.peer, [("addr", rule.peerAddress)]), Self.isAddress(rule.address),
      Self.isAddress(rule.peerAddress)
    else { return nil }
    var line = AppArmorText.prefix(rule.effect) + "unix " + AppArmorText.list(rule.operations.map(\.rawValue))
    if let type = rule.type { line += "type=" + type.rawValue + " " }
    if let address = rule.address { line += "addr=" + AppArmorText.quote(address) + " " }
    return finish(line + peer)
  }

  /// Whether the parser takes an address: sockets with a path are ruled as files.
  private static func isAddress(_ address: PolicyPattern?) -> Bool {
    guard let text = address?.rawValue else { return true }
    return text == "none" || text == "auto" || text.utf8.starts(with: "@".utf8) || text.utf8.starts(with: "\\@".utf8)
  }

  private func dbus(_ rule: DBusRule) -> String? {
    guard let peer = peer(label: rule.peer, [("name", rule.peerName)]) else { return nil }
    var line = AppArmorText.prefix(rule.effect) + "dbus "
    let bus = rule.bus.map { "bus=" + $0.rawValue + " " } ?? ""
    switch rule.action {
    case .own(let name): return finish(line + "(bind) " + bus + "name=" + AppArmorText.quote(name))
    case .messages(let operations):
      line += operations.isEmpty ? "(send, receive) " : AppArmorText.list(operations.map(\.rawValue))
    }
    line += bus
    if let path = rule.path { line += "path=" + AppArmorText.quote(path) + " " }
    if let interface = rule.interface { line += "interface=" + AppArmorText.quote(interface) + " " }
    if let member = rule.member { line += "member=" + AppArmorText.quote(member) + " " }
    return finish(line + peer)
  }

  /// `peer=(…)`, nothing for any, nil for nobody.
  private func peer(label: PeerLabel, _ others: [(String, PolicyPattern?)]) -> String? {
    var parts: [String] = []
    for (key, pattern) in others { if let pattern { parts.append(key + "=" + AppArmorText.quote(pattern)) } }
    do throws(AppArmorText.Nobody) {
      if let label = try AppArmorText.label(label) { parts.append("label=" + label) }
    } catch { return nil }
    return parts.isEmpty ? "" : "peer=(" + parts.joined(separator: ", ") + ")"
  }

  private func signal(_ rule: SignalRule) -> String? {
    var line = "signal " + AppArmorText.list(rule.operations.map(\.rawValue))
    if !rule.signals.isEmpty { line += "set=(" + rule.signals.map(\.rawValue).joined(separator: ", ") + ") " }
    return labelled(line, rule.peer)
  }

  private func ptrace(_ rule: PtraceRule) -> String? {
    labelled(
      AppArmorText.prefix(rule.effect) + "ptrace " + AppArmorText.list(rule.operations.map(\.rawValue)), rule.peer)
  }

  private func labelled(_ line: String, _ peer: PeerLabel) -> String? {
    do throws(AppArmorText.Nobody) {
      return finish(line + (try AppArmorText.label(peer).map { "peer=" + $0 } ?? ""))
    } catch { return nil }
  }

  func mount(_ rule: MountRule) -> String {
    var line = AppArmorText.prefix(rule.effect) + "mount "
    if let types = rule.types { line += "fstype=" + AppArmorText.quote(types) + " " }
    // What is left are words for one file system, which AppArmor does not look at.
    let options = rule.options.filter(Self.mountOptions.contains)
    if !options.isEmpty {
      line += "options" + (rule.optionsAreAtMost ? " in " : "=") + "(" + options.joined(separator: ", ") + ") "
    }
    if let source = rule.source { line += AppArmorText.quote(source) + " " }
    if let target = rule.target { line += "-> " + AppArmorText.quote(target) }
    return finish(line)
  }

  /// The options of apparmor.d(5), MOUNT FLAGS.
  static let mountOptions: Set<String> = [
    "ro", "rw", "nosuid", "suid", "nodev", "dev", "noexec", "exec", "sync", "async", "remount", "mand", "nomand",
    "dirsync", "noatime", "atime", "nodiratime", "diratime", "bind", "rbind", "move", "verbose", "silent", "loud",
    "acl", "noacl", "unbindable", "runbindable", "private", "rprivate", "slave", "rslave", "shared", "rshared",
    "relatime", "norelatime", "iversion", "noiversion", "strictatime", "nostrictatime", "lazytime", "nolazytime",
    "nouser", "user", "make-unbindable", "make-runbindable", "make-private", "make-rprivate", "make-slave",
    "make-rslave", "make-shared", "make-rshared",
  ]

  private func unmount(_ rule: UnmountRule) -> String {
    finish(
      "umount " + (rule.types.map { "fstype=" + AppArmorText.quote($0) + " " } ?? "")
        + (rule.target.map(AppArmorText.quote) ?? ""))
  }

  private func pivotRoot(_ rule: PivotRootRule) -> String {
    finish(
      "pivot_root " + (rule.oldRoot.map { "oldroot=" + AppArmorText.quote($0) + " " } ?? "")
        + (rule.newRoot.map(AppArmorText.quote) ?? ""))
  }

  private func changeProfile(_ rule: ChangeProfileRule) -> String {
    // Every program is what the rule means without one. The environment is then scrubbed, which is the safe side.
    if runsDirectories, rule.program?.rawValue == "/**" {
      return finish("change_profile -> " + AppArmorText.quote(rule.target))
    }
    var line = "change_profile "
    // The word stands only before a program.
    if rule.unsafe, rule.program != nil, features.parser.contains(.unsafe) { line += "unsafe " }
    if let program = rule.program { line += AppArmorText.quote(program) + " " }
    return finish(line + "-> " + AppArmorText.quote(rule.target))
  }

  /// All that is mediated, and changing the profile too.
  private var everything: [String] {
    var lines = [
      "capability,", "network,", "unix,", "dbus,", "signal,", "ptrace,", "mount,", "remount,", "umount,",
      "pivot_root,",
    ]
    if features.parser.contains(.userns) { lines.append("userns,") }
    if features.parser.contains(.mqueue) { lines.append("mqueue,") }
    if features.parser.contains(.ioUring) { lines.append("io_uring,") }
    return lines
  }

  /// A rule's end: a comma, and no space before it.
  private func finish(_ line: String) -> String { (line.last == " " ? String(line.dropLast()) : line) + "," }
}

extension PolicyPattern {
  /// The pattern with its alternatives written out, as far as `limit` patterns do; the pattern itself when there
  /// would be more, or none to write out. Inner alternatives first; a class is left as it is.
  func alternatives(limit: Int) -> [PolicyPattern] {
    var done: [String] = []
    var open = [rawValue]
    while let text = open.popLast() {
      guard let (head, parts, tail) = Self.firstBraces(text) else {
        done.append(text)
        continue
      }
      open += parts.reversed().map { head + $0 + tail }
      guard open.count + done.count <= limit else { return [self] }
    }
    let patterns = done.compactMap { try? PolicyPattern($0) }
    return patterns.count == done.count ? patterns : [self]
  }

  /// The first `{a,b}` that has no braces in it, and what stands around it. A variable is no alternative.
  private static func firstBraces(_ text: String) -> (String, [String], String)? {
    let bytes = Array(text.utf8)
    var start: Int?
    var commas: [Int] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "@") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "}") { index += 1 }
      case UInt8(ascii: "["):
        while index < bytes.count, bytes[index] != UInt8(ascii: "]") { index += 1 }
      case UInt8(ascii: "{"): (start, commas) = (index, [])
      case UInt8(ascii: ","): commas.append(index)
      case UInt8(ascii: "}"):
        guard let start else { return nil }
        var parts: [String] = []
        var from = start + 1
        for end in commas + [index] {
          parts.append(String(decoding: bytes[from..<end], as: UTF8.self))
          from = end + 1
        }
        return (
          String(decoding: bytes[..<start], as: UTF8.self), parts,
          String(decoding: bytes[(index + 1)...], as: UTF8.self)
        )
      default: break
      }
      index += 1
    }
    return nil
  }
}
