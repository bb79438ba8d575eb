internal import ByteText
internal import JSONValues
internal import SQLite
internal import Snap

extension SQLiteReader {
  private static let columns =
    "snap_id, number, digest, size, version, type, base, confinement, grade, epoch, architectures, snap_yaml, "
    + "provenance, status, notes, uploaded_by, created_at"

  private func revision(_ row: Statement) throws -> RevisionRecord {
    RevisionRecord(
      snapID: row.text(0), number: try row.number(1), digest: try row.digest(2), size: Int64(row.integer(3)),
      version: row.text(4), type: try row.value(5), base: row.text(6), confinement: try row.value(7),
      grade: try row.value(8), epoch: try Epoch(json: JSONValue(parsing: row.text(9))),
      architectures: row.text(10).byteSplit(" ").map { Architecture(String($0)) }, snapYAML: row.text(11),
      provenance: row.text(12), status: try row.value(13), notes: try row.texts(14), uploadedBy: row.text(15),
      createdAt: row.time(16))
  }

  func revision(_ number: UInt32, of snapID: String) throws -> RevisionRecord? {
    try connection.first(
      "SELECT \(Self.columns) FROM revision WHERE snap_id = ? AND number = ?", .text(snapID), .number(number),
      map: revision)
  }

  func revision(_ digest: BlobDigest, of snapID: String) throws -> RevisionRecord? {
    try connection.first(
      "SELECT \(Self.columns) FROM revision WHERE digest = ? AND snap_id = ?", .digest(digest), .text(snapID),
      map: revision)
  }

  func revisions(of snapID: String, before: UInt32?, limit: Int) throws -> [RevisionRecord] {
    try connection.all(
      "SELECT \(Self.columns) FROM revision WHERE snap_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
      .text(snapID), .integer(before.map { Int($0) } ?? .max), .integer(limit), map: revision)
  }

  func revisionsInReview() throws -> [RevisionRecord] {
    try connection.all(
      "SELECT \(Self.columns) FROM revision WHERE status = 'review' ORDER BY snap_id, number", map: revision)
  }

  private func delta(_ row: Statement) throws -> DeltaRecord {
    DeltaRecord(
      snapID: row.text(0), source: try row.number(1), target: try row.number(2), format: row.text(3),
      digest: try row.digest(4), size: Int64(row.integer(5)))
  }

  func deltas(of snapID: String, from source: UInt32, to target: UInt32) throws -> [DeltaRecord] {
    try connection.all(
      """
      SELECT snap_id, source, target, format, digest, size FROM delta
      WHERE snap_id = ? AND source = ? AND target = ? ORDER BY format
      """, .text(snapID), .number(source), .number(target), map: delta)
  }

  func deltas(of snapID: String) throws -> [DeltaRecord] {
    try connection.all(
      """
      SELECT snap_id, source, target, format, digest, size FROM delta WHERE snap_id = ?
      ORDER BY source, target, format
      """, .text(snapID), map: delta)
  }

  func isDeltaRefused(snapID: String, source: UInt32, target: UInt32) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM delta_refused WHERE snap_id = ? AND source = ? AND target = ?", .text(snapID), .number(source),
      .number(target)
    ) { _ in true } ?? false
  }

  func abandonedDeltas(now: Int64, limit: Int) throws -> [DeltaClaim] {
    try connection.all(
      "SELECT snap_id, source, target, claimant, until FROM delta_claim WHERE until <= ? ORDER BY until LIMIT ?",
      .integer(Int(now)), .integer(limit)
    ) { row in
      DeltaClaim(
        snapID: row.text(0), source: try row.number(1), target: try row.number(2), claimant: row.text(3),
        until: Int64(row.integer(4)))
    }
  }

  func isUsed(_ digest: BlobDigest) throws -> Bool {
    try connection.first(
      """
      SELECT 1 WHERE EXISTS (SELECT 1 FROM revision WHERE digest = ?1)
      OR EXISTS (SELECT 1 FROM delta WHERE digest = ?1)
      OR EXISTS (SELECT 1 FROM upload WHERE digest = ?1 AND status IN ('received', 'processing'))
      """, .digest(digest)
    ) { _ in true } ?? false
  }

  func totals() throws -> StoreTotals {
    try connection.first(
      """
      SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM snap), count(*), coalesce(sum(size), 0),
      (SELECT count(*) FROM assertion) FROM revision
      """
    ) { row in
      StoreTotals(
        accounts: row.integer(0), snaps: row.integer(1), revisions: row.integer(2), bytes: Int64(row.integer(3)),
        assertions: row.integer(4))
    } ?? StoreTotals(accounts: 0, snaps: 0, revisions: 0, bytes: 0, assertions: 0)
  }

  func metrics(of snapID: String, name: String, from: String, to: String) throws -> [MetricRecord] {
    try connection.all(
      """
      SELECT snap_id, name, day, bucket, value FROM metric WHERE snap_id = ? AND name = ? AND day BETWEEN ? AND ?
      ORDER BY day, bucket
      """, .text(snapID), .text(name), .text(from), .text(to)
    ) { row in
      MetricRecord(
        snapID: row.text(0), name: row.text(1), day: row.text(2), bucket: row.text(3), value: Int64(row.integer(4)))
    }
  }
}

