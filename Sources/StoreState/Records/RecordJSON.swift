internal import JSONValues
internal import Snap
internal import StoreProtocol

// Parts of records that no table has columns for are kept as JSON.

extension SnapMetadata {
  /// What is not in columns: all but title, summary and description.
  var json: JSONValue {
    .object([
      "license": .string(license), "contact": .string(contact), "website": .string(website),
      "links": .object(links.mapValues { .array($0.map { .string($0) }) }),
      "media": .array(
        media.map { item in
          .object([
            "type": .string(item.type), "url": .string(item.url), "width": item.width.map { .integer($0) } ?? .null,
            "height": item.height.map { .integer($0) } ?? .null,
          ])
        }), "categories": .array(categories.map { .string($0) }), "videos": .array(videoURLs.map { .string($0) }),
    ])
  }

  init(title: String, summary: String, description: String, json: JSONValue) {
    func texts(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
    self.init(
      title: title, summary: summary, description: description, license: json["license"]?.string ?? "",
      contact: json["contact"]?.string ?? "", website: json["website"]?.string ?? "",
      links: json["links"]?.object?.mapValues { texts($0) } ?? [:],
      media: (json["media"]?.array ?? []).map {
        StoreMedia(
          type: $0["type"]?.string ?? "", url: $0["url"]?.string ?? "", width: $0["width"]?.integer,
          height: $0["height"]?.integer)
      }, categories: texts(json["categories"]), videoURLs: texts(json["videos"]))
  }
}

extension Epoch {
  /// `{"read":[…],"write":[…]}`.
  var json: JSONValue {
    func list(_ numbers: [UInt32]) -> JSONValue { .array(numbers.map { .integer(Int64($0)) }) }
    return .object(["read": list(read), "write": list(write)])
  }

  init(json: JSONValue) throws(InvalidText) {
    func list(_ value: JSONValue?) -> [UInt32] {
      (value?.array ?? []).compactMap { $0.integer.flatMap { UInt32(exactly: $0) } }
    }
    try self.init(read: list(json["read"]), write: list(json["write"]))
  }
}
