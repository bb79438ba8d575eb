/// The compilers the other way round: given what was refused, which rules would have let it through.
extension PermissionSet {
  /// Whether the process would have been let through with this set, as far as the denial tells what it did.
  ///
  /// A denial that stands in the set goes above its grants.
  public func allows(_ denial: Denial, _ variables: PatternVariables = PatternVariables()) -> Bool {
    if case .file(_, let access, _) = denial {
      let rules = rules(about: denial, variables)
      var granted: FileAccess = []
      for case .file(let rule) in rules {
        guard rule.effect == .allow else { return false }
        granted.formUnion(rule.access)
      }
      if !granted.isDisjoint(with: .anyExecution) { granted.formUnion(.anyExecution) }
      if granted.contains(.write) { granted.insert(.append) }
      return granted.isSuperset(of: access)
    }
    let rules = rules(about: denial, variables)
    return !rules.isEmpty && !rules.contains(where: \.isRefusal)
  }

  /// The rules that match a denial, grants and refusals. A rule on a file is among them when it gives a part of the
  /// access: reading from one and writing from another make both.
  public func rules(about denial: Denial, _ variables: PatternVariables = PatternVariables()) -> [MatchingRule] {
    let match = DenialMatcher(variables)
    var result: [MatchingRule]
    switch denial {
    case .file(let path, let access, let isOwn):
      return files.filter { match.file($0, path, access, isOwn) }.map(MatchingRule.file)
    case .syscall(let name, let arguments):
      if traits.contains(.unrestrictedSyscalls) { return [.trait(.unrestrictedSyscalls)] }
      result = syscalls.filter { match.syscall($0, name, arguments) }.map(MatchingRule.syscall)
      if name == "socket", let family = arguments.first {
        result += networks.filter { match.socket($0, number: family, type: arguments.dropFirst().first) }
          .map(MatchingRule.network)
      }
      if namespaces, name == "clone" || name == "clone3" || name == "unshare" { result.append(.namespaces) }
      return result
    case .capability(let capability):
      result = capabilities.union(mountCapabilities).contains(capability) ? [.capability(capability)] : []
    case .socket(let family, let type, let number):
      result = networks.filter { $0.family == family && ($0.type == nil || type == nil || $0.type == type) }
        .map(MatchingRule.network)
      if let constant = SeccompConstants.value(of: family.constant) {
        let kind = type.flatMap { SeccompConstants.value(of: $0.constant) }
        let arguments = [constant, kind, number]
        result += syscalls.filter { match.syscall($0, "socket", arguments) }.map(MatchingRule.syscall)
      }
    case .abstractSocket(let address, let operation):
      result = unix.filter { match.unix($0, address, operation) }.map(MatchingRule.unix)
    case .message(let message): result = dbus.filter { match.message($0, message) }.map(MatchingRule.dbus)
    case .busName(let bus, let name): result = dbus.filter { match.owning($0, bus, name) }.map(MatchingRule.dbus)
    case .signal(let name, let operation, let peer):
      result = signals.filter { match.signal($0, name, operation, peer) }.map(MatchingRule.signal)
    case .ptrace(let operation, let peer):
      result = ptraces.filter { match.ptrace($0, operation, peer) }.map(MatchingRule.ptrace)
    case .mount(let type, let source, let target):
      result = mounts.filter { match.mount($0, type, source, target) }.map(MatchingRule.mount)
    case .unmount(let target):
      result = unmounts.filter { match.fits($0.target, target) }.map(MatchingRule.unmount)
    case .pivotRoot(let newRoot):
      result = pivotRoots.filter { match.fits($0.newRoot, newRoot) }.map(MatchingRule.pivotRoot)
    case .userNamespace: result = namespaces ? [.namespaces] : []
    }
    if result.isEmpty, traits.contains(.everything) { result = [.trait(.everything)] }
    return result
  }
}

extension MatchingRule {
  /// Whether the rule refuses.
  public var isRefusal: Bool {
    switch self {
    case .file(let rule): rule.effect != .allow
    case .syscall(let rule): rule.effect != .allow
    case .unix(let rule): rule.effect != .allow
    case .dbus(let rule): rule.effect != .allow
    case .ptrace(let rule): rule.effect != .allow
    case .mount(let rule): rule.effect != .allow
    case .capability, .network, .signal, .unmount, .pivotRoot, .namespaces, .trait: false
    }
  }
}

/// Compares rules with what was refused. What a denial does not tell is taken to fit: the answer is for a person who
/// asks what could help.
struct DenialMatcher {
  var variables: PatternVariables

  init(_ variables: PatternVariables) { self.variables = variables }

  /// No pattern fits everything, no text any pattern.
  func fits(_ pattern: PolicyPattern?, _ text: String?) -> Bool {
    guard let pattern, let text else { return true }
    return pattern.matches(text, variables)
  }

