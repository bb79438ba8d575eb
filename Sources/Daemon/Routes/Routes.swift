internal import HTTP

/// Every path of the API with its methods, who may call them, and what answers. What is not here is denied.
extension DaemonService {
  var routes: [Route] {
    [
      .get("/", .open, root),
      .get("/v2/system-info", .open.orSnaps(with: "snap-interfaces-requests-control"), systemInfo),
      .get("/v2/find", .open, waits: true, find),
      .get("/v2/sections", .open, listSections),
      .get("/v2/categories", .open, listCategories),
      .post("/v2/login", .manage, logIn),
      .post("/v2/logout", .manage, logOut),
      .post("/v2/download", .manage, download),
      .post("/v2/cohorts", .manage, createCohorts),
      .get("/v2/model", .open, showModel),
      .get("/v2/model/serial", .open, showSerial),
      .get("/v2/stores", .open, listStores),
      .post("/v2/stores", .root, changeStores),
      .get("/v2/snaps", .open.orSnaps(with: "snap-refresh-observe", "desktop-launch"), listSnaps),
      .post("/v2/snaps", .manage, body: .jsonOrForm, changeSnaps),
      .get("/v2/snaps/{name}", .open.orSnaps(with: "snap-refresh-observe", "desktop-launch"), showSnap),
      .post("/v2/snaps/{name}", .manage, changeSnap),
      .get("/v2/snaps/{name}/conf", .manage, showConfiguration),
      .put("/v2/snaps/{name}/conf", .manage, changeConfiguration),
      .post("/v2/snapctl", .snap, runSnapctl),
      .get("/v2/apps", .open.orSnaps(with: "ros-snapd-support"), listApps),
      .post("/v2/apps", .manage.orSnaps(with: "ros-snapd-support"), controlApps),
      .get("/v2/logs", .manage, waits: true, showLogs),
      .get(
        "/v2/icons/{name}/icon",
        .open.orSnaps(with: "desktop-launch", "snap-interfaces-requests-control", "snap-refresh-observe"), showIcon),
      .get("/v2/interfaces", .open, listInterfaces),
      .post("/v2/interfaces", .manage, changeInterfaces),
      .get("/v2/connections", .open, listConnections),
      .get("/v2/aliases", .open, listAliases),
      .post("/v2/aliases", .manage, changeAliases),
      .get("/v2/explain", .open, showDenials),
      .post("/v2/explain", .open, explain),
      .get("/v2/assertions", .open, listAssertionTypes),
      .post("/v2/assertions", .manage, body: .collected(limit: 16 << 20), addAssertions),
      .get("/v2/assertions/{type}", .open, listAssertions),
      .get("/v2/validation-sets", .manage, waits: true, listValidationSets),
      .get("/v2/validation-sets/{account}/{name}", .manage, waits: true, showValidationSet),
      .post("/v2/validation-sets/{account}/{name}", .manage, changeValidationSet),
      .get("/v2/changes", .open.orSnaps(with: "snap-refresh-observe"), listChanges),
      .get("/v2/changes/{id}", .open.orSnaps(with: "snap-refresh-observe", "ros-snapd-support"), showChange),
      .post("/v2/changes/{id}", .manage, abortChange),
      .get("/v2/warnings", .open, listWarnings),
      .post("/v2/warnings", .manage, okayWarnings),
      .get("/v2/notices", noticeReaders, waits: true, listNotices),
      .post("/v2/notices", .open, addNotice),
      .get("/v2/notices/{id}", noticeReaders, showNotice),
      .get("/v2/debug", .open, showDebug),
      .post("/v2/debug", .root, debugAction),
    ]
  }

  private var noticeReaders: Access {
    .open.orSnaps(with: "snap-refresh-observe", "snap-interfaces-requests-control")
  }

  /// `GET /`: what the reference has always said here.
  func root(_ request: Request) async throws -> Answer { try .sync(["TBD"]) }
}
