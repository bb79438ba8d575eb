internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreState
internal import Time

/// Who works on a snap, and what is counted of it.
enum PublisherPeopleRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for (path, isName) in [("/v1/snap/{snap}/collaborators", true), ("/dev/api/snaps/{snap}/collaborators", false)] {
      @Sendable func snap(
        _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request, _ permission: Permission
      ) throws -> SnapRecord {
        let text = request.capture("snap")
        return try isName
          ? publisher.snap(named: text, for: caller, permission) : publisher.snap(id: text, for: caller, permission)
      }
      endpoints.append(
        publisher.endpoint("GET", path) { publisher, caller, request in
          Publisher.answer(try list(publisher, try snap(publisher, caller, request, .packageViewACL)))
        })
      endpoints.append(
        publisher.endpoint("POST", path) { publisher, caller, request in
          let snap = try snap(publisher, caller, request, .packageManageACL)
          try change(publisher, caller, snap, try RequestFields(request.body))
          return Publisher.answer(try list(publisher, snap))
        })
    }
    for path in ["/dev/api/snaps/metrics", "/dev/api/snaps/metrics/"] {
      endpoints.append(publisher.endpoint("POST", path) { try metrics($0, $1, $2) })
    }
    return endpoints
  }

  private static func list(_ publisher: Publisher, _ snap: SnapRecord) throws -> JSONValue {
    try publisher.state.read { reader in
      var list: [JSONValue] = []
      for one in try reader.collaborators(of: snap.id) {
        guard let account = try reader.account(id: one.accountID) else { continue }
        list.append([
          "id": .string(account.id), "username": .string(account.username),
          "display-name": .string(account.displayName), "since": .string(one.createdAt.wholeSeconds),
        ])
      }
      return ["collaborators": .array(list)]
    }
  }

  /// `add` and `remove`: user names, addresses or ids.
  private static func change(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ snap: SnapRecord, _ fields: RequestFields
  ) throws {
    // Collaborators don't choose collaborators: who was let in by one could not be put out by the publisher's word alone.
    guard snap.publisherID == caller.account.id || caller.isAdmin else {
      throw PublisherError.forbidden("only the publisher of \(quoted(snap.name)) chooses who works on it")
    }
    let added = try fields.texts("add") ?? []
    let removed = try fields.texts("remove") ?? []
    guard !added.isEmpty || !removed.isEmpty else { throw PublisherError.invalid("\"add\" or \"remove\" is required") }
    let now = publisher.now()
    try publisher.state.write { writer in
      for text in added {
        let account = try Publisher.account(text, writer)
        guard account.id != snap.publisherID else { continue }
        try writer.set(
          CollaboratorRecord(snapID: snap.id, accountID: account.id, isAccepted: true, createdAt: now))
      }
      for text in removed {
        try writer.removeCollaborator(snapID: snap.id, accountID: try Publisher.account(text, writer).id)
      }
    }
  }

  // MARK: - Metrics

  /// `dev/api/snaps/metrics`: counts by day, as `snapcraft metrics` asks for them.
  private static func metrics(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    let filters = try RequestFields(request.body).objects("filters") ?? []
    guard filters.count <= 20 else { throw PublisherError.invalid("more than 20 filters") }
    var answers: [JSONValue] = []
    for filter in filters {
      let snap = try publisher.snap(id: try filter.text("snap_id"), for: caller, .packageViewMetrics)
      let name = try filter.text("metric_name")
      let today = String(publisher.now().wholeSeconds.utf8.prefix(10)) ?? ""
      let start = try filter.optionalText("start") ?? today
      let end = try filter.optionalText("end") ?? today
      let records = try publisher.state.read { try $0.metrics(of: snap.id, name: name, from: start, to: end) }
      let days = Set(records.map(\.day)).sorted()
      var series: [String: [String: Int64]] = [:]
      for record in records { series[record.bucket, default: [:]][record.day] = record.value }
      answers.append([
        "snap_id": .string(snap.id), "metric_name": .string(name), "start": .string(start), "end": .string(end),
        "status": records.isEmpty ? "NO DATA" : "OK", "buckets": .array(days.map { .string($0) }),
        "series": .array(
          series.sorted { $0.key < $1.key }.map { bucket, values in
            ["name": .string(bucket), "values": .array(days.map { .integer(values[$0] ?? 0) })]
          }),
      ])
    }
    return Publisher.answer(["metrics": .array(answers)])
  }
}
