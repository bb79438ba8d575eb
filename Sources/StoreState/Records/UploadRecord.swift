package import Time

/// A file that was uploaded and is, or is not yet, a revision.
package struct UploadRecord: Hashable, Sendable {
  /// How far it has come.
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
