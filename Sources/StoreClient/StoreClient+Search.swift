internal import ByteText
internal import JSONValues
internal import Linux
public import Snap
public import StoreProtocol

/// A snap in the catalogue of names.
public struct CatalogueItem: Hashable, Sendable {
  public var name: SnapName
  public var version: String
  public var summary: String
  public var title: String
  public var apps: [String]
  public var aliases: [String]
}

/// What is in the store. Source: `spec/assertions-and-store.md` §6.
extension StoreClient {
  /// Looks for snaps, best first.
  public func find(_ search: StoreSearch, _ context: Context = Context()) throws(StoreError) -> [StoreSnap] {
    let terms: String
    switch search.terms {
    case .words(let text), .prefix(let text), .commonID(let text): terms = text
    }
    let forbidden = Set("+=&|><!(){}[]^\"~*?:\\/".utf8)
    guard !terms.utf8.contains(where: forbidden.contains), terms.utf8.count <= 1024 else { throw .badQuery }
    guard !search.isPrivate || context.user != nil else { throw .loginNeeded }
    if search.isPrivate, case .prefix = search.terms { throw .badQuery }

    var query: [(String, String)] = [
      ("fields", StoreFields.find.names.joined(separator: ",")),
      ("architecture", configuration.architecture.description),
    ]
    switch search.terms {
    case .words(let text): if !text.isEmpty || search.category.isEmpty { query.append(("q", text)) }
    case .prefix(let text): query.append(("name", text))
    case .commonID(let text): query.append(("common-id", text))
    }
    if !search.category.isEmpty { query.append(("category", search.category)) }
    if search.isPrivate { query.append(("private", "true")) }
    if !search.isWide { query.append(("channel", "stable")) }
    query.append(("confinement", configuration.isClassic ? "strict,classic" : "strict"))

    var call = Call(
      doing: "search", address: configuration.api.appending(["v2", "snaps", "find"], query: query))
    call.answers = [400, 404]
    let response = try perform(call, context)
    if response.status == 404 { return try legacyFind(search, context) }
    if response.status == 400 { throw .badQuery }
    let answer: FindResponse = try decode(response, call.doing)
    if let error = answer.errorList.first {
      throw error.code == "bad-query" ? .badQuery : .refused(answer.errorList)
    }
    return answer.results.map(\.snap)
  }

  /// Categories, by name.
  public func categories(_ context: Context = Context()) throws(StoreError) -> [StoreCategory] {
    var call = Call(
      doing: "list categories", address: configuration.api.appending(fixed: "v2/snaps/categories"))
    call.limit = 1 << 20
    return try perform(call, context, as: CategoriesResponse.self).categories
  }

  /// Categories as stores of the first kind have them.
  public func sections(_ context: Context = Context()) throws(StoreError) -> [String] {
    var call = Call(
      doing: "retrieve sections", address: configuration.api.appending(fixed: "api/v1/snaps/sections"))
    (call.version, call.accept, call.limit) = (.first, StoreMediaType.hal, 1 << 20)
    let sections = try embedded("clickindex:sections", try perform(call, context), call)
    return sections.compactMap { $0["name"]?.string }
  }

  /// The whole catalogue: every name, with the commands that it brings; one after the other, for files that are
  /// written along.
  public func catalogue(
    _ context: Context = Context(), _ each: (CatalogueItem) throws -> Void
  ) throws {
    var call = Call(
      doing: "retrieve names",
      address: configuration.api.appending(
        ["api", "v1", "snaps", "names"],
        query: [("confinement", configuration.isClassic ? "strict,classic" : "strict")]))
    (call.version, call.accept, call.limit, call.timeout) = (.first, StoreMediaType.hal, 64 << 20, .seconds(120))
    let response = try perform(call, context)
    do {
      var reader = JSONReader(response.body)
      try Self.enter("_embedded", &reader)
      try Self.enter("clickindex:package", &reader)
      guard try reader.beginArray() else { return }
      while try reader.nextElement() {
        if let item = try CatalogueItem(from: &reader) { try each(item) }
      }
    } catch let error as JSONError {
      throw StoreError.other("cannot decode new commands catalog: \(error)")
    }
  }

