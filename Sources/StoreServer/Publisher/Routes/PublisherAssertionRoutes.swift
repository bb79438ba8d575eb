internal import Assertions
internal import HTTP
internal import JSONValues
internal import StoreState
internal import Time

/// What publishers sign themselves: their keys, validation sets, builds.
enum PublisherAssertionRoutes {
  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for path in ["/dev/api/account/account-key", "/dev/api/account/account-key/"] {
      endpoints.append(publisher.endpoint("POST", path) { try addKey($0, $1, $2) })
    }
    for path in ["/api/v2/validation-sets", "/api/v2/validation-sets/{name}"] {
      endpoints.append(
        publisher.endpoint("GET", path) { publisher, caller, request in
          try caller.require(.accountViewPackages)
          return Publisher.answer(try sets(publisher, caller, request))
        })
    }
    return endpoints + [
      publisher.endpoint("POST", "/api/v2/validation-sets/build-assertion") { publisher, caller, request in
        try caller.require(.accountManageKeys)
        return Publisher.answer(try template(publisher, caller, try RequestFields(request.body)))
      },
      publisher.endpoint("POST", "/api/v2/validation-sets", body: .collected(limit: 4 << 20)) {
        try addSet($0, $1, $2)
      },
      publisher.endpoint("POST", "/dev/api/snaps/{id}/builds") { try addBuild($0, $1, $2) },
    ]
  }

  private static func decode(_ bytes: [UInt8], _ type: AssertionType) throws(PublisherError) -> Assertion {
    let assertion: Assertion
    do throws(AssertionError) { assertion = try Assertion.decode(bytes) } catch {
      throw .invalid("cannot read assertion: \(error)")
    }
    guard assertion.type == type else {
      throw .invalid("an assertion of type \(type) is required, not \(assertion.type)")
    }
    return assertion
  }

  /// Who sends something that is not right hears why; what the server cannot do is its own failure.
  private static func judging<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as SigningError {
      throw PublisherError(400, "invalid-assertion", error.description)
    } catch let error as AssertionError {
      throw PublisherError(400, "invalid-assertion", error.description)
    } catch let error as AssertionCheckError {
      throw PublisherError(400, "invalid-assertion", error.description)
    } catch let error as AssertionRevisionError {
      throw PublisherError(409, "conflict", "\(error)")
    }
  }

  /// A key that an account will sign with: requested in an assertion that the key itself has signed.
  private static func addKey(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    try caller.require(.accountManageKeys)
    let text = try RequestFields(request.body).text("account_key_request")
    let wanted = try decode(Array(text.utf8), .accountKeyRequest)
    guard wanted.headers["account-id"]?.text == caller.account.id else {
      throw PublisherError.forbidden("the key is requested for another account")
    }
    let key = try judging {
      _ = try publisher.signing.check(wanted.encoded, of: [.accountKeyRequest])
      guard let value = wanted.value as? AccountKeyRequest else { throw SigningError("cannot read the request") }
      let kept =
        try publisher.state.read {
          try $0.assertion("account-key", key: [value.publicKey.id], maximumFormat: .max)
        }?.decoded().value as? AccountKey
      if let kept {
        // Whoever has a stolen key and password asks for just that.
        guard kept.until == nil else { throw SigningError("cannot sign the key: it was revoked; make another one") }
        guard kept.accountID == caller.account.id else { throw SigningError("cannot sign the key: another has it") }
      }
      let isNew = kept == nil
      // Before the key can sign anything: whoever is stopped in between has held too much, not too little.
      if isNew {
        try publisher.state.write {
          try publisher.context.holds.begin(forNewKeyOf: caller.account.id, in: $0, now: publisher.now())
        }
      }
      return try publisher.signing.signKey(value)
    }
    return Publisher.answer(["public_key": .text(key.headers["public-key-sha3-384"]?.text)])
  }

  // MARK: - Validation sets

  private static func sets(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> JSONValue {
    let all = try publisher.state.read {
      try $0.assertions("validation-set", header: ("account-id", caller.account.id), maximumFormat: 0)
    }.compactMap { try? $0.decoded() }
    let name = request.captures["name"]
    var chosen = all.filter { name == nil || $0.headers["name"]?.text == name }
    let sequence: (Assertion) -> Int = { Int($0.headers["sequence"]?.text ?? "") ?? 0 }
    switch request.query["sequence"] {
    case "all": break
    case let text?:
      guard let number = Int(text) else { throw PublisherError.invalid("\"sequence\" is a number, or all") }
      chosen = chosen.filter { sequence($0) == number }
    case nil:
      var latest: [String: Assertion] = [:]
      for one in chosen {
        let key = one.headers["name"]?.text ?? ""
        if latest[key].map({ sequence($0) < sequence(one) }) ?? true { latest[key] = one }
      }
      chosen = latest.sorted { $0.key < $1.key }.map(\.value)
    }
    return ["assertions": .array(chosen.map { ["headers": .object($0.headers.mapValues(\.json))] })]
  }

  /// The headers that a publisher is to sign for a set it describes: ids of snaps and the time are filled in.
  private static func template(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ fields: RequestFields
  ) throws -> JSONValue {
    var snaps: [JSONValue] = []
    for item in try fields.objects("snaps") ?? [] {
      let name = try item.text("name")
      let found = try publisher.state.read { reader -> SnapRecord? in
        guard let snap = try reader.snap(name: name) else { return nil }
        // A private snap is not there for those who do not work on it.
        let isSeen =
          try !snap.isPrivate || caller.isAdmin || reader.mayDevelop(snapID: snap.id, accountID: caller.account.id)
        return isSeen ? snap : nil
      }
      guard let snap = found else {
        throw PublisherError(404, "resource-not-found", "there is no snap \(quoted(name))")
      }
      var snapFields: [String: JSONValue] = ["name": .string(name), "id": .string(snap.id)]
      if let presence = try item.optionalText("presence") { snapFields["presence"] = .string(presence) }
      if let revision = try item.integer("revision") { snapFields["revision"] = .string(String(revision)) }
      snaps.append(.object(snapFields))
    }
    guard try fields.optionalText("account-id").map({ $0 == caller.account.id }) ?? true else {
      throw PublisherError.forbidden("a validation set is signed by its own account")
    }
    var headers: [String: JSONValue] = [
      "type": "validation-set", "authority-id": .string(caller.account.id), "series": "16",
      "account-id": .string(caller.account.id), "name": .string(try fields.text("name")),
      "sequence": .string(String(try fields.integer("sequence") ?? 1)), "snaps": .array(snaps),
      "timestamp": .string(publisher.now().wholeSeconds),
    ]
    if let revision = try fields.integer("revision"), revision > 0 { headers["revision"] = .string(String(revision)) }
    return .object(headers)
  }

  private static func addSet(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    try caller.require(.accountManageKeys)
    let set = try decode(request.body, .validationSet)
    guard set.headers["account-id"]?.text == caller.account.id else {
      throw PublisherError.forbidden("the validation set is of another account")
    }
    _ = try judging { try publisher.signing.accept(request.body, of: [.validationSet]) }
    return Publisher.answer(["assertions": [["headers": .object(set.headers.mapValues(\.json))]]])
  }

  // MARK: - Builds

  /// What a publisher says of how an image was made.
  private static func addBuild(
    _ publisher: Publisher, _ caller: Publisher.Caller, _ request: Request
  ) throws -> Response {
    let snap = try publisher.snap(id: request.capture("id"), for: caller, .packageManageRevisions)
    let build = try decode(Array(try RequestFields(request.body).text("assertion").utf8), .snapBuild)
    guard build.headers["snap-id"]?.text == snap.id, build.authorityID == caller.account.id else {
      throw PublisherError.forbidden("the snap-build is of another snap or account")
    }
    _ = try judging { try publisher.signing.accept(build.encoded, of: [.snapBuild]) }
    return Publisher.answer(["success": true], status: 201)
  }
}
