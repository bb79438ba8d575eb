internal import Host
internal import Image
internal import Linux
internal import Packing
internal import Snap
internal import State

/// `validate-snap`: somebody whom the machine trusts has signed for the image, and it is what was signed for. Until then
/// nothing of it is used, and it is not kept for later either.
struct ValidateSnap: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "validate-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard case .store(let download) = setup.source, let snapID = setup.tracking?.snapID else { return .done }
    let blob = manager.directories.blob(of: setup.instance, setup.revision)
    guard let status = try Files.status(blob, followSymlinks: false) else { throw Refusal.missingImage(blob) }
    let info = try SnapInfo(in: try ImageReader(path: blob))
    try manager.signatures.verify(
      SnapClaim(
        instance: setup.instance, snapID: snapID, revision: setup.revision, sha3: download.sha3,
        size: UInt64(status.size),
        provenance: info.provenance, store: download.store))
    context.checkpoint("verified")
    try manager.snapStore.keep(blob, sha3: download.sha3)
    return .done
  }
}
