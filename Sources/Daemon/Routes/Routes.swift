/// Every path of the API with its methods, who may call them, and what answers.
extension DaemonService {
  var routes: [Route] {
    [
      Route("/", get: .open, root),
      Route("/v2/system-info", get: .open, systemInfo),
      Route("/v2/snaps", get: .open, listSnaps).post(.manage, changeSnaps),
      Route("/v2/snaps/{name}", get: .open, showSnap).post(.manage, changeSnap),
      Route("/v2/apps", get: .open, listApps).post(.manage, controlApps),
      Route("/v2/logs", get: .manage, showLogs),
      Route("/v2/icons/{name}/icon", get: .open, showIcon),
      Route("/v2/changes", get: .open, listChanges),
      Route("/v2/changes/{id}", get: .open, showChange).post(.manage, abortChange),
      Route("/v2/warnings", get: .open, listWarnings).post(.manage, okayWarnings),
      Route("/v2/notices", get: .open, listNotices).post(.open, addNotice),
      Route("/v2/notices/{id}", get: .open, showNotice),
      Route("/v2/debug", get: .open, showDebug).post(.root, debugAction),
    ]
  }

  /// `GET /`: what the reference has always said here.
  func root(_ request: APIRequest) async throws -> Answer { try .sync(["TBD"]) }
}
