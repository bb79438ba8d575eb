import Permissions

/// Finds a row of the table of accesses among permissions.
///
/// A row is there when rules with the same subject together give at least its access. Labels of the other side are not
/// looked at, except where they are all that a row says.
struct AccessMatcher {
  let set: PermissionSet

  func has(_ row: Tables.Access) -> Bool {
    let words = row.kind.split(separator: " ").map(String.init)
    let isDenial = words.contains("deny")
    let subject = Samples.replaced(row.subject)
    if subject == "any", words.contains("allow") { return set.traits.contains(.everything) }
    if row.kind == "dbus allow" || row.kind == "network allow" { return set.traits.contains(.everything) }
    switch words.first ?? "" {
    case "file": return hasFile(subject, row.access, owner: words.contains("owner"), isDenial)
    case "abstraction": return hasAbstraction(subject)
    case "dbus": return hasMessages(Fields(subject.split(separator: " ").map(String.init)), row.access, isDenial)
    case "syscall": return hasSyscall(subject, Samples.replaced(row.access))
    case "capability": return hasCapability(subject, isDenial)
    case "network": return hasNetwork(subject)
    case "unix": return hasUnix(subject, isDenial)
    case "mount": return hasMount(subject)
    case "umount": return hasUnmount(subject)
    case "pivot_root": return hasPivotRoot(subject)
    case "ptrace": return hasPtrace(subject, isDenial)
    case "signal": return hasSignal(subject)
    case "change_profile": return hasProfileChange(subject)
    case "udev": return set.udev.contains { Self.normal($0.match) == Self.normal(subject) }
    case "kmod": return set.modules.contains { $0.name == subject }
    case "mqueue": return set.traits.contains(.messageQueues) || set.traits.contains(.everything)
    case "io_uring": return set.traits.contains(.ioUring) || set.traits.contains(.everything)
    case "userns": return set.namespaces || set.traits.contains(.everything)
    default: return false
    }
  }

  /// One text for the ways in which a pattern can be written.
  static func normal(_ text: String) -> String {
    text.replacing("\\#", with: "#").replacing("\"", with: "").replacing(", ", with: ",").replacing(
      " KERNEL==", with: ",KERNEL==")
  }

  private static func same(_ pattern: PolicyPattern?, _ text: String?) -> Bool {
    switch (pattern, text) {
    case (nil, nil): true
    case (let pattern?, let text?): normal(pattern.rawValue) == normal(text)
    default: false
    }
  }

  private static func isDenial(_ effect: RuleEffect) -> Bool { effect != .allow }

  // MARK: - Kinds

  private func hasFile(_ path: String, _ letters: String, owner: Bool, _ isDenial: Bool) -> Bool {
    guard let wanted = FileAccess(letters: letters) else { return false }
    var found: FileAccess = []
    for rule in set.files where Self.isDenial(rule.effect) == isDenial && (owner || !rule.owner) {
      if Self.normal(rule.pattern.rawValue) == Self.normal(path) { found.formUnion(rule.access) }
    }
    return found.isSuperset(of: wanted)
  }

  /// `<abstractions/x> PATH ACCESS` or `<abstractions/x> dbus …`.
  private func hasAbstraction(_ text: String) -> Bool {
    let words = Self.normal(text).split(separator: " ").dropFirst().map(String.init)
    guard let first = words.first else { return false }
    if first == "dbus" {
      let operation = words.dropFirst().first ?? ""
      var fields = Fields(words)
      fields.values["peer"] = fields.values["peer"].flatMap { peer in
        peer.contains("name=") ? String(peer.dropFirst("(name=".count).dropLast()) : nil
      }
      return hasMessages(fields, operation.filter { $0 != "(" && $0 != ")" }, false)
    }
    return words.count == 2 && hasFile(words[0], words[1], owner: false, false)
  }