  /// Writes the names of all snaps to a file, one a line, for completion and for `snap find` without a store.
  public func writeNames(to path: String, _ context: Context = Context()) throws(StoreError) {
    var names: [UInt8] = []
    do {
      try catalogue(context) { item in names += Array(item.name.rawValue.utf8) + [0x0A] }
      try Files.writeAtomically(names, to: path, mode: 0o644)
    } catch let error as StoreError { throw error } catch { throw .other("cannot write the names of snaps: \(error)") }
  }

  /// Goes to the value of a member of an object; to the end of the object when there is none, which fails.
  private static func enter(_ wanted: String, _ reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { throw JSONError("an object is expected, not null") }
    while let name = try reader.nextMember() {
      if name == wanted { return }
      try reader.skip()
    }
    throw JSONError("there is no \"\(wanted)\"")
  }

  /// The elements that an answer of the first version has in it.
  private func embedded(
    _ name: String, _ response: WebResponse, _ call: Call
  ) throws(StoreError) -> [JSONValue] {
    do { return try JSONValue(parsing: response.body)["_embedded"]?[name]?.array ?? [] } catch {
      throw .undecodable(doing: call.doing, error.description)
    }
  }

  // MARK: The first version

  /// The same for a store that has no `v2/snaps/find`.
  private func legacyFind(_ search: StoreSearch, _ context: Context) throws(StoreError) -> [StoreSnap] {
    var query: [(String, String)] = []
    switch search.terms {
    case .words(let text): query.append(("q", search.isPrivate ? "" : text))
    case .prefix(let text): query.append(("name", text))
    case .commonID(let text): query.append(("common_id", text))
    }
    if !search.category.isEmpty { query.append(("section", search.category)) }
    if search.isPrivate { query.append(("private", "true")) }
    query.append(("confinement", configuration.isClassic ? "strict,classic" : "strict"))
    if search.isWide { query.append(("scope", "wide")) }
    var call = Call(
      doing: "search", address: configuration.api.appending(["api", "v1", "snaps", "search"], query: query))
    (call.version, call.accept) = (.first, StoreMediaType.hal)
    return try embedded("clickindex:package", try perform(call, context), call).compactMap(StoreSnap.init(legacy:))
  }
}

extension CatalogueItem {
  /// Nil for one that has no name that could be a snap's.
  init?(from reader: inout JSONReader) throws(JSONError) {
    let value = try reader.value()
    guard let text = value["package_name"]?.string, let name = try? SnapName(text) else { return nil }
    self.name = name
    func line(_ key: String) -> String { StoreText.line(value[key]?.string ?? "") }
    (version, summary, title) = (line("version"), line("summary"), line("title"))
    apps = (value["apps"]?.array ?? []).compactMap(\.string).map(StoreText.line)
    aliases = (value["aliases"]?.array ?? []).compactMap { ($0["name"] ?? $0).string }.map(StoreText.line)
  }
}

extension StoreSnap {
  /// What the first version says of a snap; nil without a valid name.
  init?(legacy value: JSONValue) {
    guard let text = value["package_name"]?.string, let name = try? SnapName(text) else { return nil }
    self.init()
    self.name = name
    func line(_ key: String) -> String { StoreText.line(value[key]?.string ?? "") }
    (snapID, version, summary, title) = (line("snap_id"), line("version"), line("summary"), line("title"))
    (channel, license, website, contact) = (line("channel"), line("license"), line("website"), line("support_url"))
    (base, createdAt) = (line("base"), line("last_updated"))
    description = StoreText.paragraph(value["description"]?.string ?? "")
    if let number = value["revision"]?.integer, number > 0, let revision = try? Revision("\(number)") {
      self.revision = revision
    }
    if let kind = value["content"]?.string.flatMap(SnapType.init(yaml:)) { type = kind }
    if let word = value["confinement"]?.string.flatMap(Confinement.init(rawValue:)) { confinement = word }
    architectures = (value["architecture"]?.array ?? []).compactMap(\.string).map(StoreText.line)
    publisher = StoreAccount(
      id: line("developer_id"), username: line("origin"), displayName: line("publisher"),
      validation: line("developer_validation"))
    isPrivate = value["private"]?.bool ?? false
    download.size = max(0, value["binary_filesize"]?.integer ?? 0)
    commonIDs = (value["common_ids"]?.array ?? []).compactMap(\.string)
    prices = (value["prices"]?.object ?? [:]).compactMapValues { price in
      price.string.map(StoreText.line) ?? price.text
    }
    let icon = line("icon_url")
    if !icon.isEmpty { media = [StoreMedia(type: "icon", url: icon)] }
  }
}