extension SQLiteWriter {
  func nextRevision(of snapID: String) throws -> UInt32 {
    let last = try connection.first("SELECT max(number) FROM revision WHERE snap_id = ?", .text(snapID)) { row in
      try row.optionalNumber(0)
    }
    return ((last ?? nil) ?? 0) + 1
  }

  func insert(_ revision: RevisionRecord) throws {
    try connection.run(
      """
      INSERT INTO revision (snap_id, number, digest, size, version, type, base, confinement, grade, epoch,
      architectures, snap_yaml, provenance, status, notes, uploaded_by, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(revision.snapID), .number(revision.number), .digest(revision.digest), .integer(Int(revision.size)),
      .text(revision.version), .text(revision.type.rawValue), .text(revision.base),
      .text(revision.confinement.rawValue), .text(revision.grade.rawValue), .text(revision.epoch.json.text),
      .text(revision.architectures.map(\.description).joined(separator: " ")), .text(revision.snapYAML),
      .text(revision.provenance), .text(revision.status.rawValue), .texts(revision.notes), .text(revision.uploadedBy),
      .time(revision.createdAt))
  }

  func update(_ revision: RevisionRecord) throws {
    let changed = try connection.change(
      "UPDATE revision SET status = ?, notes = ? WHERE snap_id = ? AND number = ?", .text(revision.status.rawValue),
      .texts(revision.notes), .text(revision.snapID), .number(revision.number))
    if changed == 0 { throw StateConflict.gone("revision \(revision.number)") }
  }

  func insert(_ delta: DeltaRecord) throws {
    try connection.run(
      """
      INSERT INTO delta (snap_id, source, target, format, digest, size) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET digest = excluded.digest, size = excluded.size
      """, .text(delta.snapID), .number(delta.source), .number(delta.target), .text(delta.format),
      .digest(delta.digest), .integer(Int(delta.size)))
  }

  func remove(_ delta: DeltaRecord) throws {
    try connection.run(
      "DELETE FROM delta WHERE snap_id = ? AND source = ? AND target = ? AND format = ?", .text(delta.snapID),
      .number(delta.source), .number(delta.target), .text(delta.format))
  }

  func claim(_ claim: DeltaClaim, now: Int64) throws -> Bool {
    try connection.change(
      """
      INSERT INTO delta_claim (snap_id, source, target, claimant, until) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET claimant = excluded.claimant, until = excluded.until WHERE until <= ?
      """, .text(claim.snapID), .number(claim.source), .number(claim.target), .text(claim.claimant),
      .integer(Int(claim.until)), .integer(Int(now))) > 0
  }

  func end(_ claim: DeltaClaim) throws -> Bool {
    try connection.change(
      "DELETE FROM delta_claim WHERE snap_id = ? AND source = ? AND target = ? AND claimant = ?", .text(claim.snapID),
      .number(claim.source), .number(claim.target), .text(claim.claimant)) > 0
  }

  func refuseDelta(snapID: String, source: UInt32, target: UInt32) throws {
    try connection.run(
      "INSERT OR IGNORE INTO delta_refused (snap_id, source, target) VALUES (?, ?, ?)", .text(snapID),
      .number(source), .number(target))
  }

  func add(_ metric: MetricRecord) throws {
    try connection.run(
      """
      INSERT INTO metric (snap_id, name, day, bucket, value) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET value = value + excluded.value
      """, .text(metric.snapID), .text(metric.name), .text(metric.day), .text(metric.bucket),
      .integer(Int(metric.value)))
  }
}

extension SQLValue {
  static func texts(_ texts: [String]) -> SQLValue { .text(JSONValue.array(texts.map { .string($0) }).text) }
}

extension Statement {
  func texts(_ column: Int) throws -> [String] {
    try JSONValue(parsing: text(column)).array?.compactMap(\.string) ?? []
  }
}
