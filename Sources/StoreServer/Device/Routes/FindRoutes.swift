internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreProtocol
internal import StoreState

extension DeviceSide {
  var findEndpoints: [Endpoint] {
    [
      endpoint("GET", "/v2/snaps/find") { request in
        let found = try find(request)
        var builder = JSONBuilder()
        FindResponse(results: found.map { FindResult($0) }).write(try request.storeFields(default: .find), to: &builder)
        return .json(builder.bytes)
      },
      endpoint("GET", "/v2/snaps/categories") { _ in
        let names = try store.state.read { try $0.categories() }
        return .json(CategoriesResponse(categories: names.map { StoreCategory(name: $0) }).json)
      },
      endpoint("GET", "/api/v1/snaps/search") { request in
        let packages = try find(request).map(\.legacyPackage)
        return .hal("clickindex:package", packages)
      },
      endpoint("GET", "/api/v1/snaps/sections") { _ in
        let names = try store.state.read { try $0.categories() }
        return .hal("clickindex:sections", names.map { ["name": .string($0)] })
      },
    ]
  }

  private func find(_ request: Request) throws -> [StoreSnap] {
    let device = try context(request)
    try catalogue.validate()
    let question = try search.question({ request.query[$0] }, device)
    return try search.find(question, for: device)
  }
}

extension Response {
  /// A list in the form of the first version. Source: `spec/assertions-and-store.md` §6, HAL.
  static func hal(_ name: String, _ elements: [JSONValue]) -> Response {
    .json(JSONValue.object(["_embedded": .object([name: .array(elements)])]).bytes, type: StoreMediaType.hal)
  }
}

extension StoreSnap {
  /// As answers of the first version describe a snap.
  fileprivate var legacyPackage: JSONValue {
    [
      "package_name": .string(name?.rawValue ?? ""), "snap_id": .string(snapID),
      "revision": .integer(revision?.storeNumber ?? 0), "version": .string(version), "channel": .string(channel),
      "title": .string(title), "summary": .string(summary), "description": .string(description),
      "content": .string(type == .app ? "application" : type.rawValue), "base": .string(base),
      "confinement": .string(confinement.rawValue), "architecture": .array(architectures.map { .string($0) }),
      "license": .string(license), "contact": .string(contact), "support_url": .string(website),
      "publisher": .string(publisher.displayName), "developer_id": .string(publisher.id),
      "developer_name": .string(publisher.displayName), "origin": .string(publisher.username),
      "developer_validation": .string(publisher.validation), "private": .bool(isPrivate),
      "download_url": .string(download.url), "anon_download_url": .string(download.url),
      "download_sha3_384": .string(download.sha3_384), "binary_filesize": .integer(download.size),
      "last_updated": .string(createdAt),
    ]
  }
}
