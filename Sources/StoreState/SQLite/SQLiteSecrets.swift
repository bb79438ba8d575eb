internal import Crypto
internal import SQLite
internal import Time

extension SQLiteReader {
  func storeKeys() throws -> [StoreKeyRecord] {
    try connection.all(
      """
      SELECT id, role, name, created_at, revoked_at FROM store_key
      ORDER BY revoked_at IS NOT NULL, created_at DESC, rowid DESC
      """
    ) { row in
      StoreKeyRecord(
        id: row.text(0), role: try row.value(1), name: row.text(2), createdAt: row.time(3),
        revokedAt: row.optionalTime(4))
    }
  }

  private func device(_ row: Statement) -> DeviceRecord {
    DeviceRecord(
      brandID: row.text(0), model: row.text(1), serial: row.text(2), keyID: row.text(3), createdAt: row.time(4))
  }

  func device(brandID: String, model: String, serial: String) throws -> DeviceRecord? {
    try connection.first(
      """
      SELECT brand_id, model, serial, key_id, created_at FROM device WHERE brand_id = ? AND model = ? AND serial = ?
      """, .text(brandID), .text(model), .text(serial), map: device)
  }

  func device(brandID: String, model: String, keyID: String) throws -> DeviceRecord? {
    try connection.first(
      """
      SELECT brand_id, model, serial, key_id, created_at FROM device WHERE brand_id = ? AND model = ? AND key_id = ?
      """, .text(brandID), .text(model), .text(keyID), map: device)
  }

  func setting(_ name: String) throws -> String? {
    try connection.first("SELECT value FROM setting WHERE name = ?", .text(name)) { $0.text(0) }
  }
}

extension SQLiteWriter {
  func set(_ key: StoreKeyRecord) throws {
    try connection.run(
      """
      INSERT INTO store_key (id, role, name, created_at, revoked_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET revoked_at = excluded.revoked_at
      """, .text(key.id), .text(key.role.rawValue), .text(key.name), .time(key.createdAt), .time(key.revokedAt))
  }

  func secret(_ name: String) throws -> [UInt8] {
    let known = try connection.first("SELECT value FROM secret WHERE name = ?", .text(name)) { $0.blob(0) }
    if let known { return known }
    let made = SecureRandom.bytes(32)
    try connection.run("INSERT INTO secret (name, value) VALUES (?, ?)", .text(name), .blob(made))
    return made
  }

  func insertNonce(_ nonce: String, until: Timestamp) throws {
    try connection.run("INSERT INTO nonce (nonce, until) VALUES (?, ?)", .text(nonce), .time(until))
  }

  func takeNonce(_ nonce: String, now: Timestamp) throws -> Bool {
    let taken = try connection.change("DELETE FROM nonce WHERE nonce = ? AND until > ?", .text(nonce), .time(now))
    try connection.run("DELETE FROM nonce WHERE until <= ?", .time(now))
    return taken > 0
  }

  func insert(_ device: DeviceRecord) throws -> Bool {
    try connection.change(
      """
      INSERT INTO device (brand_id, model, serial, key_id, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """, .text(device.brandID), .text(device.model), .text(device.serial), .text(device.keyID),
      .time(device.createdAt)) > 0
  }

  func setSetting(_ name: String, _ value: String?) throws {
    guard let value else { return try connection.run("DELETE FROM setting WHERE name = ?", .text(name)) }
    try connection.run(
      "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      .text(name), .text(value))
  }
}
