internal import ByteText
internal import RefreshManager
internal import Snap
internal import StoreClient
internal import StoreDirectory

/// The catalogues of all stores that are set up, as one. Of snaps with the same name that of the first store counts.
struct CatalogueOfStores: StoreCatalogue {
  let clients: StoreClients

  func fetch(_ each: (CatalogueEntry) throws -> Void) throws {
    var seen: Set<SnapName> = []
    for entry in clients.directory.entries {
      try clients.client(of: entry).catalogue { item in
        guard seen.insert(item.name).inserted else { return }
        try each(
          CatalogueEntry(
            name: item.name.rawValue, version: item.version, summary: item.summary,
            commands: Set(item.apps.compactMap { Self.command($0, of: item.name) } + item.aliases).sorted()))
      }
    }
  }

  func sections() throws -> [String] {
    try clients.directory.entries.flatMap { try clients.client(of: $0).sections() }
  }

  /// What an app is called by on the command line: the snap's name alone for the app of that name.
  private static func command(_ app: String, of snap: SnapName) -> String? {
    guard (try? AppName(app)) != nil else { return nil }
    return app.hasSameBytes(as: snap.rawValue) ? app : "\(snap).\(app)"
  }
}
