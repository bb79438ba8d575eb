internal import API
internal import HTTP
internal import Overlord
internal import SnapManager
internal import State

/// `/v2/changes` and `/v2/changes/{id}`.
extension DaemonService {
  /// `GET /v2/changes?select=in-progress|all|ready&for=<snap>`.
  func listChanges(_ request: Request) async throws -> Answer {
    let wanted: @Sendable (State, Change) -> Bool
    switch request.query["select"] {
    case nil, "", "in-progress": wanted = { !$0.isReady($1.id) }
    case "all": wanted = { _, _ in true }
    case "ready": wanted = { $0.isReady($1.id) }
    default: throw APIFailure.badRequest("select should be one of: all,in-progress,ready")
    }
    let snap = request.query["for"].flatMap { $0.isEmpty ? nil : $0 }
    return try .sync(
      overlord.store.read { state in
        state.changes.filter { change in
          guard wanted(state, change) else { return false }
          guard let snap else { return true }
          return state.changeData([String].self, SnapManager.affectedSnapsKey, of: change.id)?.contains(snap) == true
        }
        .map { ChangeJSON($0, in: state) }
      })
  }

  /// `GET /v2/changes/{id}`.
  func showChange(_ request: Request) async throws -> Answer {
    let id = changeID(request)
    return try .sync(try overlord.store.read { ChangeJSON(try Self.change(id, in: $0), in: $0) })
  }

  /// `POST /v2/changes/{id}` with `{"action": "abort"}`.
  func abortChange(_ request: Request) async throws -> Answer {
    let id = changeID(request)
    let instruction = try request.decoded(
      ChangeInstruction.self, orSay: "cannot decode data from request body")
    guard instruction.action == "abort" else {
      throw APIFailure.badRequest("change action \"\(instruction.action)\" is unsupported")
    }
    let json = try overlord.store.write(durable: true) { state in
      let change = try Self.change(id, in: state)
      guard !state.isReady(change.id) else {
        throw APIFailure.badRequest("cannot abort change \(id) with nothing pending")
      }
      state.abort(change.id)
      return ChangeJSON(change, in: state)
    }
    overlord.runner.ensure()
    return try .sync(json)
  }

  private func changeID(_ request: Request) -> String { request.capture("id") }

  private static func change(_ text: String, in state: State) throws -> Change {
    guard let id = ChangeID(text), let change = state.change(id) else {
      throw APIFailure(404, "cannot find change with id \"\(text)\"")
    }
    return change
  }
}

extension ChangeJSON {
  /// A change as clients see it, with its tasks.
  init(_ change: Change, in state: State) {
    self.init(
      id: change.id.description, kind: change.kind, summary: change.summary,
      status: state.status(of: change.id).name)
    tasks = state.tasks(of: change.id).map { TaskJSON($0) }
    ready = state.isReady(change.id)
    err = state.errorText(of: change.id) ?? ""
    spawnTime = change.spawnTime
    readyTime = change.readyTime
    if let snaps = state.changeData([String].self, SnapManager.affectedSnapsKey, of: change.id) {
      data = ["snap-names": .array(snaps.map { .string($0) })]
    }
    for key in [State.aliasesAdded, State.aliasesRemoved] {
      guard let aliases = state.changeData([ChangedAlias].self, key, of: change.id) else { continue }
      data[key] = .array(
        aliases.map { .object(["snap": .string($0.snap), "app": .string($0.app), "alias": .string($0.alias)]) })
    }
  }
}

extension TaskJSON {
  /// A task as clients see it.
  init(_ task: TaskRecord) {
    self.init(id: task.id.description, kind: task.kind.rawValue, summary: task.summary, status: task.status.name)
    log = task.log.map(\.description)
    progress = ProgressJSON(label: task.progress.label, done: task.progress.done, total: task.progress.total)
    spawnTime = task.spawnTime
    readyTime = task.readyTime
    if let snap = SnapManager.affectedSnap(of: task) { data = ["affected-snaps": [.string(snap)]] }
  }
}
