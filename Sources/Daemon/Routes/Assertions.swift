internal import API
internal import AssertionManager
internal import Assertions
internal import ByteText
internal import HTTP
internal import JSONValues
internal import Overlord

/// `/v2/assertions` and `/v2/assertions/{type}`. Source: `spec/features.md` §3.
extension DaemonService {
  /// `GET /v2/assertions`: the names of the types.
  func listAssertionTypes(_ request: Request) async throws -> Answer {
    try .sync(["types": AssertionType.allCases.map(\.rawValue).sorted()])
  }

  /// `POST /v2/assertions`: adds a stream of assertions, all of it or none.
  func addAssertions(_ request: Request) async throws -> Answer {
    let assertions: [Assertion]
    do { assertions = try AssertionStreamReader.decode(request.body) } catch {
      throw APIFailure.badRequest("cannot decode request body into assertions: \(error)")
    }
    do {
      overlord.declarationsChanged(try overlord.assertions.add(assertions))
    } catch { throw APIFailure.badRequest("assert failed: \(error)") }
    return .sync(Array("null".utf8))
  }

  /// `GET /v2/assertions/{type}?header=value…&json=…&remote=…`: those that have the headers.
  func listAssertions(_ request: Request) async throws -> Answer {
    let name = request.capture("type")
    guard let type = try? AssertionType(named: name) else {
      throw APIFailure.badRequest("invalid assert type: \(QuotedText.quote(name))")
    }
    let query = try AssertionQuery(request.query)
    let found: [Assertion]
    do {
      found =
        query.isRemote
        ? [try remoteAssertion(type, query.headers)]
        : try overlord.assertions.database.findMany(type, query.headers)
    } catch is AssertionNotFound {
      found = []
    } catch  where !query.isRemote {
      throw APIFailure(500, "searching assertions failed: \(error)")
    }
    if let form = query.json { return try .sync(found.map { AssertionJSON($0, form) }) }
    return .assertions(found)
  }
}

extension Answer {
  /// Assertions as they are.
  fileprivate static func assertions(_ assertions: [Assertion]) -> Answer {
    .content(
      assertions.encodedStream,
      headers: [
        "Content-Type": Assertion.mediaType + "; bundle=y", "X-Ubuntu-Assertions-Count": String(assertions.count),
      ])
  }

  /// One assertion, as it is or as JSON: `?json=…`.
  static func assertion(_ assertion: Assertion, _ query: Query) throws -> Answer {
    guard let form = try AssertionForm(query["json"] ?? "false") else { return .assertions([assertion]) }
    return try .sync(AssertionJSON(assertion, form))
  }
}

extension DaemonService {
  /// An assertion of a store's, which is not checked and not kept.
  private func remoteAssertion(_ type: AssertionType, _ headers: [String: String]) throws -> Assertion {
    if let missing = type.primaryKey.first(where: { headers[$0] == nil && type.optionalKeys[$0] == nil }) {
      throw APIFailure.badRequest("cannot query remote assertion: must provide primary key: \(missing)")
    }
    guard let reference = AssertionReference(type, headers) else { throw AssertionNotFound(type, headers) }
    return try stores.assertion(reference)
  }
}

/// What is asked for beside the type: everything that is no option is a header.
private struct AssertionQuery {
  var headers: [String: String] = [:]
  var json: AssertionForm?
  /// Whether stores are asked.
  var isRemote = false

  init(_ query: Query) throws {
    for pair in query.pairs {
      switch pair.name {
      case "remote":
        guard pair.value == "true" || pair.value == "false" else {
          throw APIFailure.badRequest(
            #""remote" query parameter when used must be set to "true" or "false" or left unset"#)
        }
        isRemote = pair.value == "true"
      case "json": json = try AssertionForm(pair.value)
      default: headers[pair.name] = headers[pair.name] ?? pair.value
      }
    }
  }
}

/// How assertions are shown as JSON.
private enum AssertionForm {
  case headers, all

  /// - Returns: nil for not at all.
  init?(_ text: String) throws(APIFailure) {
    switch text {
    case "true": self = .all
    case "headers": self = .headers
    case "false": return nil
    default:
      throw APIFailure.badRequest(#""json" query parameter when used must be set to "true" or "headers""#)
    }
  }
}

extension AssertionJSON {
  /// - Parameter meta: headers that are left out.
  init(_ assertion: Assertion, without meta: Set<String>) {
    self.init(
      headers: JSONValue(assertion.headers.filter { !meta.contains($0.key) }),
      body: String(decoding: assertion.body, as: UTF8.self))
  }

  fileprivate init(_ assertion: Assertion, _ form: AssertionForm) {
    self.init(
      headers: JSONValue(assertion.headers),
      body: form == .all ? String(decoding: assertion.body, as: UTF8.self) : "")
  }
}

extension JSONValue {
  fileprivate init(_ headers: Assertions.Headers) { self = .object(headers.mapValues { JSONValue($0) }) }

  private init(_ value: HeaderValue) {
    switch value {
    case .text(let text): self = .string(text)
    case .list(let list): self = .array(list.map { JSONValue($0) })
    case .map(let map): self = .object(map.mapValues { JSONValue($0) })
    }
  }
}
