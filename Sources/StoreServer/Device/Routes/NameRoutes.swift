internal import HTTP
internal import JSONValues
internal import StoreProtocol
internal import StoreState

extension DeviceSide {
  /// Names read from the state at once; the list is sent while it is read.
  private static let page = 500

  /// The names of all snaps with their commands. Source: `spec/assertions-and-store.md` §6, `names`.
  var nameEndpoints: [Endpoint] {
    [
      endpoint("GET", "/api/v1/snaps/names") { request in
        let confinements = Set(DeviceNames.list(request.query["confinement"]).map(String.init))
        let state = store.state
        return Response(
          headers: ["Content-Type": StoreMediaType.hal, StoreHeader.storeVersion: Response.storeVersion],
          body: .stream(length: nil) { writer in
            try await writer.write(Array("{\"_embedded\":{\"clickindex:package\":[".utf8))
            var (last, isFirst) = ("", true)
            while true {
              let entries = try state.read { try $0.catalogue(afterName: last, limit: Self.page) }
              guard let end = entries.last else { break }
              last = end.name
              var bytes: [UInt8] = []
              for entry in entries where confinements.isEmpty || confinements.contains(entry.confinement) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                bytes += entry.json.bytes
              }
              if !bytes.isEmpty { try await writer.write(bytes) }
            }
            try await writer.write(Array("]}}".utf8))
          })
      }
    ]
  }
}

extension CatalogueEntry {
  fileprivate var json: JSONValue {
    [
      "package_name": .string(name), "version": .string(version), "title": .string(title),
      "summary": .string(summary), "apps": .array(apps.map { .string($0) }),
      "aliases": .array(aliases.map { ["name": .string($0)] }),
    ]
  }
}