  private func hasMessages(_ fields: Fields, _ access: String, _ isDenial: Bool) -> Bool {
    if let buses = fields["bus"], buses.hasPrefix("{") {
      return buses.dropFirst().dropLast().split(separator: ",").allSatisfy { bus in
        var one = fields
        one.values["bus"] = String(bus)
        return hasMessages(one, access, isDenial)
      }
    }
    // A label, no name.
    let peer = fields["peer"] == "unconfined" ? nil : fields["peer"]
    if let name = fields["own"] {
      return set.dbus.contains { rule in
        guard case .own(let pattern) = rule.action else { return false }
        return rule.bus?.rawValue == fields["bus"] && Self.same(pattern, name)
      }
    }
    var found: Set<String> = []
    for rule in set.dbus where Self.isDenial(rule.effect) == isDenial {
      guard case .messages(let operations) = rule.action, rule.bus == nil || rule.bus?.rawValue == fields["bus"],
        Self.same(rule.path, fields["path"]), Self.same(rule.interface, fields["interface"]),
        Self.same(rule.member, fields["member"]), Self.same(rule.peerName, peer)
      else { continue }
      found.formUnion(operations.isEmpty ? ["send", "receive"] : operations.map(\.rawValue))
    }
    let wanted = access.split { $0 == "," || $0 == " " }.map(String.init)
    return found.isSuperset(of: wanted.isEmpty || wanted == ["all"] ? ["send", "receive"] : wanted)
  }

  private func hasSyscall(_ name: String, _ arguments: String) -> Bool {
    if name == "@unrestricted" { return set.traits.contains(.unrestrictedSyscalls) }
    guard let wanted = try? SyscallRule(line: arguments == "any" ? name : "\(name) \(arguments)") else {
      return false
    }
    if set.syscalls.contains(wanted) { return true }
    // Families of sockets are filtered by what is granted of networks.
    return name == "socket"
      && set.networks.contains { rule in
        let type = rule.type.map { " " + $0.constant } ?? ""
        return (try? SyscallRule(line: "socket \(rule.family.constant)\(type)")) == wanted
      }
  }

  private func hasCapability(_ name: String, _ isDenial: Bool) -> Bool {
    let capabilities = isDenial ? set.deniedCapabilities : set.capabilities.union(set.mountCapabilities)
    if name == "any" { return capabilities == Set(Capability.allCases) || set.traits.contains(.everything) }
    let plain = name.filter { $0 != "_" }
    return capabilities.contains { "\($0)".lowercased() == plain }
  }

  private func hasNetwork(_ text: String) -> Bool {
    let words = text.split(separator: " ").map(String.init)
    return set.networks.contains { rule in
      rule.family.rawValue == words.first && rule.type?.rawValue == (words.count > 1 ? words[1] : nil)
    }
  }

  private func hasUnix(_ text: String, _ isDenial: Bool) -> Bool {
    var (operations, rest) = Self.operations(text)
    rest = Self.normal(rest)
    var peer = ""
    if let start = rest.firstRange(of: "peer=(") {
      peer = String(rest[start.upperBound...].dropLast())
      rest = String(rest[..<start.lowerBound])
    }
    let own = Fields(rest.split(separator: " ").map(String.init))
    let other = Fields(peer.split { $0 == " " || $0 == "," }.map(String.init))
    // A name with a comma in braces is cut by that; it begins with what is left.
    let address = peer.firstRange(of: "addr=").map { String(peer[$0.upperBound...]) }
    return set.unix.contains { rule in
      guard Self.isDenial(rule.effect) == isDenial, rule.type?.rawValue == own["type"] else { return false }
      guard rule.operations.isEmpty || operations.isSubset(of: rule.operations.map(\.rawValue)) else { return false }
      guard Self.same(rule.address, own["addr"]) else { return false }
      return Self.same(rule.peerAddress, other["addr"]) || Self.same(rule.peerAddress, address)
    }
  }

