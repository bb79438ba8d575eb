internal import HTTP
internal import StoreProtocol
internal import StoreState

extension DeviceSide {
  /// Images and deltas. Source: `spec/assertions-and-store.md` §6, "Download"; RFC 9110 §14 for parts.
  var downloadEndpoints: [Endpoint] {
    [
      endpoint("GET", "/api/v1/snaps/download/{file}") { request in
        guard let name = DownloadName(request.capture("file")) else {
          throw DeviceFailure.notFound("cannot find a download of that name")
        }
        try catalogue.validate()
        let (digest, isOpen) = try digest(name, request)
        guard let blob = try store.blobs.open(digest) else {
          throw DeviceFailure.notFound("cannot find what \(name.path) has: it is being made, or has been removed")
        }
        let response = Self.response(blob, digest, request, isOpen: isOpen)
        // Parts and pieces of a download that goes on are none that begins.
        if response.status == 200, request.method == "GET" { downloads.add(name.snapID) }
        return response
      }
    ]
  }

  /// What a download has, for those who may have it; and whether that is everybody.
  private func digest(_ name: DownloadName, _ request: Request) throws -> (digest: BlobDigest, isOpen: Bool) {
    let id = name.snapID
    let missing = DeviceFailure.notFound("cannot find \(name.path)")
    guard let entry = try catalogue.entry(id: id) else { throw missing }
    // Without a token nobody is told from who has none; those that came along are checked only where it matters.
    let isOpen = try !entry.snap.isPrivate && catalogue.state.wasReleased(name.target, of: id)
    if !isOpen {
      guard let account = try context(request).account, try catalogue.state.mayDevelop(snapID: id, account: account)
      else { throw missing }
    }
    let hex: String?
    switch name {
    case .image(_, let revision): hex = try catalogue.revision(revision, of: entry)?.download.sha3_384
    case .delta(_, let source, let target, let format):
      hex = try catalogue.state.deltas(of: id, from: source, to: target).first { $0.format == format }?.sha3_384
    }
    guard let digest = hex.flatMap({ BlobDigest(hex: $0) }) else { throw missing }
    return (digest, isOpen)
  }

  private static func response(
    _ blob: consuming BlobContent, _ digest: BlobDigest, _ request: Request, isOpen: Bool
  ) -> Response {
    let tag = "\"\(digest.hex)\""
    // What a name has never changes; what not everybody may have is not for caches on the way, which ask nobody.
    var headers: Headers = [
      "ETag": tag, "Accept-Ranges": "bytes",
      "Cache-Control": isOpen ? "public, max-age=31536000, immutable" : "private, no-store",
    ]
    if request.headers["If-None-Match"] == tag { return Response(status: 304, headers: headers) }
    headers["Content-Type"] = "application/octet-stream"
    let size = blob.size
    let range = ByteRange(request.headers["Range"], condition: request.headers["If-Range"], tag: tag, size: size)
    headers["Content-Range"] = range.contentRange(size: size)
    let file = SharedFile(blob.takeFile())
    switch range {
    case .whole: return Response(headers: headers, body: .file(file, offset: 0, length: size))
    case .part(let first, let last):
      return Response(status: 206, headers: headers, body: .file(file, offset: first, length: last - first + 1))
    case .outside: return Response(status: 416, headers: headers)
    }
  }
}

extension DownloadName {
  var snapID: String {
    switch self {
    case .image(let id, _), .delta(let id, _, _, _): id
    }
  }

  /// The revision that comes of it.
  var target: UInt32 {
    switch self {
    case .image(_, let revision): revision
    case .delta(_, _, let target, _): target
    }
  }
}
