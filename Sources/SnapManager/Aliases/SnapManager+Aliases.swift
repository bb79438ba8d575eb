internal import Desktop
internal import Host
public import Snap
public import State

/// What the tasks about aliases share. They run one at a time, whichever snaps they are about, so what one of them has
/// checked still holds when it is done.
extension SnapManager {
  /// The kinds of tasks that read or change aliases.
  static let aliasKinds: Set<TaskKind> = [
    SetAutoAliases.kind, SetupAliases.kind, RefreshAliases.kind, PruneAutoAliases.kind, RemoveAliases.kind,
    AddAlias.kind, RemoveAlias.kind, DisableAliases.kind, PreferAliases.kind,
  ]

  /// The commands by alias, of those aliases that a snap has on `PATH`.
  ///
  /// For whoever makes more of aliases than links, such as their completion.
  public func commandsByAlias(of instance: InstanceName) -> [String: String] {
    guard let record = store.read({ $0[snap: instance] }) else { return [:] }
    return commands(record.aliases, of: instance)
  }

  private func commands(_ aliases: SnapAliases, of instance: InstanceName) -> [String: String] {
    guard !aliases.isPending else { return [:] }
    return aliases.effective.mapValues { app in
      app == instance.name.rawValue ? instance.description : "\(instance).\(app)"
    }
  }

  /// Brings `/snap/bin`, and what completes there, to what the aliases of a snap are.
  func showAliases(_ aliases: SnapAliases, of instance: InstanceName) throws {
    let commands = commands(aliases, of: instance)
    try CompletionLinks(directories: directories).setAliases(commands, of: instance.description)
    try AliasLinks(directories: directories).set(commands, of: instance.description)
  }

  /// The aliases that a revision has by itself and those it keeps.
  func refreshedAliases(of instance: InstanceName, _ record: SnapState) throws -> SnapAliases {
    let id = record.sequence.first { $0.revision == record.current }?.snapID
    let automatic = try automaticAliases.aliases(of: instance.name, id: id)
    return record.aliases.refreshed(automatic, for: try infos.info(of: instance, record.current))
  }

  /// What a refresh of declarations would change of a snap's automatic aliases: the names that come or point
  /// elsewhere, and those that go.
  func automaticAliasChanges(
    of instance: InstanceName, _ record: SnapState
  ) throws -> (changed: [String], dropped: [String]) {
    let old = record.aliases.targets.compactMapValues(\.auto)
    let new = try refreshedAliases(of: instance, record).targets.compactMapValues(\.auto)
    return (new.keys.filter { old[$0] != new[$0] }.sorted(), old.keys.filter { new[$0] == nil }.sorted())
  }

  /// What a person asked of a snap's aliases: they become what `changed` makes of them, on disk and in the record, and the
  /// change tells which came and went.
  ///
  /// - Throws: ``Refusal`` when the snap is gone, ``AliasConflict`` when another has one of them; nothing is done then.
  func changeAliases(
    of instance: InstanceName, in context: TaskContext, _ changed: (SnapState) throws -> SnapAliases
  ) throws -> TaskOutcome {
    guard let record = context.store.read({ $0[snap: instance] }) else { throw Refusal.notInstalled(instance) }
    let before = record.aliases
    try context.rememberAliases(before)
    let aliases = try changed(record)
    try context.store.read { try $0.checkAliases(aliases, of: instance) }
    try showAliases(aliases, of: instance)
    let change = context.changeID
    context.atCompletion { state in
      state[snap: instance]?.aliases = aliases
      state.traceAliases(of: instance, from: before, to: aliases, in: change)
    }
    return .done
  }

  /// Puts aliases of a snap back as the task remembered them, as far as other snaps let it. What has been taken meanwhile stays with who took it:
  /// then all are switched off, as the reference does.
  func restoreAliases(of instance: InstanceName, in context: TaskContext) throws -> TaskOutcome {
    guard var restored = context.rememberedAliases, let record = context.store.read({ $0[snap: instance] }) else {
      return .done
    }
    if let conflict = context.store.read({ $0.aliasConflict(restored, of: instance) }) {
      context.log("cannot reinstate alias state because of conflicts, disabling: \(conflict)")
      restored = restored.disabled
    }
    restored.isPending = record.aliases.isPending
    try showAliases(restored, of: instance)
    context.atCompletion { [restored] state in state[snap: instance]?.aliases = restored }
    return .done
  }
}

extension TaskContext {
  private static var key: String { "old-aliases" }

  /// Remembers a snap's aliases as they were before the task, once.
  func rememberAliases(_ aliases: SnapAliases) throws {
    if recall(SnapAliases.self, Self.key) == nil { try remember(aliases, as: Self.key) }
  }

  /// What was remembered; nil when the task had not begun.
  var rememberedAliases: SnapAliases? { recall(SnapAliases.self, Self.key) }
}

/// What a change did to aliases, as clients are told in its data.
public struct ChangedAlias: Codable, Equatable, Sendable {
  public var snap: String
  public var app: String
  public var alias: String
}

extension State {
  /// The names of the change's data.
  public static let aliasesAdded = "aliases-added"
  public static let aliasesRemoved = "aliases-removed"

  /// Adds to what the change tells.
  mutating func traceAliases(
    of instance: InstanceName, from old: SnapAliases, to new: SnapAliases, in change: ChangeID
  ) {
    let (added, removed) = new.difference(from: old)
    for (key, aliases) in [(Self.aliasesAdded, added), (Self.aliasesRemoved, removed)] {
      let known = changeData([ChangedAlias].self, key, of: change) ?? []
      let more = aliases.sorted { $0.key < $1.key }.map {
        ChangedAlias(snap: instance.description, app: $0.value, alias: $0.key)
      }
      setChangeData(known + more, key, of: change)
    }
  }
}
