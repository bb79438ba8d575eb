package import Time

/// A file that was uploaded and is, or is not yet, a revision.
package struct UploadRecord: Hashable, Sendable {
  package enum Status: String, Sendable {
    /// The file is there, and nobody has said for which snap.
    case received
    /// Being looked at.
    case processing
    case done
    case failed
  }

  /// What the client calls it by.
  package let id: String
  package let accountID: String
  package let digest: BlobDigest
  package let size: Int64
  package var status: Status
  /// The snap that it is pushed to.
  package var snapID: String?
  /// What it became.
  package var revision: UInt32?
  /// Channels to release to when it is ready, and what else the client asked for, as JSON.
  package var request: String
  /// What is wrong with it.
  package var errors: [String]
  package let createdAt: Timestamp

  package init(
    id: String, accountID: String, digest: BlobDigest, size: Int64, status: Status, snapID: String? = nil,
    revision: UInt32? = nil, request: String, errors: [String], createdAt: Timestamp
  ) {
    self.id = id
    self.accountID = accountID
    self.digest = digest
    self.size = size
    self.status = status
    self.snapID = snapID
    self.revision = revision
    self.request = request
    self.errors = errors
    self.createdAt = createdAt
  }
}

/// A count of something on a day: installed devices of a channel, downloads.
package struct MetricRecord: Hashable, Sendable {
  package let snapID: String
  package let name: String
  /// `YYYY-MM-DD`.
  package let day: String
  /// What is counted: a version, a channel, a country; empty for the whole.
  package let bucket: String
  package var value: Int64

  package init(snapID: String, name: String, day: String, bucket: String, value: Int64) {
    self.snapID = snapID
    self.name = name
    self.day = day
    self.bucket = bucket
    self.value = value
  }
}

/// A session of a publisher's client: what a macaroon's identifier stands for, so that it can be ended.
package struct SessionRecord: Hashable, Sendable {
  package let id: String
  package let accountID: String
  /// What the client calls itself.
  package let description: String
  /// The root key of its macaroon.
  package let rootKey: [UInt8]
  package let createdAt: Timestamp
  /// Nil for never.
  package let expiresAt: Timestamp?
  package var isRevoked: Bool

  package init(
    id: String, accountID: String, description: String, rootKey: [UInt8], createdAt: Timestamp, expiresAt: Timestamp?,
    isRevoked: Bool
  ) {
    self.id = id
    self.accountID = accountID
    self.description = description
    self.rootKey = rootKey
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.isRevoked = isRevoked
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

/// A key that signs for the store's account.
package struct StoreKeyRecord: Hashable, Sendable {
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

/// How much there is in a store.
package struct StoreTotals: Hashable, Sendable {
  package var accounts: Int
  package var snaps: Int
  package var revisions: Int
  /// Of all revisions' images.
  package var bytes: Int64
  package var assertions: Int
}
