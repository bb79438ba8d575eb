public import Permissions
public import Snap

/// The interface table the other way round: given what an app was refused, which plug would grant it.
///
/// Every interface is asked for what it grants to a plug of the app's snap, connected with the slot that it would be
/// connected with: one of the system or of an installed snap, else a sample of the system's. Interfaces whose grants
/// depend on attributes are asked with the attributes that the refusal needs.
public struct DenialExplainer: Sendable {
  private let repository: InterfaceRepository
  private let instance: InstanceName
  private let tag: String
  private let owner: ConnectionSide.Owner
  private let variables: PatternVariables
  /// What the app may do now.
  private let current: PermissionSet
  private let candidates: [Candidate]

  /// A connection that could be made, and what it would add.
  private struct Candidate: Sendable {
    var suggestion: Suggestion
    var grants: PermissionSet
    var rank: Rank
  }

  /// What makes one suggestion better than another: less power first.
  struct Rank: Comparable, Sendable {
    /// A snap needs a declaration of the store's to have the plug, or the plug grants all that is on the machine.
    var isPowerful: Bool
    /// 0: a command does it; 1: the app's publisher has to name a plug of the snap; 2: the snap has no such plug.
    var effort: Int
    var breadth: Int
    var name: String

    static func < (left: Rank, right: Rank) -> Bool {
      if left.effort == 0 || right.effort == 0, left.effort != right.effort { return left.effort < right.effort }
      if left.isPowerful != right.isPowerful { return right.isPowerful }
      if left.effort != right.effort { return left.effort < right.effort }
      if left.breadth != right.breadth { return left.breadth < right.breadth }
      return left.name < right.name
    }
  }

  /// - Parameters:
  ///   - tag: the app or hook that was refused something.
  ///   - subject: whose variables patterns have; nil leaves them undefined.
  ///   - defaults: what every app may do.
  /// - Returns: nil when the snap is not installed.
  /// - Throws: ``InterfaceError`` when what the app may do cannot be found out.
  public init?(
    _ repository: InterfaceRepository, tag: String, of instance: InstanceName, subject: PolicySubject?,
    defaults: PermissionSet
  ) throws(InterfaceError) {
    guard let entry = repository.snaps[instance] else { return nil }
    self.repository = repository
    self.instance = instance
    self.tag = tag
    owner = entry.owner
    variables = PatternVariables(subject: subject)
    var current = defaults
    for (owner, grants) in try repository.grants(of: instance) where owner.description == tag {
      current.formUnion(grants)
    }
    self.current = current.withoutOwnPeers
    candidates = Self.candidates(repository, entry, tag)
  }

  /// Whether the app may do it: then something else stood in the way.
  public func isAllowed(_ denial: Denial) -> Bool { current.allows(denial, variables) }

  /// What would grant it, the best first.
  ///
  /// - Parameter limit: no more of them.
  public func suggestions(for denial: Denial, limit: Int = 3) -> [Suggestion] {
    var found = candidates.filter { adds($0.grants, denial) }
    found += attributed(denial).filter { adds($0.grants, denial) }
    found.sort { $0.rank < $1.rank }
    // What a command grants makes rewriting the snap idle talk; and one interface is named once.
    if found.first?.rank.effort == 0 { found.removeAll { $0.rank.effort != 0 } }
    // Nobody needs the power of a container manager for what an ordinary plug grants.
    if found.first?.rank.isPowerful == false { found.removeAll(where: \.rank.isPowerful) }
    var named: Set<String> = []
    return found.map(\.suggestion).filter { named.insert($0.interface).inserted }.prefix(limit).map { $0 }
  }

  /// Whether grants would let it through, with what the app may do anyway.
  private func adds(_ grants: PermissionSet, _ denial: Denial) -> Bool {
    // Most interfaces have nothing to do with it, and uniting sets takes longer than asking one.
    guard !grants.rules(about: denial, variables).isEmpty else { return false }
    var all = current
    all.formUnion(grants)
    return all.allows(denial, variables)
  }
}

// MARK: - What could be connected

