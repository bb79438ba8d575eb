internal import API
internal import HTTP
internal import Overlord
internal import Snap
internal import StoreProtocol

/// `/v2/find`, `/v2/sections` and `/v2/categories`. Source: `spec/features.md` §3.
extension DaemonService {
  /// `GET /v2/find?q=…&name=…&common-id=…&section=…&category=…&scope=wide&select=private|refresh`.
  func find(_ request: Request) async throws -> Answer {
    let query = request.query
    func parameter(_ name: String) -> String { query[name] ?? "" }
    let (words, name, commonID) = (parameter("q"), parameter("name"), parameter("common-id"))
    func refuse(_ isGiven: Bool, _ message: String) throws(APIFailure) {
      if isGiven { throw .badRequest(message) }
    }
    if !name.isEmpty {
      try refuse(!words.isEmpty, "cannot use 'q' and 'name' together")
      try refuse(!commonID.isEmpty, "cannot use 'common-id' and 'name' together")
    }
    try refuse(!commonID.isEmpty && !words.isEmpty, "cannot use 'common-id' and 'q' together")
    let selection = parameter("select")
    if selection == "refresh" {
      try refuse(!commonID.isEmpty, "cannot use 'common-id' with 'select=refresh'")
      try refuse(!name.isEmpty, "cannot use 'name' with 'select=refresh'")
      try refuse(!words.isEmpty, "cannot use 'q' with 'select=refresh'")
      return try await listUpdates(request)
    }
    let user = user(of: request)
    if !name.isEmpty, name.utf8.last != UInt8(ascii: "*") { return try findOne(name, user) }
    let section = parameter("category").isEmpty ? parameter("section") : parameter("category")
    let terms: StoreSearch.Terms =
      !name.isEmpty ? .prefix(String(name.dropLast())) : !commonID.isEmpty ? .commonID(commonID) : .words(words)
    let search = StoreSearch(
      terms, category: section, isPrivate: selection == "private", isWide: parameter("scope") == "wide")
    let found = try stores.find(search, user)
    return .found(try Answer.json(found.map { SnapJSON($0) }))
  }

  private func findOne(_ name: String, _ user: DaemonUser?) throws -> Answer {
    let snap = try SnapName(name)
    return .found(try Answer.json([SnapJSON(try stores.info(snap, user))]))
  }

  /// `GET /v2/sections`: names.
  func listSections(_ request: Request) async throws -> Answer { try .sync(try stores.sections()) }

  /// `GET /v2/categories`.
  func listCategories(_ request: Request) async throws -> Answer {
    try .sync(try stores.categories().map { ["name": $0] })
  }

  /// Who is logged in and asks.
  func user(of request: Request) -> DaemonUser? {
    overlord.users.user(authorization: request.headers["authorization"])
  }
}
