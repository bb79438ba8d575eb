internal import Assertions
internal import JSONValues
internal import SQLite
internal import Snap
internal import Time

extension SQLiteReader {
  private static let columns =
    "id, name, publisher_id, is_private, is_unlisted, default_track, title, summary, description, metadata, "
    + "declaration, created_at"

  private func snap(_ row: Statement) throws -> SnapRecord {
    guard case .map(let declaration)? = HeaderValue(json: try JSONValue(parsing: row.text(10))) else {
      throw DamagedRow("a snap's declaration")
    }
    return SnapRecord(
      id: row.text(0), name: try SnapName(row.text(1)), publisherID: row.text(2), isPrivate: row.bool(3),
      isUnlisted: row.bool(4), defaultTrack: row.optionalText(5),
      metadata: SnapMetadata(
        title: row.text(6), summary: row.text(7), description: row.text(8), json: try JSONValue(parsing: row.text(9))),
      declaration: declaration, createdAt: row.time(11))
  }

  func generation() throws -> Int64 {
    // Not the largest row that is there: rows are forgotten, their numbers are not used again.
    try connection.first("SELECT seq FROM sqlite_sequence WHERE name = 'change'") { Int64($0.integer(0)) } ?? 0
  }

  func snapsChanged(since generation: Int64) throws -> [String]? {
    let first = try connection.first("SELECT min(generation) FROM change") { $0.optionalInteger(0) } ?? nil
    let last = try self.generation()
    if generation >= last { return generation == last ? [] : nil }
    guard let first, Int64(first) <= generation + 1 else { return nil }
    return try connection.all(
      "SELECT DISTINCT snap_id FROM change WHERE generation > ?", .integer(Int(generation))
    ) { $0.text(0) }
  }

  func snap(id: String) throws -> SnapRecord? {
    try connection.first("SELECT \(Self.columns) FROM snap WHERE id = ?", .text(id), map: snap)
  }

  func outline(id: String) throws -> SnapOutline? {
    // The index has all columns, so the wide rows of the table are not touched; the planner would rather take the one
    // that is unique.
    var found: SnapOutline?
    _ = try connection.all(
      """
      SELECT name, publisher_id, is_private, is_unlisted, default_track, architecture, channel, revision, released_at,
      expires_at, share, is_paused, others
      FROM snap INDEXED BY snap_device LEFT JOIN channel ON channel.snap_id = snap.id
      WHERE id = ? ORDER BY architecture, channel
      """, .text(id)
    ) { row in
      if found == nil {
        found = SnapOutline(
          id: id, name: try SnapName(row.text(0)), publisherID: connection.shared(row.text(1)), isPrivate: row.bool(2),
          isUnlisted: row.bool(3), defaultTrack: row.optionalText(4), releases: [])
      }
      if row.isNull(5) { return }
      found?.releases.append(
        ReleaseRecord(
          snapID: id, architecture: Architecture(row.text(5)), channel: try connection.channel(row.text(6)),
          revision: try row.number(7), releasedAt: row.time(8), expiresAt: row.optionalTime(9),
          progress: try progress(row, 10)))
    }
    return found
  }

  func snap(name: String) throws -> SnapRecord? {
    try connection.first("SELECT \(Self.columns) FROM snap WHERE name = ?", .text(name), map: snap)
  }

  func snapID(name: String) throws -> String? {
    try connection.first("SELECT id FROM snap WHERE name = ?", .text(name)) { $0.text(0) }
  }

  func snaps(publisher accountID: String) throws -> [SnapRecord] {
    try connection.all(
      "SELECT \(Self.columns) FROM snap WHERE publisher_id = ? ORDER BY name", .text(accountID), map: snap)
  }

  func snaps(afterID: String, limit: Int) throws -> [SnapRecord] {
    try connection.all(
      "SELECT \(Self.columns) FROM snap WHERE id > ? ORDER BY id LIMIT ?", .text(afterID), .integer(limit), map: snap)
  }

