internal import Assertions
internal import Snap
internal import StoreState

/// Reads out of a snap's released revision what it is found by: commands, AppStream's ids.
struct SnapIndexer: Sendable {
  let state: any StoreState

  /// What the index shall say of a snap; nothing when no revision is released.
  struct Row: Sendable {
    var snapID: String
    var entry: CatalogueEntry?
    var commonIDs: [String] = []
  }

  /// Brings the index of snaps up to date, in one go.
  func index(_ ids: some Sequence<String>, now: Int64) throws {
    let rows = try ids.map { try row(of: $0, now: now) }
    try state.write { writer in
      for row in rows where try writer.outline(id: row.snapID) != nil {
        try writer.index(row.snapID, row.entry, commonIDs: row.commonIDs)
      }
    }
  }

  private func row(of id: String, now: Int64) throws -> Row {
    let read = try state.read { reader -> (DeviceSnap, SnapRecord, RevisionRecord)? in
      guard let snap = try reader.outline(id: id).map(DeviceSnap.init), let record = try reader.snap(id: id) else {
        return nil
      }
      guard let number = Self.representative(snap.map, now: now), let revision = try reader.revision(number, of: id)
      else { return nil }
      return (snap, record, revision)
    }
    guard let (snap, record, revision) = read else { return Row(snapID: id) }
    let info = try? SnapInfo(yaml: Array(revision.snapYAML.utf8))
    let apps = (info?.apps ?? []).filter { $0.daemon == nil }
    let entry = CatalogueEntry(
      name: snap.name.rawValue, version: revision.version, title: record.metadata.title,
      summary: record.metadata.summary, confinement: revision.confinement.rawValue, apps: apps.map { "\($0.name)" },
      aliases: Self.automaticAliases(record.declaration))
    return Row(snapID: id, entry: entry, commonIDs: (info?.apps ?? []).compactMap(\.commonID))
  }

  /// The revision that speaks for the snap: in the default track or `latest`, in the least risk; else any.
  private static func representative(_ map: ChannelMap, now: Int64) -> UInt32? {
    let open = map.open(at: now).filter { $0.channel.branch == nil }
    let track = map.defaultTrack?.track ?? "latest"
    let mine = open.filter { $0.channel.track == track }
    return (mine.isEmpty ? open : mine).min { $0.channel.risk.order < $1.channel.risk.order }.map {
      $0.progress?.others ?? $0.revision
    }
  }

  /// Names in `auto-aliases` and in `aliases` of a snap's declaration.
  private static func automaticAliases(_ declaration: Assertions.Headers) -> [String] {
    (declaration["auto-aliases"]?.list ?? []).compactMap(\.text)
      + (declaration["aliases"]?.list ?? []).compactMap { $0.map?["name"]?.text }
  }
}
