internal import SQLite
internal import Time

extension SQLiteReader {
  private static let columns =
    "id, username, display_name, email, password, validation, is_admin, is_disabled, created_at"

  private func account(_ row: Statement) throws -> AccountRecord {
    var password: PasswordHash?
    if let text = row.optionalText(4) {
      guard let hash = PasswordHash(text) else { throw DamagedRow("an account's password") }
      password = hash
    }
    return AccountRecord(
      id: row.text(0), username: row.text(1), displayName: row.text(2), email: row.text(3), password: password,
      validation: try row.value(5), isAdmin: row.bool(6), isDisabled: row.bool(7), createdAt: row.time(8))
  }

  func account(id: String) throws -> AccountRecord? {
    try connection.first("SELECT \(Self.columns) FROM account WHERE id = ?", .text(id), map: account)
  }

  func account(username: String) throws -> AccountRecord? {
    try connection.first("SELECT \(Self.columns) FROM account WHERE username = ?", .text(username), map: account)
  }

  func account(email: String) throws -> AccountRecord? {
    try connection.first("SELECT \(Self.columns) FROM account WHERE email = ?", .text(email), map: account)
  }

  func accounts() throws -> [AccountRecord] {
    try connection.all("SELECT \(Self.columns) FROM account ORDER BY id", map: account)
  }

  private static let sessionColumns = "id, account_id, description, root_key, created_at, expires_at, is_revoked"

  private func session(_ row: Statement) -> SessionRecord {
    SessionRecord(
      id: row.text(0), accountID: row.text(1), description: row.text(2), rootKey: row.blob(3), createdAt: row.time(4),
      expiresAt: row.optionalTime(5), isRevoked: row.bool(6))
  }

  func session(id: String) throws -> SessionRecord? {
    try connection.first("SELECT \(Self.sessionColumns) FROM session WHERE id = ?", .text(id), map: session)
  }

  func sessions(of accountID: String) throws -> [SessionRecord] {
    try connection.all(
      "SELECT \(Self.sessionColumns) FROM session WHERE account_id = ? ORDER BY id", .text(accountID), map: session)
  }

  func events(_ kind: String, of subject: String, since: Timestamp) throws -> Int {
    try connection.first(
      "SELECT count(*) FROM event WHERE kind = ? AND subject = ? AND at >= ?", .text(kind), .text(subject),
      .time(since)
    ) { $0.integer(0) } ?? 0
  }
}

extension SQLiteWriter {
  private func checkUnique(_ account: AccountRecord) throws {
    if let other = try self.account(username: account.username), other.id != account.id {
      throw StateConflict.usernameTaken(account.username)
    }
    if let other = try self.account(email: account.email), other.id != account.id {
      throw StateConflict.emailTaken(account.email)
    }
  }

  func insert(_ account: AccountRecord) throws {
    try checkUnique(account)
    try connection.run(
      """
      INSERT INTO account (id, username, display_name, email, password, validation, is_admin, is_disabled, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(account.id), .text(account.username), .text(account.displayName), .text(account.email),
      .optional(account.password?.text), .text(account.validation.rawValue), .bool(account.isAdmin),
      .bool(account.isDisabled), .time(account.createdAt))
  }

  func update(_ account: AccountRecord) throws {
    try checkUnique(account)
    let changed = try connection.change(
      """
      UPDATE account SET username = ?, display_name = ?, email = ?, password = ?, validation = ?, is_admin = ?,
      is_disabled = ? WHERE id = ?
      """, .text(account.username), .text(account.displayName), .text(account.email),
      .optional(account.password?.text), .text(account.validation.rawValue), .bool(account.isAdmin),
      .bool(account.isDisabled), .text(account.id))
    if changed == 0 { throw StateConflict.gone("account \(account.id)") }
  }

  func insert(_ session: SessionRecord) throws {
    try connection.run(
      """
      INSERT INTO session (id, account_id, description, root_key, created_at, expires_at, is_revoked)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, .text(session.id), .text(session.accountID), .text(session.description), .blob(session.rootKey),
      .time(session.createdAt), .time(session.expiresAt), .bool(session.isRevoked))
  }

  func revokeSession(id: String) throws {
    try connection.run("UPDATE session SET is_revoked = 1 WHERE id = ?", .text(id))
  }

  func addEvent(_ kind: String, of subject: String, at: Timestamp) throws {
    try connection.run("DELETE FROM event WHERE kind = ? AND at < ?", .text(kind), .time(at - .seconds(3600)))
    try connection.run(
      "INSERT INTO event (kind, subject, at) VALUES (?, ?, ?)", .text(kind), .text(subject), .time(at))
  }

  func removeEvent(_ kind: String, of subject: String, at: Timestamp) throws {
    try connection.run(
      """
      DELETE FROM event WHERE rowid = (SELECT rowid FROM event WHERE kind = ? AND subject = ? AND at = ? LIMIT 1)
      """, .text(kind), .text(subject), .time(at))
  }
}
