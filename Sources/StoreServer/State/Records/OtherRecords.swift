internal import Time

/// A file that was uploaded and is, or is not yet, a revision.
struct UploadRecord: Hashable, Sendable {
  enum Status: String, Sendable {
    /// The file is there, and nobody has said for which snap.
    case received
    /// Being looked at.
    case processing
    case done
    case failed
  }

  /// What the client calls it by.
  let id: String
  let accountID: String
  let digest: BlobDigest
  let size: Int64
  var status: Status
  /// The snap that it is pushed to.
  var snapID: String?
  /// What it became.
  var revision: UInt32?
  /// Channels to release to when it is ready, and what else the client asked for, as JSON.
  var request: String
  /// What is wrong with it.
  var errors: [String]
  let createdAt: Timestamp
}

/// A count of something on a day: installed devices of a channel, downloads.
struct MetricRecord: Hashable, Sendable {
  let snapID: String
  let name: String
  /// `YYYY-MM-DD`.
  let day: String
  /// What is counted: a version, a channel, a country; empty for the whole.
  let bucket: String
  var value: Int64
}

/// A session of a publisher's client: what a macaroon's identifier stands for, so that it can be ended.
struct SessionRecord: Hashable, Sendable {
  let id: String
  let accountID: String
  /// What the client calls itself.
  let description: String
  /// The root key of its macaroon.
  let rootKey: [UInt8]
  let createdAt: Timestamp
  /// Nil for never.
  let expiresAt: Timestamp?
  var isRevoked: Bool
}

/// A device that has a serial.
struct DeviceRecord: Hashable, Sendable {
  let brandID: String
  let model: String
  let serial: String
  /// SHA3-384 of its key, as in assertions.
  let keyID: String
  let createdAt: Timestamp
}

/// A key that signs for the store's account.
struct StoreKeyRecord: Hashable, Sendable {
  enum Role: String, Sendable { case root, store }

  /// SHA3-384, as in assertions.
  let id: String
  let role: Role
  let name: String
  let createdAt: Timestamp
  /// When it was revoked; its signatures are worth nothing.
  var revokedAt: Timestamp?
}

/// How much there is in a store.
struct StoreTotals: Hashable, Sendable {
  var accounts: Int
  var snaps: Int
  var revisions: Int
  /// Of all revisions' images.
  var bytes: Int64
  var assertions: Int
}