  func file(_ rule: FileRule, _ path: String, _ access: FileAccess, _ isOwn: Bool) -> Bool {
    guard !rule.owner || isOwn else { return false }
    let wanted = access.isDisjoint(with: .anyExecution) ? access : access.union(.anyExecution)
    let given = rule.access.contains(.write) ? rule.access.union(.append) : rule.access
    return !given.isDisjoint(with: wanted) && rule.pattern.mayMatch(path) && rule.pattern.matches(path, variables)
  }

  func peer(_ label: PeerLabel, _ peer: String?) -> Bool {
    guard let peer else { return true }
    switch label {
    case .any: return true
    case .unconfined: return peer == "unconfined"
    case .own:
      guard let instance = variables.values["SNAP_INSTANCE_NAME"]?.first else { return false }
      return peer.hasPrefix("snap.\(instance).")
    case .tags(let tags): return tags.contains(peer)
    case .named(let pattern): return pattern.matches(peer, variables)
    }
  }

  func syscall(_ rule: SyscallRule, _ name: String, _ arguments: [UInt64?]) -> Bool {
    rule.name == name
      && rule.conditions.allSatisfy { condition in
        guard condition.argument < arguments.count, let value = arguments[condition.argument] else { return true }
        return condition.test.holds(for: value) ?? true
      }
  }

  func socket(_ rule: NetworkRule, number: UInt64, type: UInt64?) -> Bool {
    guard SeccompConstants.value(of: rule.family.constant) == number else { return false }
    guard let wanted = rule.type.flatMap({ SeccompConstants.value(of: $0.constant) }), let type else { return true }
    return type & 0xf == wanted
  }

  func unix(_ rule: UnixRule, _ address: String, _ operation: UnixRule.Operation) -> Bool {
    guard rule.operations.isEmpty || rule.operations.contains(operation) else { return false }
    switch operation {
    case .create, .bind, .listen, .accept, .getattr, .setattr, .getopt, .setopt, .shutdown:
      return fits(rule.address, address)
    case .connect, .send, .receive: return fits(rule.peerAddress, address)
    }
  }

  func message(_ rule: DBusRule, _ message: Denial.BusMessage) -> Bool {
    guard rule.bus == nil || rule.bus == message.bus, case .messages(let operations) = rule.action,
      operations.isEmpty || operations.contains(message.operation)
    else { return false }
    return fits(rule.path, message.path) && fits(rule.interface, message.interface)
      && fits(rule.member, message.member) && fits(rule.peerName, message.peerName)
  }

  func owning(_ rule: DBusRule, _ bus: DBusRule.Bus, _ name: String) -> Bool {
    guard rule.bus == nil || rule.bus == bus, case .own(let pattern) = rule.action else { return false }
    return fits(pattern, name)
  }

  func signal(_ rule: SignalRule, _ name: String, _ operation: SignalRule.Operation, _ other: String?) -> Bool {
    (rule.operations.isEmpty || rule.operations.contains(operation))
      && (rule.signals.isEmpty || rule.signals.contains { fits($0, name) }) && peer(rule.peer, other)
  }

  func ptrace(_ rule: PtraceRule, _ operation: PtraceRule.Operation, _ other: String?) -> Bool {
    (rule.operations.isEmpty || rule.operations.contains(operation)) && peer(rule.peer, other)
  }

  func mount(_ rule: MountRule, _ type: String?, _ source: String, _ target: String) -> Bool {
    fits(rule.types, type) && fits(rule.source, source) && fits(rule.target, target)
  }
}

extension SyscallRule.Test {
  /// Whether an argument passes; nil when that takes an account's number that is not fixed.
  func holds(for argument: UInt64) -> Bool? {
    switch self {
    case .equal(let operand):
      return operand.fixedNumber.map { operand.isIdentifier ? argument & 0xffff_ffff == $0 : argument == $0 }
    case .notEqual(let operand): return operand.fixedNumber.map { argument != $0 }
    case .less(let operand): return operand.fixedNumber.map { argument < $0 }
    case .lessOrEqual(let operand): return operand.fixedNumber.map { argument <= $0 }
    case .greater(let operand): return operand.fixedNumber.map { argument > $0 }
    case .greaterOrEqual(let operand): return operand.fixedNumber.map { argument >= $0 }
    case .hasBits(let operand): return operand.fixedNumber.map { argument & $0 == $0 }
    case .masked(let mask, let value):
      guard let mask = mask.fixedNumber, let value = value.fixedNumber else { return nil }
      return argument & mask == value
    }
  }
}

extension SyscallRule.Operand {
  /// The number, where no account database is asked.
  fileprivate var fixedNumber: UInt64? {
    switch self {
    case .number(let value): value
    case .minusOne: 0xffff_ffff
    case .user(let name), .group(let name):
      name == "root" ? 0 : SystemUser(rawValue: name).map { UInt64($0.identifier) }
    }
  }
}
