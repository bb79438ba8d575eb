internal import Snap
internal import Time

/// An uploaded image that has become a revision of a snap.
struct RevisionRecord: Hashable, Sendable {
  enum Status: String, Sendable, CaseIterable {
    /// A person has to look at it; ``RevisionRecord/notes`` says why.
    case review
    /// Can be released.
    case ready
    case rejected
  }

  let snapID: String
  /// From 1, without gaps.
  let number: UInt32
  let digest: BlobDigest
  /// Bytes.
  let size: Int64
  let version: String
  let type: SnapType
  /// As in `snap.yaml`; empty for none.
  let base: String
  let confinement: Confinement
  let grade: Grade
  let epoch: Epoch
  let architectures: [Architecture]
  /// As it is in the image.
  let snapYAML: String
  /// `global-upload` but for snaps of brands.
  let provenance: String
  var status: Status
  var notes: [String]
  /// The account that uploaded it.
  let uploadedBy: String
  let createdAt: Timestamp
}

/// What is made of one image so that who has it downloads less.
struct DeltaRecord: Hashable, Sendable {
  let snapID: String
  let source: UInt32
  let target: UInt32
  let format: String
  let digest: BlobDigest
  let size: Int64
}
