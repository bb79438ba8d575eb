internal import API
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `snapctl tasks`: the steps of a change of the snap's.
enum SnapctlTasks: SnapctlCommand {
  static let name = "tasks"
  static let summary = "List the tasks of a change"
  static let usage = "[--format=json] <change-id>"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.value("format")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    try SnapctlChanges.show(arguments, in: &call)
  }
}

/// `snapctl change`: the same under the command's other name.
enum SnapctlChange: SnapctlCommand {
  static let name = "change"
  static let summary = "Show a change and its tasks"
  static let usage = "[--format=json] <change-id>"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.value("format")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    try SnapctlChanges.show(arguments, in: &call)
  }
}

/// Changes, as far as they are the calling snap's business: those that work on it.
enum SnapctlChanges {
  static func id(_ text: String, _ call: SnapctlCall) throws -> ChangeID {
    let instance = try call.context.instance.description
    guard let id = ChangeID(text),
      call.overlord.store.read({ state in
        state.changeData([String].self, SnapManager.affectedSnapsKey, of: id)?.contains(instance) == true
      })
    else { throw SnapctlFailure("cannot find change with id \(quotedText(text))") }
    return id
  }

  static func show(_ arguments: SnapctlArguments, in call: inout SnapctlCall) throws {
    let format = arguments.value("format") ?? "text"
    guard format == "text" || format == "json" else {
      throw SnapctlFailure("invalid format \(quotedText(format)) (want text or json)")
    }
    let id = try id(try arguments.exactly("<change-id>")[0], call)
    guard let change = call.overlord.store.read({ state in state.change(id).map { ChangeJSON($0, in: state) } }) else {
      throw SnapctlFailure("cannot find change with id \"\(id)\"")
    }
    if format == "json" { return call.line(String(decoding: try Answer.json(change), as: UTF8.self)) }
    var table = SnapctlTable()
    table.add("Status", "Spawn", "Ready", "Summary")
    for task in change.tasks {
      table.add(task.status, task.spawnTime.map { "\($0)" } ?? "-", task.readyTime.map { "\($0)" } ?? "-", task.summary)
    }
    call.out += table.text
  }
}
