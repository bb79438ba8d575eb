internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreState

/// Revisions, channels and tracks.
enum PublisherReleaseRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for path in ["/dev/api/snap-release", "/dev/api/snap-release/"] {
      endpoints.append(publisher.endpoint("POST", path) { try release($0, $1, $2) })
    }
    return endpoints + [
      publisher.endpoint("POST", "/dev/api/snaps/{id}/close") { publisher, caller, request in
        let snap = try publisher.snap(id: request.capture("id"), for: caller, .packageManageReleases)
        let texts = try RequestFields(request.body).texts("channels") ?? []
        let channels = try allowed(texts, caller)
        try publisher.releases.close(channels, of: snap, by: caller.account.id)
        return Publisher.answer([
          "closed_channels": .array(channels.map { .string($0.shortName) }), "channel_map_tree": [:],
          "channel_maps": [:],
        ])
      },
      publisher.endpoint("GET", "/api/v2/snaps/{name}/channel-map") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewReleases)
        return Publisher.answer(try channelMap(publisher, snap))
      },
      publisher.endpoint("GET", "/api/v2/snaps/{name}/releases") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewReleases)
        return Publisher.answer(try history(publisher, snap))
      },
      publisher.endpoint("GET", "/dev/api/snaps/{id}/history") { publisher, caller, request in
        let snap = try publisher.snap(id: request.capture("id"), for: caller, .packageViewReleases)
        return Publisher.answer(try history(publisher, snap))
      },
      publisher.endpoint("GET", "/v1/snap/{name}/releases") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewReleases)
        return Publisher.answer(try releases(publisher, snap))
      },
      publisher.endpoint("POST", "/v1/snap/{name}/releases") { try releaseMany($0, $1, $2) },
      publisher.endpoint("GET", "/v1/snap/{name}/revisions") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewRevisions)
        let wanted = request.query["revision"].flatMap { UInt32($0) }
        let revisions = try publisher.state.read { reader in
          try wanted.map { number in try reader.revision(number, of: snap.id).map { [$0] } ?? [] }
            ?? reader.revisions(of: snap.id, before: nil, limit: 500)
        }
        return Publisher.answer(["revisions": .array(revisions.map(view))])
      },
      publisher.endpoint("POST", "/v1/snap/{name}/tracks") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageManageMetadata)
        return Publisher.answer(
          ["num-tracks-created": .integer(try createTracks(publisher, snap, request))], status: 201)
      },
    ]
  }

  static func view(_ revision: RevisionRecord) -> JSONValue {
    let apps = (try? SnapInfo(yaml: Array(revision.snapYAML.utf8)))?.apps.map(\.name.rawValue) ?? []
    return ChannelView.revision(revision, apps: apps)
  }

  // MARK: - Releasing

  private static func allowed(_ texts: [String], _ caller: Publisher.Caller) throws -> [Channel] {
    try texts.map { text in
      let channel = try ReleaseDesk.channel(text)
      guard caller.grant.allows(channel) else {
        throw PublisherError.forbidden("this log-in may not change the channel \(quoted(text))")
      }
      return channel
    }
  }

  /// `dev/api/snap-release/`: one revision to several channels, perhaps progressively.
  private static func release(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    let fields = try RequestFields(request.body)
    let snap = try publisher.snap(named: try fields.text("name"), for: caller, .packageManageReleases)
    let number = try revision(fields)
    let channels = try allowed(try fields.texts("channels") ?? [], caller)
    let isHeld = try publisher.releases.release(
      number, of: snap, ReleasePlan.Request(channels: channels, progressive: try progressive(fields)),
      by: caller.account.id)
    return Publisher.answer([
      "success": true, "opened_channels": .array(channels.map { .string($0.shortName) }), "held": .bool(isHeld),
      "channel_map": try channelMap(publisher, snap)["channel-map"] ?? [],
    ])
  }

  private static func progressive(
    _ fields: RequestFields
  ) throws(PublisherError) -> ReleasePlan.Request.Progressive? {
    guard let wanted = try fields.object("progressive") else { return nil }
    return ReleasePlan.Request.Progressive(
      percentage: try wanted.number("percentage") ?? 100, isPaused: try wanted.bool("paused") ?? false)
  }

  private static func revision(_ fields: RequestFields) throws(PublisherError) -> UInt32 {
    guard let number = try fields.integer("revision").flatMap({ UInt32(exactly: $0) }), number > 0 else {
      throw .invalid("\"revision\" is required")
    }
    return number
  }

  /// `v1/snap/{name}/releases`: a list of channels, each with its revision, or null to close it.
  private static func releaseMany(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageManageReleases)
    guard case .array(let items)? = try? JSONValue(parsing: request.body), !items.isEmpty, items.count <= 100 else {
      throw PublisherError.invalid("a list of 1 to 100 releases is required")
    }
    let desk = publisher.releases
    var released: [JSONValue] = []
    for item in items {
      guard item.object != nil else { throw PublisherError.invalid("each release is an object") }
      let fields = RequestFields(item)
      let channels = try allowed([try fields.text("channel")], caller)
      if item["revision"] == .null {
        try desk.close(channels, of: snap, by: caller.account.id)
        released.append(["channel": .string(channels[0].fullName), "revision": .null])
      } else {
        let number = try revision(fields)
        try desk.release(
          number, of: snap, ReleasePlan.Request(channels: channels, progressive: try progressive(fields)),
          by: caller.account.id)
        released.append(["channel": .string(channels[0].fullName), "revision": .integer(Int64(number))])
      }
    }
    return Publisher.answer(["released": .array(released)])
  }

  private static func createTracks(_ publisher: Publisher, _ snap: SnapRecord, _ request: Request) throws -> Int64 {
    guard case .array(let items)? = try? JSONValue(parsing: request.body), !items.isEmpty, items.count <= 100 else {
      throw PublisherError.invalid("a list of 1 to 100 tracks is required")
    }
    let now = publisher.now()
    return try publisher.state.write { writer in
      let known = Set(try writer.tracks(of: snap.id).map(\.name))
      var made: Int64 = 0
      for item in items {
        let fields = RequestFields(item)
        let name = try fields.text("name")
        // Source: the rule that `craft-store` checks; and no word of a channel may be mistaken for another.
        let channel = try ReleaseDesk.channel("\(name)/stable")
        guard name.utf8.count <= 28, Channel.Risk(rawValue: name) == nil, name != "latest", channel.track == name else {
          throw PublisherError.invalid("a track cannot be called \(quoted(name))")
        }
        guard !known.contains(name) else { continue }
        try writer.set(
          TrackRecord(
            snapID: snap.id, name: name, versionPattern: try fields.optionalText("version-pattern"),
            automaticPhasing: try fields.number("automatic-phasing-percentage"), createdAt: now))
        made += 1
      }
      return made
    }
  }

  // MARK: - Showing

  private static func channelMap(_ publisher: Publisher, _ snap: SnapRecord) throws -> JSONValue {
    let all = try releases(publisher, snap)
    let registered = try PublisherNameRoutes.registered(publisher, snap)
    return [
      "channel-map": all["channel-map"] ?? [], "revisions": all["revisions"] ?? [],
      "snap": [
        "id": .string(snap.id), "name": .string(snap.name.rawValue), "private": .bool(snap.isPrivate),
        "default-track": .text(snap.defaultTrack), "title": .string(snap.metadata.title),
        "publisher": registered["publisher"] ?? .null, "tracks": registered["tracks"] ?? [],
        "channels": all["package"]?["channels"] ?? [],
      ],
    ]
  }

  private static func releases(_ publisher: Publisher, _ snap: SnapRecord) throws -> JSONValue {
    let now = publisher.now()
    return try publisher.state.read { reader in
      let open = try reader.releases(of: snap.id).filter { $0.expiresAt.map { now < $0 } ?? true }
      let tracks = ["latest"] + (try reader.tracks(of: snap.id).map(\.name))
      let numbers = Set(open.map(\.revision) + open.compactMap { $0.progress?.others }).sorted(by: >)
      let revisions = try numbers.compactMap { try reader.revision($0, of: snap.id) }
      return [
        "channel-map": .array(open.map(ChannelView.release)), "revisions": .array(revisions.map(view)),
        "package": ["channels": ChannelView.channels(tracks: tracks, open: open.map(\.channel))],
      ]
    }
  }

  private static func history(_ publisher: Publisher, _ snap: SnapRecord) throws -> JSONValue {
    try publisher.state.read { reader in
      let events = try reader.history(of: snap.id, architecture: nil, channel: nil, until: nil, limit: 500)
      let revisions = try reader.revisions(of: snap.id, before: nil, limit: 500)
      return [
        "releases": .array(events.map(ChannelView.event)), "revisions": .array(revisions.map(view)), "_links": [:],
      ]
    }
  }
}
