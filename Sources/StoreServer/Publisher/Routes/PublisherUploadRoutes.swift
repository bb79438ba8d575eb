internal import ByteText
internal import HTTP
internal import JSONValues
internal import StoreState

/// Images: sent, claimed for a name, and what became of them.
enum PublisherUploadRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for path in ["/unscanned-upload", "/unscanned-upload/"] {
      endpoints.append(
        Publisher.endpoint("POST", path, body: .streamed(limit: nil)) { request in
          // A token is not needed here; a bad one is refused all the same.
          let account = try request.headers["Authorization"] == nil ? nil : publisher.caller(request).account.id
          do {
            let id = try await publisher.uploads.receive(request, accountID: account)
            return Publisher.answer(["successful": true, "upload_id": .string(id)])
          } catch let error as MultipartError {
            throw PublisherError.invalid(error.description)
          } catch is ClientGone {
            // Nobody reads it, but the log does not call it the server's failure.
            throw PublisherError.invalid("the upload was cut off")
          }
        })
    }
    for path in ["/dev/api/snap-push", "/dev/api/snap-push/"] {
      endpoints.append(publisher.endpoint("POST", path) { try push($0, $1, $2) })
    }
    return endpoints + [
      publisher.endpoint("GET", "/dev/api/snaps/{id}/builds/{upload}/status") { publisher, caller, request in
        let snap = try publisher.snap(id: request.capture("id"), for: caller, .packageManageRevisions)
        return Publisher.answer(try status(publisher, try upload(publisher, request.capture("upload"), of: snap), snap))
      },
      publisher.endpoint("POST", "/v1/snap/{name}/revisions") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageManageRevisions)
        let id = try RequestFields(request.body).text("upload-id")
        try publisher.uploads.claim(id, for: snap, by: caller.account, size: nil, channels: [])
        return Publisher.answer(
          ["status-url": .string("/v1/snap/\(snap.name)/revisions/review?upload-id=\(id)")], status: 202)
      },
      publisher.endpoint("GET", "/v1/snap/{name}/revisions/review") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewRevisions)
        var uploads: [UploadRecord]
        if let id = request.query["upload-id"] {
          uploads = [try upload(publisher, id, of: snap)]
        } else {
          uploads = try publisher.state.read { try $0.uploads(of: snap.id, limit: 100) }
        }
        return Publisher.answer(["revisions": .array(try uploads.map { try review(publisher, $0, snap) })])
      },
    ]
  }

  /// `dev/api/snap-push/`: what an upload is for; with `dry_run` only whether it could be.
  private static func push(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    let fields = try RequestFields(request.body)
    let snap = try publisher.snap(named: try fields.text("name"), for: caller, .packageManageRevisions)
    if try fields.bool("dry_run") == true { return Publisher.answer(["success": true], status: 202) }
    guard try fields.optionalText("delta_format") == nil else {
      throw PublisherError.invalid("images are taken whole: deltas are not")
    }
    let channels = try fields.texts("channels") ?? []
    if !channels.isEmpty { try caller.require(.packageManageReleases) }
    for text in channels {
      guard caller.grant.allows(try ReleaseDesk.channel(text)) else {
        throw PublisherError.forbidden("this log-in may not release to \(quoted(text))")
      }
    }
    let id = try fields.text("updown_id")
    try publisher.uploads.claim(
      id, for: snap, by: caller.account, size: try fields.integer("binary_filesize"), channels: channels)
    let url = JSONValue.string("\(publisher.base(request))/dev/api/snaps/\(snap.id)/builds/\(id)/status")
    return Publisher.answer(["success": true, "status_details_url": url, "status_url": url], status: 202)
  }

  private static func upload(_ publisher: Publisher, _ id: String, of snap: SnapRecord) throws -> UploadRecord {
    guard let upload = try publisher.state.read({ try $0.upload(id: id) }), upload.snapID == snap.id else {
      throw PublisherError(404, "upload-not-found", "there is no upload \(quoted(id))")
    }
    return upload
  }

  private static func errors(_ upload: UploadRecord, code: String) -> JSONValue {
    .array(upload.errors.map { ["code": .string(code), "message": .string($0)] })
  }

  private static func status(_ publisher: Publisher, _ upload: UploadRecord, _ snap: SnapRecord) throws -> JSONValue {
    switch upload.status {
    case .received, .processing: return ["processed": false, "code": "being_processed"]
    case .failed:
      return [
        "processed": true, "code": "processing_error", "can_release": false, "errors": errors(upload, code: "review"),
      ]
    case .done:
      let revision = try upload.revision.flatMap { number in
        try publisher.state.read { try $0.revision(number, of: snap.id) }
      }
      let isReady = revision?.status == .ready
      return [
        "processed": true, "code": isReady ? "ready_to_release" : "need_manual_review", "can_release": .bool(isReady),
        "revision": revision.map { .integer(Int64($0.number)) } ?? .null, "errors": errors(upload, code: "review"),
        "url": .string("/v1/snap/\(snap.name)/revisions?revision=\(revision?.number ?? 0)"),
      ]
    }
  }

  private static func review(_ publisher: Publisher, _ upload: UploadRecord, _ snap: SnapRecord) throws -> JSONValue {
    let revision = try upload.revision.flatMap { number in
      try publisher.state.read { try $0.revision(number, of: snap.id) }
    }
    let status: String
    switch (upload.status, revision?.status) {
    case (.received, _), (.processing, _), (.done, nil): status = "new"
    case (.failed, _), (.done, .rejected): status = "rejected"
    case (.done, .ready): status = "approved"
    case (.done, .review): status = "needs-review"
    }
    return [
      "upload-id": .string(upload.id), "status": .string(status),
      "revision": revision.map { .integer(Int64($0.number)) } ?? .null,
      "errors": upload.errors.isEmpty ? .null : errors(upload, code: "review"),
    ]
  }
}