extension DenialExplainer {
  private static func candidates(
    _ repository: InterfaceRepository, _ entry: InterfaceRepository.Entry, _ tag: String
  ) -> [Candidate] {
    var found: [Candidate] = []
    var declared: Set<String> = []
    for plug in entry.plugs.values.sorted(by: { $0.name < $1.name }) {
      let isOwn = plug.tags.contains { $0.description == tag }
      for slot in slots(for: plug, in: repository) {
        let isConnected = repository.isConnected(ConnectionID(plug: plug.end, slot: slot.end))
        if isConnected, isOwn { continue }
        guard let grants = grants(plug, slot, in: repository) else { continue }
        declared.insert(plug.interface)
        let means: Suggestion.Means =
          isOwn
          ? .connect(plug: plug.end, slot: isObvious(slot, for: plug, in: repository) ? nil : slot.end)
          : .bind(plug: plug.end)
        found.append(candidate(repository, plug.interface, means, isOwn ? 0 : 1, grants))
      }
    }
    for interface in repository.interfaces.values where !declared.contains(interface.name) {
      let plug = sample(interface.name, entry.owner)
      guard let plug, let slot = slots(for: plug, in: repository).first ?? sampleSlot(interface.name, in: repository),
        let grants = grants(plug, slot, in: repository)
      else { continue }
      found.append(candidate(repository, interface.name, .declare([:]), 2, grants))
    }
    return found
  }

  private static func candidate(
    _ repository: InterfaceRepository, _ interface: String, _ means: Suggestion.Means, _ effort: Int,
    _ grants: PermissionSet
  ) -> Candidate {
    let isSuper = repository.interfaces[interface]?.plugRules.allowInstallation == .never
    return Candidate(
      suggestion: Suggestion(interface: interface, means: means, isSuperPrivileged: isSuper), grants: grants,
      rank: Rank(isPowerful: isSuper || grants.isSweeping, effort: effort, breadth: grants.breadth, name: interface))
  }

  /// The slots that a plug could be connected with, the system's first.
  private static func slots(for plug: ConnectionSide, in repository: InterfaceRepository) -> [ConnectionSide] {
    repository.slots.filter { $0.interface == plug.interface && $0.snap.instance != plug.snap.instance }
      .sorted { $0.snap.isSystem && !$1.snap.isSystem }
  }

  /// `snap connect snap:plug` finds the system's slot by itself when it is the only one.
  private static func isObvious(
    _ slot: ConnectionSide, for plug: ConnectionSide, in repository: InterfaceRepository
  ) -> Bool {
    slot.snap.isSystem
      && slots(for: plug, in: repository).count { $0.snap.isSystem } == 1
  }

  private static func grants(
    _ plug: ConnectionSide, _ slot: ConnectionSide, in repository: InterfaceRepository
  ) -> PermissionSet? {
    guard let interface = repository.interfaces[plug.interface] else { return nil }
    var plug = plug
    var slot = slot
    var grants = PermissionSet()
    do throws(InterfaceError) {
      try interface.checkPlug(&plug)
      try interface.checkSlot(&slot)
      try interface.plug(&grants, plug)
      try interface.connectedPlug(&grants, Connection(plug: plug, slot: slot, machine: repository.machine))
    } catch { return nil }
    return grants.withoutOwnPeers
  }

  private static func sample(
    _ interface: String, _ owner: ConnectionSide.Owner, attributes: Attributes = Attributes()
  ) -> ConnectionSide? {
    guard let name = try? InterfaceEndName(interface) else { return nil }
    return ConnectionSide(role: .plug, name: name, interface: interface, snap: owner, attributes: attributes)
  }

  private static func sampleSlot(_ interface: String, in repository: InterfaceRepository) -> ConnectionSide? {
    guard let name = try? InterfaceEndName(interface), let owner = repository.snaps[repository.system]?.owner else {
      return nil
    }
    return ConnectionSide(role: .slot, name: name, interface: interface, snap: owner)
  }
}

// MARK: - Attributes that a refusal asks for

