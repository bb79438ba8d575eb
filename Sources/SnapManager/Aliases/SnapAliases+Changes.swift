internal import Snap

/// What becomes of the aliases of a snap; pure, and as the reference has it (`spec/engine.md` §10).
extension SnapAliases {
  /// With the automatic aliases of now, and those manual ones whose apps are still there.
  ///
  /// - Parameter automatic: apps by alias. Those that the snap lacks, and services, are passed over.
  func refreshed(_ automatic: [String: String], for info: SnapInfo) -> SnapAliases {
    var result = self
    result.targets = [:]
    for (alias, app) in automatic where (try? AliasName(alias)) != nil && info.isAliasable(app) {
      result.targets[alias] = AliasTarget(auto: app)
    }
    for (alias, target) in targets {
      guard let manual = target.manual, info.apps.contains(where: { $0.name.rawValue == manual }) else { continue }
      result.targets[alias, default: AliasTarget()].manual = manual
    }
    return result
  }

  /// With one more that a person wants.
  func adding(
    _ alias: AliasName, for app: String, of info: SnapInfo
  ) throws(AliasConflict) -> SnapAliases {
    guard info.isAliasable(app) else {
      let exists = info.apps.contains { $0.name.rawValue == app }
      throw .refused(
        alias: alias.rawValue, snap: info.instance,
        reason: "target application \"\(app)\" \(exists ? "is a daemon" : "does not exist")")
    }
    var result = self
    result.targets[alias.rawValue, default: AliasTarget()].manual = app
    return result
  }

  /// Without one that a person wanted; what is automatic stays.
  func removingManual(_ alias: String) throws(AliasConflict) -> SnapAliases {
    guard var target = targets[alias], target.manual != nil else { throw .unknownManual(alias) }
    var result = self
    target.manual = nil
    result.targets[alias] = target.auto == nil ? nil : target
    return result
  }

  /// All switched off: automatic ones are kept for later, manual ones are gone.
  var disabled: SnapAliases {
    var result = self
    result.autoDisabled = true
    result.targets = targets.compactMapValues { $0.auto == nil ? nil : AliasTarget(auto: $0.auto) }
    return result
  }

  /// Without automatic ones that the snap has lost.
  func pruned(_ aliases: [String]) -> SnapAliases {
    var result = self
    for alias in aliases {
      guard var target = result.targets[alias] else { continue }
      target.auto = nil
      result.targets[alias] = target.manual == nil ? nil : target
    }
    return result
  }

  /// What was switched on and what off, from `old` to these: apps by alias.
  func difference(from old: SnapAliases) -> (added: [String: String], removed: [String: String]) {
    let (before, after) = (old.effective, effective)
    return (after.filter { before[$0.key] != $0.value }, before.filter { after[$0.key] != $0.value })
  }
}

extension SnapInfo {
  /// Whether an app may have an alias: it exists and is no service.
  fileprivate func isAliasable(_ app: String) -> Bool {
    apps.contains { $0.name.rawValue == app && $0.daemon == nil }
  }
}
