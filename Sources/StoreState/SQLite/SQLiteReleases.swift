internal import SQLite
internal import Snap
internal import Time

extension SQLiteReader {
  func progress(_ row: Statement, _ column: Int) throws -> ReleaseProgress? {
    guard let share = row.optionalInteger(column) else { return nil }
    return ReleaseProgress(
      share: share, isPaused: row.bool(column + 1), others: try row.optionalNumber(column + 2))
  }

  /// A row of snap, architecture, channel, revision, time, expiry, share, pause, others.
  private func release(_ row: Statement, at column: Int = 0) throws -> ReleaseRecord {
    ReleaseRecord(
      snapID: row.text(column), architecture: Architecture(row.text(column + 1)),
      channel: try Channel(row.text(column + 2)), revision: try row.number(column + 3),
      releasedAt: row.time(column + 4), expiresAt: row.optionalTime(column + 5), progress: try progress(row, column + 6)
    )
  }

  func releases(of snapID: String) throws -> [ReleaseRecord] {
    try connection.all(
      """
      SELECT snap_id, architecture, channel, revision, released_at, expires_at, share, is_paused, others
      FROM channel WHERE snap_id = ? ORDER BY architecture, channel
      """, .text(snapID)
    ) { try release($0) }
  }

  func wasReleased(_ number: UInt32, of snapID: String) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM history WHERE snap_id = ? AND revision = ?", .text(snapID), .number(number)
    ) { _ in true } ?? false
  }

  func history(
    of snapID: String, architecture: Architecture?, channel: Channel?, until: Timestamp?, limit: Int
  ) throws -> [HistoryRecord] {
    try connection.all(
      """
      SELECT snap_id, architecture, channel, revision, expires_at, at, share, is_paused, others, account_id
      FROM history WHERE snap_id = ?1 AND (?2 IS NULL OR architecture = ?2) AND (?3 IS NULL OR channel = ?3)
      AND at <= ?4 ORDER BY id DESC LIMIT ?5
      """, .text(snapID), .optional(architecture?.description), .optional(channel?.fullName),
      .integer(until.map { Int($0.seconds) } ?? .max), .integer(limit)
    ) { row in
      HistoryRecord(
        snapID: row.text(0), architecture: Architecture(row.text(1)), channel: try Channel(row.text(2)),
        revision: try row.optionalNumber(3), progress: try progress(row, 6), expiresAt: row.optionalTime(4),
        at: row.time(5), by: row.text(9))
    }
  }

  func releases(of snapID: String, at time: Timestamp) throws -> [ReleaseRecord] {
    // SQLite takes the other columns from the row with the maximum.
    try connection.all(
      """
      SELECT snap_id, architecture, channel, revision, at, expires_at, share, is_paused, others, max(id)
      FROM history WHERE snap_id = ? AND at <= ? GROUP BY architecture, channel ORDER BY architecture, channel
      """, .text(snapID), .time(time)
    ) { row in row.isNull(3) ? nil : try release(row) }
    .compactMap { $0 }.filter { $0.expiresAt.map { time < $0 } ?? true }
  }

  func holds(of snapID: String?) throws -> [HoldRecord] {
    try connection.all(
      """
      SELECT id, snap_id, reason, created_at, until FROM hold
      WHERE ended_at IS NULL AND (?1 IS NULL OR snap_id = ?1) ORDER BY id
      """, .optional(snapID)
    ) { row in
      HoldRecord(
        id: row.integer(0), snapID: row.text(1), reason: try row.value(2), createdAt: row.time(3), until: row.time(4))
    }
  }

  func heldReleases(of snapID: String?) throws -> [HeldRelease] {
    try connection.all(
      """
      SELECT snap_id, architecture, channel, revision, released_at, expires_at, share, is_paused, others, id,
      account_id FROM held_release WHERE ?1 IS NULL OR snap_id = ?1 ORDER BY id
      """, .optional(snapID)
    ) { row in HeldRelease(id: row.integer(9), release: try release(row), by: row.text(10)) }
  }
}

extension SQLiteWriter {
  func set(_ release: ReleaseRecord, by accountID: String) throws {
    try connection.run(
      """
      INSERT INTO channel (snap_id, architecture, channel, revision, released_at, expires_at, share, is_paused, others)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET revision = excluded.revision, released_at = excluded.released_at,
      expires_at = excluded.expires_at, share = excluded.share, is_paused = excluded.is_paused,
      others = excluded.others
      """, .text(release.snapID), .text(release.architecture.description), .text(release.channel.fullName),
      .number(release.revision), .time(release.releasedAt), .time(release.expiresAt),
      .optional(release.progress?.share), .bool(release.progress?.isPaused ?? false),
      .number(release.progress?.others))
    try connection.run(
      """
      INSERT INTO history (snap_id, architecture, channel, revision, expires_at, share, is_paused, others, at,
      account_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(release.snapID), .text(release.architecture.description), .text(release.channel.fullName),
      .number(release.revision), .time(release.expiresAt), .optional(release.progress?.share),
      .bool(release.progress?.isPaused ?? false), .number(release.progress?.others), .time(release.releasedAt),
      .text(accountID))
  }

  func close(_ channel: Channel, of snapID: String, architecture: Architecture, at: Timestamp, by: String) throws {
    let closed = try connection.change(
      "DELETE FROM channel WHERE snap_id = ? AND architecture = ? AND channel = ?", .text(snapID),
      .text(architecture.description), .text(channel.fullName))
    guard closed > 0 else { return }
    try connection.run(
      """
      INSERT INTO history (snap_id, architecture, channel, is_paused, at, account_id) VALUES (?, ?, ?, 0, ?, ?)
      """, .text(snapID), .text(architecture.description), .text(channel.fullName), .time(at), .text(by))
  }

  func insertHold(snapID: String, reason: HoldRecord.Reason, at: Timestamp, until: Timestamp) throws {
    try connection.run(
      "INSERT INTO hold (snap_id, reason, created_at, until) VALUES (?, ?, ?, ?)", .text(snapID),
      .text(reason.rawValue), .time(at), .time(until))
  }

  func endHold(id: Int, at: Timestamp, by: String?) throws {
    let changed = try connection.change(
      "UPDATE hold SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL", .time(at), .optional(by),
      .integer(id))
    if changed == 0 { throw StateConflict.gone("hold \(id)") }
  }

  func insertHeld(_ release: ReleaseRecord, by: String) throws {
    try connection.run(
      """
      INSERT INTO held_release (snap_id, architecture, channel, revision, released_at, expires_at, share, is_paused,
      others, account_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(release.snapID), .text(release.architecture.description), .text(release.channel.fullName),
      .number(release.revision), .time(release.releasedAt), .time(release.expiresAt),
      .optional(release.progress?.share), .bool(release.progress?.isPaused ?? false),
      .number(release.progress?.others), .text(by))
  }

  func removeHeld(id: Int) throws { try connection.run("DELETE FROM held_release WHERE id = ?", .integer(id)) }
}
