internal import Snap
internal import State

/// What a task about one alias is told.
struct AliasSetup: Codable, Sendable {
  let instance: InstanceName
  let alias: AliasName
  /// The app's name; empty where an alias is removed.
  var target = ""
}

/// `alias`: a person's alias for an app.
struct AddAlias: TaskHandler {
  static let kind: TaskKind = "alias"
  let manager: SnapManager

  func `do`(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.changeAliases(of: setup.instance, in: context) { record in
      let info = try manager.infos.info(of: setup.instance, record.current)
      return try record.aliases.adding(setup.alias, for: setup.target, of: info)
    }
  }

  func undo(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.restoreAliases(of: setup.instance, in: context)
  }
}
