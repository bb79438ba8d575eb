internal import SQLite
internal import Time

extension SQLiteReader {
  private static let columns =
    "id, account_id, digest, size, status, snap_id, revision, request, errors, created_at"

  private func upload(_ row: Statement) throws -> UploadRecord {
    UploadRecord(
      id: row.text(0), accountID: row.text(1), digest: try row.digest(2), size: Int64(row.integer(3)),
      status: try row.value(4), snapID: row.optionalText(5), revision: try row.optionalNumber(6),
      request: row.text(7), errors: try row.texts(8), createdAt: row.time(9))
  }

  func upload(id: String) throws -> UploadRecord? {
    try connection.first("SELECT \(Self.columns) FROM upload WHERE id = ?", .text(id), map: upload)
  }

  func uploads(_ status: UploadRecord.Status) throws -> [UploadRecord] {
    try connection.all(
      "SELECT \(Self.columns) FROM upload WHERE status = ? ORDER BY created_at, rowid", .text(status.rawValue),
      map: upload)
  }

  func uploads(of snapID: String, limit: Int) throws -> [UploadRecord] {
    try connection.all(
      "SELECT \(Self.columns) FROM upload WHERE snap_id = ? ORDER BY created_at DESC, rowid DESC LIMIT ?",
      .text(snapID), .integer(limit), map: upload)
  }
}

extension SQLiteWriter {
  func insert(_ upload: UploadRecord) throws {
    try connection.run(
      """
      INSERT INTO upload (id, account_id, digest, size, status, snap_id, revision, request, errors, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(upload.id), .text(upload.accountID), .digest(upload.digest), .integer(Int(upload.size)),
      .text(upload.status.rawValue), .optional(upload.snapID), .number(upload.revision), .text(upload.request),
      .texts(upload.errors), .time(upload.createdAt))
  }

  func update(_ upload: UploadRecord) throws {
    let changed = try connection.change(
      "UPDATE upload SET status = ?, snap_id = ?, revision = ?, request = ?, errors = ? WHERE id = ?",
      .text(upload.status.rawValue), .optional(upload.snapID), .number(upload.revision), .text(upload.request),
      .texts(upload.errors), .text(upload.id))
    if changed == 0 { throw StateConflict.gone("upload \(upload.id)") }
  }

  func removeUpload(id: String) throws { try connection.run("DELETE FROM upload WHERE id = ?", .text(id)) }
}