extension DenialExplainer {
  /// Plugs that would have to name what was refused.
  private func attributed(_ denial: Denial) -> [Candidate] {
    switch denial {
    case .file(let path, let access, _):
      let key = access.isDisjoint(with: [.write, .append]) ? "read" : "write"
      // What the base and the snap bring is no file of the system's.
      guard !Self.isBrought(path) else { return [] }
      var asked: [(String, [String: [String]])] = [("system-files", [key: [path]])]
      if let inHome = Self.pathInHome(path) { asked = [("personal-files", [key: ["$HOME/" + inHome]])] }
      if let home = Self.pathInHome(path), !home.hasPrefix("."), key == "read" {
        return asked.compactMap { candidate($0.0, lists: $0.1) }
          + [candidate("home", ["read": .string("all")], shown: ["read": ["all"]])].compactMap { $0 }
      }
      return asked.compactMap { candidate($0.0, lists: $0.1) }
    case .mount(let type, let source, let target):
      guard source.hasPrefix("/"), target.hasPrefix("/"), let type, !type.isEmpty else { return [] }
      let mount: [String: AttributeValue] = [
        "what": .string(source), "where": .string(target), "type": .list([.string(type)]),
        "options": .list([.string("rw")]),
      ]
      return [
        candidate(
          "mount-control", ["mount": .list([.map(mount)])],
          shown: ["mount": ["what: \(source)", "where: \(target)", "type: [\(type)]"]])
      ].compactMap { $0 }
    default: return []
    }
  }

  private func candidate(_ interface: String, lists: [String: [String]]) -> Candidate? {
    candidate(interface, lists.mapValues { .list($0.map(AttributeValue.string)) }, shown: lists)
  }

  private func candidate(
    _ interface: String, _ attributes: [String: AttributeValue], shown: [String: [String]]
  ) -> Candidate? {
    guard let plug = Self.sample(interface, owner, attributes: Attributes(attributes)),
      let slot = Self.slots(for: plug, in: repository).first ?? Self.sampleSlot(interface, in: repository),
      let grants = Self.grants(plug, slot, in: repository)
    else { return nil }
    var found = Self.candidate(repository, interface, .declare(shown), 2, grants)
    // `read: all` reads what belongs to others.
    if interface == "home" { found.rank.isPowerful = true }
    if interface == "home" { found.suggestion.isSuperPrivileged = true }
    return found
  }

  private static func isBrought(_ path: String) -> Bool {
    ["/usr/", "/bin/", "/sbin/", "/lib", "/snap/", "/proc/", "/tmp/", "/var/snap/"].contains { path.hasPrefix($0) }
  }

  /// What is below a home directory; nil for paths elsewhere.
  private static func pathInHome(_ path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    if parts.count > 2, parts[0] == "home" { return parts[2...].joined(separator: "/") }
    if parts.count > 1, parts[0] == "root" { return parts[1...].joined(separator: "/") }
    return nil
  }
}

extension PermissionSet {
  /// Without what is about other processes of the same snap: those are refused nothing, and a log that does not tell
  /// the other side would seem to be about them.
  var withoutOwnPeers: PermissionSet {
    var set = self
    set.dbus.removeAll { $0.peer == .own }
    set.unix.removeAll { $0.peer == .own }
    set.signals.removeAll { $0.peer == .own }
    set.ptraces.removeAll { $0.peer == .own }
    return set
  }

  /// How much a set grants, for comparing: rules, and the powers that outweigh them.
  var breadth: Int {
    var count = files.count + syscalls.count + networks.count + unix.count + dbus.count + signals.count
    count += 20 * (capabilities.count + ptraces.count + mounts.count + unmounts.count + pivotRoots.count)
    count += 20 * profileChanges.count
    if namespaces { count += 100 }
    if isSweeping { count += 5000 }
    if traits.contains(.unrestrictedSyscalls) { count += 10_000 }
    if traits.contains(.everything) { count += 100_000 }
    return count
  }

  /// Whether files are granted wherever they are: `/[^dsp]**`.
  var isSweeping: Bool {
    files.contains { rule in
      guard rule.effect == .allow else { return false }
      let text = rule.pattern.rawValue
      let literal = text.prefix { !"*?[{@$".contains($0) }
      return literal == "/" && text.hasSuffix("**") && text.contains("[^")
    }
  }
}
