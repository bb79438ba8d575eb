package import Time

/// A key that signs for the store's account.
package struct StoreKeyRecord: Hashable, Sendable {
  /// What it signs: the store's own account and keys, or everything else.
  package enum Role: String, Sendable { case root, store }

  /// SHA3-384, as in assertions.
  package let id: String
  package let role: Role
  package let name: String
  package let createdAt: Timestamp
  /// When it was revoked; its signatures are worth nothing.
  package var revokedAt: Timestamp?

  package init(id: String, role: Role, name: String, createdAt: Timestamp, revokedAt: Timestamp? = nil) {
    self.id = id
    self.role = role
    self.name = name
    self.createdAt = createdAt
    self.revokedAt = revokedAt
  }
}

/// A device that has a serial.
package struct DeviceRecord: Hashable, Sendable {
  package let brandID: String
  package let model: String
  package let serial: String
  /// SHA3-384 of its key, as in assertions.
  package let keyID: String
  package let createdAt: Timestamp

  package init(brandID: String, model: String, serial: String, keyID: String, createdAt: Timestamp) {
    self.brandID = brandID
    self.model = model
    self.serial = serial
    self.keyID = keyID
    self.createdAt = createdAt
  }
}
