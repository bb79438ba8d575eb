internal import ByteText
internal import RefreshManager
internal import Snap
internal import StoreClient
internal import StoreDirectory

/// What the stores have, for those who ask without them (`snap advise-snap`).
struct CatalogueOfClients: StoreCatalogue {
  let clients: StoreClients

  func fetch(_ each: (CatalogueEntry) throws -> Void) throws {
    try ofEach { client in
      try client.catalogue { item in
        try each(
          CatalogueEntry(
            name: item.name.rawValue, version: item.version, summary: item.summary,
            commands: item.apps.map { $0.hasSameBytes(as: item.name.rawValue) ? $0 : "\(item.name).\($0)" }
              + item.aliases))
      }
    }
  }

  func sections() throws -> [String] {
    var names: [String] = []
    try ofEach { names += try $0.sections() }
    return names
  }

  /// Goes to every store; one that does not answer leaves out only its own.
  private func ofEach(_ body: (StoreClient) throws -> Void) throws {
    var trouble: (any Error)?
    var answered = false
    for entry in clients.directory.entries {
      do {
        try body(try clients.client(of: entry))
        answered = true
      } catch { trouble = trouble ?? error }
    }
    if let trouble, !answered { throw trouble }
  }
}
