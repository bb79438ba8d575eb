internal import API
internal import HTTP
internal import Overlord
internal import SnapManager
internal import State
internal import Time

/// `/v2/debug`: for those who look after a machine.
extension DaemonService {
  /// `GET /v2/debug?aspect=…`.
  func showDebug(_ request: Request) async throws -> Answer {
    switch request.query["aspect"] {
    case "change-timings":
      let text = request.query["change-id"] ?? ""
      guard let id = ChangeID(text), overlord.store.read({ $0.change(id) }) != nil else {
        throw APIFailure(400, "cannot find change: \"\(text)\"")
      }
      return try .sync([Timings(id, in: overlord.store.read { $0 })])
    case "features": return try .sync(["features": ["parallel-instances": true]])
    case "consistency": return try .sync(try overlord.snaps.inconsistencies())
    case let aspect?: throw APIFailure.badRequest("unknown debug aspect \"\(aspect)\"")
    case nil: throw APIFailure.badRequest("unknown debug aspect \"\"")
    }
  }

  /// `POST /v2/debug` with an action.
  func debugAction(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      DebugInstruction.self, orSay: "cannot decode request body into a debug action")
    switch instruction.action {
    case "add-warning": try overlord.store.write { $0.addWarning(instruction.message) }
    case "unshow-warnings": try overlord.store.write { $0.unshowWarnings() }
    case "ensure-state-soon":
      overlord.runner.ensureAll()
      overlord.ensureRefreshes()
    case "ensure-refresh": try await refreshNow()
    case "activate": try overlord.snaps.activate(instruction.message)
    case "prune": try overlord.prune()
    default: throw APIFailure.badRequest("unknown debug action: \(instruction.action)")
    }
    return try .sync(true)
  }

  /// How long each task of a change took.
  private struct Timings: Encodable {
    struct Task: Encodable {
      let kind: String
      let summary: String
      let status: String
      /// Nanoseconds.
      let doingTime: Int64
      let undoingTime: Int64
      enum CodingKeys: String, CodingKey {
        case kind, summary, status
        case doingTime = "doing-time"
        case undoingTime = "undoing-time"
      }
    }
    let changeID: String
    let changeTimings: [String: Task]
    enum CodingKeys: String, CodingKey {
      case changeID = "change-id"
      case changeTimings = "change-timings"
    }

    init(_ id: ChangeID, in state: State) {
      changeID = id.description
      var timings: [String: Task] = [:]
      for task in state.tasks(of: id) {
        timings[task.id.description] = Task(
          kind: task.kind.rawValue, summary: task.summary, status: task.status.name,
          doingTime: task.doingTime.nanoseconds, undoingTime: task.undoingTime.nanoseconds)
      }
      changeTimings = timings
    }
  }
}