  private func hasMount(_ text: String) -> Bool {
    if text == "any" { return set.mounts.contains(MountRule()) }
    var rest = Self.normal(text)
    var options: Set<String> = []
    if let start = rest.firstRange(of: "options=(") {
      let end = rest[start.upperBound...].firstIndex(of: ")") ?? rest.endIndex
      options = Set(rest[start.upperBound..<end].split { $0 == "," || $0 == " " }.map(String.init))
      rest.removeSubrange(start.lowerBound...end)
    }
    var words = rest.split(separator: " ").map(String.init)
    let fields = Fields(words)
    if let option = fields["options"] { options.insert(option) }
    words.removeAll { $0.hasPrefix("options=") || $0.hasPrefix("fstype=") }
    let arrow = words.firstIndex(of: "->")
    let source = words.first.flatMap { $0 == "->" ? nil : $0 }
    let target = arrow.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    return set.mounts.contains { rule in
      Set(rule.options) == options && Self.same(rule.types, fields["fstype"]) && Self.same(rule.source, source)
        && Self.same(rule.target, target)
    }
  }

  private func hasUnmount(_ text: String) -> Bool {
    if text == "any" { return set.unmounts.contains(UnmountRule()) }
    let words = text.split(separator: " ").map(String.init)
    return set.unmounts.contains { rule in
      Self.same(rule.target, words.last) && Self.same(rule.types, Fields(words)["fstype"])
    }
  }

  private func hasPivotRoot(_ text: String) -> Bool {
    if text == "any" { return set.pivotRoots.contains(PivotRootRule()) }
    let words = text.split(separator: " ").map(String.init)
    return set.pivotRoots.contains { rule in
      Self.same(rule.oldRoot, Fields(words)["oldroot"]) && Self.same(rule.newRoot, words.last)
    }
  }

  private func hasPtrace(_ text: String, _ isDenial: Bool) -> Bool {
    let (operations, rest) = Self.operations(text)
    return set.ptraces.contains { rule in
      Self.isDenial(rule.effect) == isDenial && operations.isSubset(of: rule.operations.map(\.rawValue))
        && Self.isPeer(rule.peer, rest)
    }
  }

  private func hasSignal(_ text: String) -> Bool {
    let (operations, rest) = Self.operations(text)
    let words = rest.split(separator: " ").map(String.init)
    let signal = words.first { $0.hasPrefix("set=") }.map { String($0.dropFirst(5).dropLast()) }
    return set.signals.contains { rule in
      operations.isSubset(of: rule.operations.map(\.rawValue))
        && rule.signals.map(\.rawValue) == (signal.map { [$0] } ?? [])
        && Self.isPeer(rule.peer, words.last { $0.hasPrefix("peer=") } ?? "")
    }
  }

  private func hasProfileChange(_ text: String) -> Bool {
    let words = text.split(separator: " ").map(String.init)
    let program = words.first { $0 != "unsafe" && $0 != "->" && $0 != words.last }
    return set.profileChanges.contains { rule in
      rule.unsafe == (words.first == "unsafe") && Self.same(rule.target, words.last)
        && Self.same(rule.program, program)
    }
  }

  // MARK: - Words

  /// `(read, trace) peer=x` as its operations and the rest.
  private static func operations(_ text: String) -> (Set<String>, String) {
    guard text.hasPrefix("("), let end = text.firstIndex(of: ")") else { return ([], text) }
    var words = text[text.index(after: text.startIndex)..<end].split { $0 == "," || $0 == " " }.map(String.init)
    // An old name of the same operation, for signals.
    if words.contains("send"), let index = words.firstIndex(of: "read") { words[index] = "receive" }
    let rest = text[text.index(after: end)...].drop { $0 == " " }
    return (Set(words), String(rest))
  }

  private static func isPeer(_ label: PeerLabel, _ text: String) -> Bool {
    let name = text.hasPrefix("peer=") ? String(text.dropFirst(5)) : ""
    switch label {
    case .any: return name.isEmpty
    case .unconfined: return name == "unconfined"
    case .own: return name == "@{profile_name}" || name.hasPrefix("snap.@{SNAP_INSTANCE_NAME}.")
    case .tags(let tags): return tags.contains(name)
    case .named(let pattern): return pattern.rawValue == name
    }
  }

  /// Words of the form `key=value`.
  struct Fields {
    var values: [String: String] = [:]

    init(_ words: [String]) {
      for word in words {
        guard let sign = word.firstIndex(of: "=") else { continue }
        values[String(word[..<sign])] = String(word[word.index(after: sign)...])
      }
    }

    subscript(key: String) -> String? { values[key] }
  }
}
