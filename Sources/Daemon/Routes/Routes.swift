/// Every path of the API with its methods, who may call them, and what answers. What is not here is denied.
extension DaemonService {
  var routes: [Route] {
    [
      .get("/", .open, root),
      .get("/v2/system-info", .open, systemInfo),
      .get("/v2/snaps", .open, listSnaps),
      .post("/v2/snaps", .manage, body: .jsonOrForm, changeSnaps),
      .get("/v2/snaps/{name}", .open, showSnap),
      .post("/v2/snaps/{name}", .manage, changeSnap),
      .get("/v2/apps", .open, listApps),
      .post("/v2/apps", .manage, controlApps),
      .get("/v2/logs", .manage, waits: true, showLogs),
      .get("/v2/icons/{name}/icon", .open, showIcon),
      .get("/v2/interfaces", .open, listInterfaces),
      .post("/v2/interfaces", .manage, changeInterfaces),
      .get("/v2/connections", .open, listConnections),
      .get("/v2/explain", .open, showDenials),
      .post("/v2/explain", .open, explain),
      .get("/v2/changes", .open, listChanges),
      .get("/v2/changes/{id}", .open, showChange),
      .post("/v2/changes/{id}", .manage, abortChange),
      .get("/v2/warnings", .open, listWarnings),
      .post("/v2/warnings", .manage, okayWarnings),
      .get("/v2/notices", .open, waits: true, listNotices),
      .post("/v2/notices", .open, addNotice),
      .get("/v2/notices/{id}", .open, showNotice),
      .get("/v2/debug", .open, showDebug),
      .post("/v2/debug", .root, debugAction),
    ]
  }

  /// `GET /`: what the reference has always said here.
  func root(_ request: Request) async throws -> Answer { try .sync(["TBD"]) }
}
