internal import Crypto
internal import Assertions
internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreState
internal import Time

/// Names: registering, listing, and what is said of a snap whatever its revision.
enum PublisherNameRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints = [
      publisher.endpoint("GET", "/v1/snap") { publisher, caller, request in
        try caller.require(.accountViewPackages)
        let all = request.query["include-collaborations"].map { $0 == "true" || $0 == "True" } ?? false
        let snaps = try names(publisher, of: caller, collaborations: all)
        return Publisher.answer(["results": .array(try snaps.map { try registered(publisher, $0) })])
      },
      publisher.endpoint("POST", "/v1/snap") { publisher, caller, request in
        let fields = try RequestFields(request.body)
        let snap = try register(
          publisher, caller, name: try fields.text("name"), isPrivate: try fields.bool("private") ?? false)
        return Publisher.answer(["id": .string(snap.id)], status: 201)
      },
      publisher.endpoint("GET", "/v1/snap/{name}") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewMetadata)
        return Publisher.answer(["metadata": try registered(publisher, snap)])
      },
      publisher.endpoint("PATCH", "/v1/snap/{name}") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageManageMetadata)
        let changed = try change(publisher, snap, try RequestFields(request.body))
        return Publisher.answer(["metadata": try registered(publisher, changed)])
      },
      publisher.endpoint("GET", "/dev/api/account") { publisher, caller, _ in
        try caller.require(.accountViewPackages)
        return Publisher.answer(try account(publisher, caller))
      },
      publisher.endpoint("GET", "/dev/api/snaps/info/{name}") { publisher, caller, request in
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .packageViewMetadata)
        return Publisher.answer(
          ["snap_id": .string(snap.id), "snap_name": .string(snap.name.rawValue), "private": .bool(snap.isPrivate)])
      },
    ]
    for path in ["/dev/api/register-name", "/dev/api/register-name/"] {
      endpoints.append(
        publisher.endpoint("POST", path) { publisher, caller, request in
          let fields = try RequestFields(request.body)
          let snap = try register(
            publisher, caller, name: try fields.text("snap_name"), isPrivate: try fields.bool("is_private") ?? false)
          return Publisher.answer(["snap_id": .string(snap.id), "snap_name": .string(snap.name.rawValue)], status: 201)
        })
    }
    for method in ["POST", "PUT"] {
      endpoints.append(
        publisher.endpoint(method, "/dev/api/snaps/{id}/metadata") { publisher, caller, request in
          let snap = try publisher.snap(id: request.capture("id"), for: caller, .packageManageMetadata)
          _ = try change(publisher, snap, try RequestFields(request.body))
          return Publisher.answer(["success": true])
        })
    }
    return endpoints
  }

  // MARK: - Registering

  private static func register(
    _ publisher: Publisher, _ caller: Publisher.Caller, name text: String, isPrivate: Bool
  ) throws -> SnapRecord {
    try caller.require(.accountRegisterPackage)
    guard caller.grant.allows(package: text) else {
      throw PublisherError.forbidden("this log-in is not for the name \(quoted(text))")
    }
    let kept = try publisher.state.read { try $0.reservedName(text) }
    let name = try NameRules.check(
      text, isAdmin: caller.isAdmin, reserved: kept != nil && kept?.accountID != caller.account.id)
    let snap = SnapRecord(
      id: SecureRandom.name(32), name: name, publisherID: caller.account.id, isPrivate: isPrivate,
      createdAt: publisher.now())
    try publisher.state.write { writer in
      if let taken = try writer.snap(name: name.rawValue) {
        throw taken.publisherID == caller.account.id
          ? PublisherError.conflict("already_owned", "the name \(quoted(text)) is yours already")
          : PublisherError.conflict(
            "already_registered",
            "the name \(quoted(text)) is taken; if it is yours by right, ask an administrator of this store for it")
      }
      try writer.insert(snap)
    }
    try publisher.signing.sign(snap)
    return snap
  }

  // MARK: - Showing

  private static func names(
    _ publisher: Publisher, of caller: Publisher.Caller, collaborations: Bool
  ) throws -> [SnapRecord] {
    try publisher.state.read { reader in
      var snaps = try reader.snaps(publisher: caller.account.id)
      if collaborations {
        for one in try reader.collaborations(of: caller.account.id) where one.isAccepted {
          if let snap = try reader.snap(id: one.snapID) { snaps.append(snap) }
        }
      }
      return snaps.filter { caller.grant.allows(package: $0.name.rawValue) }
        .sorted { $0.name.rawValue.utf8.lexicographicallyPrecedes($1.name.rawValue.utf8) }
    }
  }

  static func registered(_ publisher: Publisher, _ snap: SnapRecord) throws -> JSONValue {
    try publisher.state.read { reader in
      AccountView.registered(
        snap, publisher: try reader.account(id: snap.publisherID), store: publisher.context.configuration.name,
        tracks: try reader.tracks(of: snap.id),
        type: try reader.revisions(of: snap.id, before: nil, limit: 1).first?.type.rawValue ?? "snap",
        isReleased: try !reader.releases(of: snap.id).isEmpty)
    }
  }

  private static func account(_ publisher: Publisher, _ caller: Publisher.Caller) throws -> JSONValue {
    let snaps = try names(publisher, of: caller, collaborations: true)
    let keys = try publisher.state.read {
      try $0.assertions("account-key", header: ("account-id", caller.account.id), maximumFormat: 1)
    }
    let listed = snaps.map { ($0.name.rawValue, AccountView.listed($0)) }
    return [
      "account_id": .string(caller.account.id), "username": .string(caller.account.username),
      "short_namespace": .string(caller.account.username), "display_name": .string(caller.account.displayName),
      "email": .string(caller.account.email), "validation": .string(caller.account.validation.rawValue),
      "account_keys": .array(
        keys.compactMap { key in
          guard let key = try? key.decoded() else { return nil }
          return [
            "name": .text(key.headers["name"]?.text), "since": .text(key.headers["since"]?.text),
            "until": .text(key.headers["until"]?.text),
            "public-key-sha3-384": .text(key.headers["public-key-sha3-384"]?.text),
          ]
        }),
      "snaps": ["16": .object(Dictionary(listed, uniquingKeysWith: { first, _ in first }))],
      "stores": [],
    ]
  }

  // MARK: - Changing

  private static func change(
    _ publisher: Publisher, _ snap: SnapRecord, _ fields: RequestFields
  ) throws -> SnapRecord {
    try publisher.state.write { writer in
      guard var snap = try writer.snap(id: snap.id) else { throw PublisherError.missing(snap: snap.name.rawValue) }
      try MetadataRules.apply(fields, to: &snap.metadata)
      if let isPrivate = try fields.bool("private") { snap.isPrivate = isPrivate }
      if let isUnlisted = try fields.bool("unlisted") { snap.isUnlisted = isUnlisted }
      for field in ["default-track", "default_track"] where fields.has(field) {
        let track = try fields.optionalText(field)
        if let track, track != "latest", try !writer.tracks(of: snap.id).contains(where: { $0.name == track }) {
          throw PublisherError.missing(track: track)
        }
        snap.defaultTrack = track == "latest" ? nil : track
      }
      try writer.update(snap)
      return snap
    }
  }
}