  func snapIDs(after id: String, limit: Int) throws -> [String] {
    try connection.all("SELECT id FROM snap WHERE id > ? ORDER BY id LIMIT ?", .text(id), .integer(limit)) {
      $0.text(0)
    }
  }

  func snapIDs(developedBy accountID: String, limit: Int) throws -> [String] {
    try connection.all(
      """
      SELECT id FROM snap WHERE publisher_id = ?1 OR id IN (
        SELECT snap_id FROM collaborator WHERE account_id = ?1 AND is_accepted)
      ORDER BY name LIMIT ?2
      """, .text(accountID), .integer(limit)
    ) { $0.text(0) }
  }

  private func collaborator(_ row: Statement) -> CollaboratorRecord {
    CollaboratorRecord(
      snapID: row.text(0), accountID: row.text(1), isAccepted: row.bool(2), createdAt: row.time(3))
  }

  func collaborators(of snapID: String) throws -> [CollaboratorRecord] {
    try connection.all(
      "SELECT snap_id, account_id, is_accepted, created_at FROM collaborator WHERE snap_id = ? ORDER BY account_id",
      .text(snapID), map: collaborator)
  }

  func collaborations(of accountID: String) throws -> [CollaboratorRecord] {
    try connection.all(
      "SELECT snap_id, account_id, is_accepted, created_at FROM collaborator WHERE account_id = ? ORDER BY snap_id",
      .text(accountID), map: collaborator)
  }

  func mayDevelop(snapID: String, accountID: String) throws -> Bool {
    try connection.first(
      """
      SELECT 1 FROM snap WHERE id = ?1 AND publisher_id = ?2
      UNION ALL SELECT 1 FROM collaborator WHERE snap_id = ?1 AND account_id = ?2 AND is_accepted
      """, .text(snapID), .text(accountID)
    ) { _ in true } ?? false
  }

  func tracks(of snapID: String) throws -> [TrackRecord] {
    try connection.all(
      """
      SELECT snap_id, name, version_pattern, automatic_phasing, created_at FROM track WHERE snap_id = ? ORDER BY name
      """, .text(snapID)
    ) { row in
      TrackRecord(
        snapID: row.text(0), name: row.text(1), versionPattern: row.optionalText(2),
        automaticPhasing: row.optionalText(3).flatMap { Double($0) }, createdAt: row.time(4))
    }
  }

  private func reserved(_ row: Statement) -> ReservedName {
    ReservedName(name: row.text(0), accountID: row.optionalText(1), reason: row.text(2))
  }

  func reservedName(_ name: String) throws -> ReservedName? {
    try connection.first(
      "SELECT name, account_id, reason FROM reserved_name WHERE name = ?", .text(name), map: reserved)
  }

  func reservedNames() throws -> [ReservedName] {
    try connection.all("SELECT name, account_id, reason FROM reserved_name ORDER BY name", map: reserved)
  }

  func disputes() throws -> [NameDispute] {
    try connection.all("SELECT name, account_id, comment, created_at FROM dispute ORDER BY name, account_id") { row in
      NameDispute(name: row.text(0), accountID: row.text(1), comment: row.text(2), createdAt: row.time(3))
    }
  }
}

extension SQLiteWriter {
  private func checkName(_ snap: SnapRecord) throws {
    if let other = try snapID(name: snap.name.rawValue), other != snap.id {
      throw StateConflict.nameTaken(snap.name.rawValue)
    }
  }

