public import Snap
public import State

/// Why aliases cannot be switched on, in the reference's words.
public enum AliasConflict: Error, Equatable, Sendable, CustomStringConvertible {
  /// One alias cannot be, whatever other aliases there are.
  case refused(alias: String, snap: InstanceName, reason: String)
  /// Aliases of other snaps are in the way: by snap, sorted.
  case enabledElsewhere(snap: InstanceName, [InstanceName: [String]])
  /// A snap cannot be installed, because its commands would be called like an alias.
  case commands(snap: InstanceName, alias: String, of: InstanceName)
  /// No snap has such an alias by a person's wish.
  case unknownManual(String)

  public var description: String {
    switch self {
    case .refused(let alias, let snap, let reason): return "cannot enable alias \"\(alias)\" for \"\(snap)\", \(reason)"
    case .enabledElsewhere(let snap, let conflicts):
      var parts = ["cannot enable"]
      for (index, (other, aliases)) in conflicts.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { parts.append("nor") }
        let quoted = aliases.map { "\"\($0)\"" }.joined(separator: ", ")
        parts.append(aliases.count == 1 ? "alias \(quoted)" : "aliases \(quoted)")
        if index == 0 { parts.append("for \"\(snap)\",") }
        parts.append("already enabled for \"\(other)\"")
      }
      return parts.joined(separator: " ")
    case .commands(let snap, let alias, let other):
      return "snap \"\(snap)\" command namespace conflicts with alias \"\(alias)\" for \"\(other)\" snap"
    case .unknownManual(let alias): return "cannot find manual alias \"\(alias)\" in any snap"
    }
  }
}

extension State {
  /// What keeps aliases of a snap from being switched on.
  func aliasConflict(_ aliases: SnapAliases, of instance: InstanceName) -> AliasConflict? {
    do throws(AliasConflict) { try checkAliases(aliases, of: instance) } catch { return error }
    return nil
  }

  /// Refuses aliases of a snap that would be called like another's command or alias.
  func checkAliases(_ aliases: SnapAliases, of instance: InstanceName) throws(AliasConflict) {
    let wanted = aliases.effective
    for alias in wanted.keys.sorted() {
      let namespace = String(alias.prefix { $0 != "." })
      guard let other = try? InstanceName(namespace), self[snap: other] != nil || isOnItsWay(other) else { continue }
      throw .refused(
        alias: alias, snap: instance,
        reason: "it conflicts with the command namespace of installed snap \"\(namespace)\"")
    }
    var conflicts: [InstanceName: [String]] = [:]
    for (other, aliases) in aliasesOfSnaps where other != instance {
      let common = aliases.effective.keys.filter { wanted[$0] != nil }.sorted()
      if !common.isEmpty { conflicts[other] = common }
    }
    guard conflicts.isEmpty else { throw .enabledElsewhere(snap: instance, conflicts) }
  }

  /// Refuses the installation of a snap whose commands would be called like an alias.
  func checkCommands(of instance: InstanceName) throws(AliasConflict) {
    for (other, aliases) in aliasesOfSnaps {
      for alias in aliases.effective.keys.sorted() where alias.prefix(while: { $0 != "." }) == instance.description {
        throw .commands(snap: instance, alias: alias, of: other)
      }
    }
  }

  /// The aliases of each installed snap, by its name in order.
  public var aliasesOfSnaps: [(snap: InstanceName, aliases: SnapAliases)] {
    all(.snaps).compactMap { key, record in
      guard let instance = try? InstanceName(key) else { return nil }
      return (instance, record.aliases)
    }
  }
}
