internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreState
internal import Time

/// Whose a name is: given to another, given back, claimed by somebody else.
enum PublisherOwnerRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints = [
      publisher.endpoint("POST", "/v1/admin/snap/{name}/transfer") { publisher, caller, request in
        try caller.requireAdmin()
        return Publisher.answer(try transfer(publisher, caller, request))
      },
      publisher.endpoint("DELETE", "/v1/snap/{name}") { publisher, caller, request in
        // As `craft-store` has it (its `unregister_name`).
        Publisher.answer(["package-id": .string(try unregister(publisher, caller, request))])
      },
      publisher.endpoint("GET", "/v1/admin/disputes") { publisher, caller, _ in
        try caller.requireAdmin()
        return Publisher.answer(["disputes": .array(try disputes(publisher))])
      },
      publisher.endpoint("POST", "/v1/admin/disputes/reject") { publisher, caller, request in
        try caller.requireAdmin()
        return Publisher.answer(try reject(publisher, RequestFields(request.body)))
      },
    ]
    for path in ["/dev/api/register-name-dispute", "/dev/api/register-name-dispute/"] {
      endpoints.append(
        publisher.endpoint("POST", path) { publisher, caller, request in
          Publisher.answer(try claim(publisher, caller, RequestFields(request.body)), status: 201)
        })
    }
    return endpoints
  }

  // MARK: - To another

  /// Gives a snap to another account. Devices see nothing that is released from then on until the hold ends: whoever
  /// was made to give the snap away, or whose administrator was, has that time to notice. Doing it again goes on where
  /// an interrupted one was.
  private static func transfer(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> JSONValue {
    let snap = try publisher.snap(named: request.capture("name"), for: caller, .storeManage)
    let wanted = try RequestFields(request.body).text("account")
    let given = try publisher.state.write { writer in
      guard var given = try writer.snap(id: snap.id) else { throw PublisherError.missing(snap: snap.name.rawValue) }
      let account = try Publisher.account(wanted, writer)
      guard !account.isDisabled else {
        throw PublisherError.conflict("account-disabled", "the account \(quoted(wanted)) is disabled")
      }
      // Before anything of the new owner's can be released.
      if given.publisherID != account.id {
        try publisher.context.holds.begin(forNewOwnerOf: given.id, in: writer, now: publisher.now())
        given.publisherID = account.id
        try writer.update(given)
        // Who was let in by the old owner was not by the new one.
        for one in try writer.collaborators(of: given.id) {
          try writer.removeCollaborator(snapID: given.id, accountID: one.accountID)
        }
      }
      try writer.removeDispute(name: given.name.rawValue, accountID: account.id)
      return given
    }
    try publisher.signing.sign(given)
    let holds = try publisher.state.read { try $0.holds(of: given.id) }
    return [
      "snap-id": .string(given.id), "publisher-id": .string(given.publisherID),
      "held-until": .text(holds.map(\.until).max()?.wholeSeconds),
    ]
  }

  // MARK: - Back

  /// Gives a name back of which there was never a revision: no device can have it.
  private static func unregister(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> String {
    let snap = try publisher.snap(named: request.capture("name"), for: caller, .accountRegisterPackage)
    guard snap.publisherID == caller.account.id || caller.isAdmin else {
      throw PublisherError.forbidden("only the publisher of \(quoted(snap.name)) gives its name back")
    }
    try publisher.state.write { writer in
      guard let snap = try writer.snap(id: snap.id) else { throw PublisherError.missing(snap: snap.name.rawValue) }
      guard try writer.revisions(of: snap.id, before: nil, limit: 1).isEmpty else {
        throw PublisherError.conflict(
          "has-revisions", "the name \(quoted(snap.name)) cannot be given back: it has revisions")
      }
      try writer.removeUnused(snap)
    }
    // Where this is not reached, a declaration is left of a snap that nobody can have.
    try publisher.signing.signRevoked(snap)
    return snap.id
  }

  // MARK: - Claims

  /// Somebody says that a name which is taken is theirs by right.
  private static func claim(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ fields: RequestFields
  ) throws -> JSONValue {
    try caller.require(.accountRegisterPackage)
    let name = try fields.text("snap_name")
    let comment = try fields.text("comment")
    guard comment.unicodeScalars.count <= 2048 else { throw PublisherError.invalid("\"comment\" is too long") }
    guard caller.grant.allows(package: name) else {
      throw PublisherError.forbidden("this log-in is not for the name \(quoted(name))")
    }
    try publisher.state.write { writer in
      guard let snap = try writer.snap(name: name) else {
        throw PublisherError(404, "name-not-registered", "the name \(quoted(name)) is free: register it")
      }
      guard snap.publisherID != caller.account.id else {
        throw PublisherError.conflict("already_owned", "the name \(quoted(name)) is yours already")
      }
      guard try writer.disputes().filter({ $0.accountID == caller.account.id }).count < 100 else {
        throw PublisherError.conflict("too-many", "more than 100 of your claims wait for an administrator")
      }
      try writer.insert(
        NameDispute(name: name, accountID: caller.account.id, comment: comment, createdAt: publisher.now()))
    }
    return ["snap_name": .string(name)]
  }

  private static func disputes(_ publisher: Publisher) throws -> [JSONValue] {
    try publisher.state.read { reader in
      try reader.disputes().map { dispute in
        let owner = try reader.snap(name: dispute.name).flatMap { try reader.account(id: $0.publisherID) }
        return [
          "name": .string(dispute.name), "publisher": .text(owner?.username),
          "claimed-by": .text(try reader.account(id: dispute.accountID)?.username),
          "comment": .string(dispute.comment), "created-at": .string(dispute.createdAt.wholeSeconds),
        ]
      }
    }
  }

  private static func reject(_ publisher: Publisher, _ fields: RequestFields) throws -> JSONValue {
    let (name, text) = (try fields.text("name"), try fields.text("account"))
    try publisher.state.write { writer in
      let account = try Publisher.account(text, writer)
      guard try writer.disputes().contains(where: { $0.name == name && $0.accountID == account.id }) else {
        throw PublisherError(404, "dispute-not-found", "\(quoted(text)) does not claim the name \(quoted(name))")
      }
      try writer.removeDispute(name: name, accountID: account.id)
    }
    return ["success": true]
  }
}
