internal import Assertions
internal import ByteText
internal import HTTP
internal import Interfaces
internal import JSONValues
internal import Snap
internal import StoreState
internal import Time

/// What administrators decide: revisions that wait for a person, declarations, names, owners.
enum PublisherReviewRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    [
      publisher.endpoint("GET", "/v1/admin/reviews") { publisher, caller, _ in
        try caller.requireAdmin()
        return Publisher.answer(["reviews": .array(try waiting(publisher))])
      },
      publisher.endpoint("POST", "/v1/admin/snap/{name}/revisions/{revision}/review") { publisher, caller, request in
        try caller.requireAdmin()
        return Publisher.answer(try decide(publisher, caller, request))
      },
      publisher.endpoint("GET", "/v1/admin/snap/{name}/declaration") { publisher, caller, request in
        try caller.requireAdmin()
        let snap = try publisher.snap(named: request.capture("name"), for: caller, .storeManage)
        return Publisher.answer(.object(snap.declaration.mapValues(\.json)))
      },
      publisher.endpoint("PUT", "/v1/admin/snap/{name}/declaration") { publisher, caller, request in
        try caller.requireAdmin()
        return Publisher.answer(try declare(publisher, caller, request))
      },
    ]
  }

  private static func waiting(_ publisher: Publisher) throws -> [JSONValue] {
    try publisher.state.read { reader in
      try reader.revisionsInReview().filter { !$0.notes.contains(UploadDesk.unfinished) }.map { revision in
        let snap = try reader.snap(id: revision.snapID)
        return [
          "name": .text(snap?.name.rawValue), "revision": .integer(Int64(revision.number)),
          "version": .string(revision.version), "publisher": .text(snap?.publisherID),
          "uploaded-by": .string(revision.uploadedBy), "created-at": .string(revision.createdAt.wholeSeconds),
          "findings": .array(revision.notes.map { .string($0) }),
        ]
      }
    }
  }

  /// `action` approve or reject; `remember` grants what was found to all revisions that follow.
  private static func decide(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> JSONValue {
    let snap = try publisher.snap(named: request.capture("name"), for: caller, .storeManage)
    let fields = try RequestFields(request.body)
    guard let number = UInt32(request.capture("revision")),
      let revision = try publisher.state.read({ try $0.revision(number, of: snap.id) })
    else { throw PublisherError(404, "revision-not-found", "there is no such revision") }
    guard revision.status == .review, !revision.notes.contains(UploadDesk.unfinished) else {
      throw PublisherError.conflict(
        "not-in-review", "revision \(number) of \(quoted(snap.name)) does not wait for a review")
    }
    var decided = revision
    switch try fields.text("action") {
    case "approve":
      try publisher.signing.sign(revision, of: snap)
      decided.status = .ready
    case "reject":
      decided.status = .rejected
      decided.notes.append("rejected: \(try fields.optionalText("reason") ?? "by an administrator")")
    default: throw PublisherError.invalid("\"action\" is approve or reject")
    }
    let remembers = try fields.bool("remember") == true && decided.status == .ready
    try publisher.state.write { writer in
      guard try writer.revision(number, of: snap.id)?.status == .review else {
        throw PublisherError.conflict("not-in-review", "somebody else has decided meanwhile")
      }
      try writer.update(decided)
      guard remembers else { return }
      let name = GrantedFindings.setting(of: snap.id)
      let codes = revision.notes.compactMap { note in
        note.utf8.firstRange(of: ": ".utf8).map { String(note[..<$0.lowerBound]) }
      }
      try writer.setSetting(name, GrantedFindings.text(GrantedFindings.codes(try writer.setting(name)).union(codes)))
    }
    return PublisherReleaseRoutes.view(decided)
  }

  /// What may stand in a declaration beside what the store itself knows.
  private static let headers: Set<String> = [
    "plugs", "slots", "aliases", "auto-aliases", "refresh-control", "revision-authority",
  ]

  /// Replaces the headers that are named (null takes one out), and signs the declaration anew.
  private static func declare(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> JSONValue {
    let snap = try publisher.snap(named: request.capture("name"), for: caller, .storeManage)
    guard case .object(let wanted)? = try? JSONValue(parsing: request.body) else {
      throw PublisherError.invalid("an object of headers is required")
    }
    let changed = try publisher.state.write { writer in
      guard var snap = try writer.snap(id: snap.id) else { throw PublisherError.missing(snap: snap.name.rawValue) }
      for (name, value) in wanted {
        guard headers.contains(name) else {
          throw PublisherError.invalid("a declaration has no header \(quoted(name)) that can be set")
        }
        if value == .null {
          snap.declaration[name] = nil
        } else {
          guard let text = HeaderValue(header: value) else {
            throw PublisherError.invalid("\(quoted(name)) is of texts, lists and objects only")
          }
          snap.declaration[name] = text
        }
      }
      do throws(RuleError) { _ = try snap.declaredRules() } catch {
        throw PublisherError.invalid(error.description)
      }
      try writer.update(snap)
      return snap
    }
    do { try publisher.signing.sign(changed) } catch let error as AssertionError {
      // What cannot be signed is not kept: it would be in the way of everything that has to be signed later.
      try publisher.state.write { try $0.update(snap) }
      throw PublisherError.invalid(error.description)
    }
    return .object(changed.declaration.mapValues(\.json))
  }
}

extension HeaderValue {
  /// Truths and whole numbers become the texts that headers write for them.
  fileprivate init?(header value: JSONValue) {
    switch value {
    case .string(let text): self = .text(text)
    case .bool(let truth): self = .text(truth ? "true" : "false")
    case .integer(let number): self = .text(String(number))
    case .array(let elements):
      let list = elements.compactMap { Self(header: $0) }
      guard list.count == elements.count else { return nil }
      self = .list(list)
    case .object(let members):
      let map = members.compactMapValues { Self(header: $0) }
      guard map.count == members.count else { return nil }
      self = .map(map)
    default: return nil
    }
  }
}
