package import Snap
package import Time

/// An uploaded image that has become a revision of a snap.
package struct RevisionRecord: Hashable, Sendable {
  /// What a review said.
  package enum Status: String, Sendable, CaseIterable {
    /// A person has to look at it; ``RevisionRecord/notes`` says why.
    case review
    /// Can be released.
    case ready
    case rejected
  }

  package let snapID: String
  /// From 1, without gaps.
  package let number: UInt32
  package let digest: BlobDigest
  /// Bytes.
  package let size: Int64
  package let version: String
  package let type: SnapType
  /// As in `snap.yaml`; empty for none.
  package let base: String
  package let confinement: Confinement
  package let grade: Grade
  package let epoch: Epoch
  package let architectures: [Architecture]
  /// As it is in the image.
  package let snapYAML: String
  /// `global-upload` but for snaps of brands.
  package let provenance: String
  package var status: Status
  package var notes: [String]
  /// The account that uploaded it.
  package let uploadedBy: String
  package let createdAt: Timestamp

  package init(
    snapID: String, number: UInt32, digest: BlobDigest, size: Int64, version: String, type: SnapType, base: String,
    confinement: Confinement, grade: Grade, epoch: Epoch, architectures: [Architecture], snapYAML: String,
    provenance: String, status: Status, notes: [String], uploadedBy: String, createdAt: Timestamp
  ) {
    self.snapID = snapID
    self.number = number
    self.digest = digest
    self.size = size
    self.version = version
    self.type = type
    self.base = base
    self.confinement = confinement
    self.grade = grade
    self.epoch = epoch
    self.architectures = architectures
    self.snapYAML = snapYAML
    self.provenance = provenance
    self.status = status
    self.notes = notes
    self.uploadedBy = uploadedBy
    self.createdAt = createdAt
  }
}

/// Who makes a delta, so that no two processes make the same.
package struct DeltaClaim: Hashable, Sendable {
  package let snapID: String
  package let source: UInt32
  package let target: UInt32
  /// Another one for each that is made.
  package let claimant: String
  /// When others may take it that the process is gone.
  package let until: Int64

  package init(snapID: String, source: UInt32, target: UInt32, claimant: String, until: Int64) {
    self.snapID = snapID
    self.source = source
    self.target = target
    self.claimant = claimant
    self.until = until
  }
}

/// What is made of one image so that who has it downloads less.
package struct DeltaRecord: Hashable, Sendable {
  package let snapID: String
  package let source: UInt32
  package let target: UInt32
  package let format: String
  package let digest: BlobDigest
  package let size: Int64

  package init(snapID: String, source: UInt32, target: UInt32, format: String, digest: BlobDigest, size: Int64) {
    self.snapID = snapID
    self.source = source
    self.target = target
    self.format = format
    self.digest = digest
    self.size = size
  }
}