  func insert(_ snap: SnapRecord) throws {
    try checkName(snap)
    try connection.run(
      """
      INSERT INTO snap (id, name, publisher_id, is_private, is_unlisted, default_track, title, summary, description,
      metadata, declaration, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(snap.id), .text(snap.name.rawValue), .text(snap.publisherID), .bool(snap.isPrivate),
      .bool(snap.isUnlisted), .optional(snap.defaultTrack), .text(snap.metadata.title), .text(snap.metadata.summary),
      .text(snap.metadata.description), .text(snap.metadata.json.text),
      .text(HeaderValue.map(snap.declaration).json.text),
      .time(snap.createdAt))
  }

  func update(_ snap: SnapRecord) throws {
    try checkName(snap)
    let changed = try connection.change(
      """
      UPDATE snap SET name = ?, publisher_id = ?, is_private = ?, is_unlisted = ?, default_track = ?, title = ?,
      summary = ?, description = ?, metadata = ?, declaration = ? WHERE id = ?
      """, .text(snap.name.rawValue), .text(snap.publisherID), .bool(snap.isPrivate), .bool(snap.isUnlisted),
      .optional(snap.defaultTrack), .text(snap.metadata.title), .text(snap.metadata.summary),
      .text(snap.metadata.description), .text(snap.metadata.json.text),
      .text(HeaderValue.map(snap.declaration).json.text),
      .text(snap.id))
    if changed == 0 { throw StateConflict.gone("snap \(snap.name)") }
  }

  func removeUnused(_ snap: SnapRecord) throws {
    try connection.run(
      """
      INSERT INTO search (search, rowid, name, title, summary, description)
      SELECT 'delete', number, ?, ?, ?, ? FROM search_row WHERE snap_id = ?
      """, .text(snap.name.rawValue), .text(snap.metadata.title), .text(snap.metadata.summary),
      .text(snap.metadata.description), .text(snap.id))
    // A revision, and so a channel or a history, refuses it: their rows refer to the snap.
    for table in [
      "search_row", "search_tag", "catalogue", "delta_refused", "delta_claim", "collaborator", "track", "hold",
      "held_release", "metric",
    ] {
      try connection.run("DELETE FROM \(table) WHERE snap_id = ?", .text(snap.id))
    }
    try connection.run("DELETE FROM dispute WHERE name = ?", .text(snap.name.rawValue))
    try connection.run("DELETE FROM snap WHERE id = ?", .text(snap.id))
  }

  func set(_ collaborator: CollaboratorRecord) throws {
    try connection.run(
      """
      INSERT INTO collaborator (snap_id, account_id, is_accepted, created_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET is_accepted = excluded.is_accepted
      """, .text(collaborator.snapID), .text(collaborator.accountID), .bool(collaborator.isAccepted),
      .time(collaborator.createdAt))
  }

  func removeCollaborator(snapID: String, accountID: String) throws {
    try connection.run(
      "DELETE FROM collaborator WHERE snap_id = ? AND account_id = ?", .text(snapID), .text(accountID))
  }

  func set(_ track: TrackRecord) throws {
    try connection.run(
      """
      INSERT INTO track (snap_id, name, version_pattern, automatic_phasing, created_at)
      VALUES (?, ?, ?, CAST(? AS REAL), ?)
      ON CONFLICT DO UPDATE SET version_pattern = excluded.version_pattern,
      automatic_phasing = excluded.automatic_phasing
      """, .text(track.snapID), .text(track.name), .optional(track.versionPattern),
      .optional(track.automaticPhasing.map { "\($0)" }), .time(track.createdAt))
  }

  func reserve(_ name: ReservedName) throws {
    try connection.run(
      """
      INSERT INTO reserved_name (name, account_id, reason) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET account_id = excluded.account_id, reason = excluded.reason
      """, .text(name.name), .optional(name.accountID), .text(name.reason))
  }

  func unreserve(_ name: String) throws { try connection.run("DELETE FROM reserved_name WHERE name = ?", .text(name)) }

  func insert(_ dispute: NameDispute) throws {
    try connection.run(
      """
      INSERT INTO dispute (name, account_id, comment, created_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET comment = excluded.comment
      """, .text(dispute.name), .text(dispute.accountID), .text(dispute.comment), .time(dispute.createdAt))
  }

  func removeDispute(name: String, accountID: String) throws {
    try connection.run("DELETE FROM dispute WHERE name = ? AND account_id = ?", .text(name), .text(accountID))
  }
}
