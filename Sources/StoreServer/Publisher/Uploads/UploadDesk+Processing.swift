internal import Assertions
internal import HTTP
internal import Interfaces
internal import JSONValues
internal import Snap
internal import SnapReview
internal import StoreState
internal import Time

extension UploadDesk {
  /// From an image that was claimed to a revision that is signed, or to what is wrong with it.
  func process(_ id: String) throws {
    let (found, snap, existing) = try state.read { reader in
      let upload = try reader.upload(id: id)
      let snap = try upload?.snapID.flatMap { try reader.snap(id: $0) }
      let existing = try upload.flatMap { upload in try snap.flatMap { try reader.revision(upload.digest, of: $0.id) } }
      return (upload, snap, existing)
    }
    guard let upload = found, upload.status == .processing else { return }
    guard let snap else { return try fail(upload, ["the snap is no longer registered"]) }
    if let existing, !existing.notes.contains(Self.unfinished) { return try finish(upload, existing, snap) }
    guard let image = try blobs.open(upload.digest) else {
      return try fail(upload, ["the upload was lost: send it again"])
    }
    let reviewer = try reviewer(for: snap)
    let review: Review
    do throws(SnapReviewer.Unusable) {
      review = try reviewer.review(
        image: image.file, name: snap.name, snapID: snap.id, publisherID: snap.publisherID)
    } catch {
      return try fail(upload, [error.description])
    }
    guard review.verdict != .rejected else {
      return try fail(upload, review.findings.filter { $0.severity == .rejects }.map(\.text))
    }
    let revision = try number(upload, snap, review)
    if review.verdict == .accepted { try context.signing.sign(revision, of: snap) }
    var done = revision
    done.status = review.verdict == .accepted ? .ready : .review
    done.notes = review.findings.map { "\($0.code): \($0.text)" }
    try state.write { try $0.update(done) }
    try finish(upload, done, snap)
  }

  /// A note of a revision that has its number, and not its signature yet.
  static let unfinished = "unfinished"

  /// Gives the image its number. The same image again gets the same one.
  private func number(_ upload: UploadRecord, _ snap: SnapRecord, _ review: Review) throws -> RevisionRecord {
    let info = review.info
    return try state.write { writer in
      if let existing = try writer.revision(upload.digest, of: snap.id) { return existing }
      let revision = RevisionRecord(
        snapID: snap.id, number: try writer.nextRevision(of: snap.id), digest: upload.digest, size: upload.size,
        version: info.version.rawValue, type: info.type, base: info.base ?? "", confinement: info.confinement,
        grade: info.grade, epoch: info.epoch, architectures: info.architectures, snapYAML: review.metadata,
        provenance: info.provenance.isEmpty ? "global-upload" : info.provenance, status: .review,
        notes: [Self.unfinished], uploadedBy: upload.accountID, createdAt: upload.createdAt)
      try writer.insert(revision)
      if try writer.snap(id: snap.id).map({ $0.metadata == SnapMetadata() }) == true {
        // What a snap says of itself holds until its publisher says something else.
        var described = snap
        described.metadata.title = info.title
        described.metadata.summary = info.summary
        described.metadata.description = info.description
        described.metadata.license = info.license
        try writer.update(described)
      }
      return revision
    }
  }

  private func finish(_ upload: UploadRecord, _ revision: RevisionRecord, _ snap: SnapRecord) throws {
    var done = upload
    done.status = .done
    done.revision = revision.number
    done.errors = revision.status == .ready ? try releaseAtOnce(upload, revision, snap) : revision.notes
    try state.write { try $0.update(done) }
  }

  /// Releases what was uploaded to be released as soon as it can be.
  ///
  /// - Returns: what went wrong.
  private func releaseAtOnce(
    _ upload: UploadRecord, _ revision: RevisionRecord, _ snap: SnapRecord
  ) throws -> [String] {
    let wanted = ((try? JSONValue(parsing: upload.request))?["channels"]?.array ?? []).compactMap(\.string)
    guard !wanted.isEmpty else { return [] }
    // Meanwhile the snap may be somebody else's.
    let mayRelease = try state.read { reader in
      try reader.mayDevelop(snapID: snap.id, accountID: upload.accountID)
        || reader.account(id: upload.accountID)?.isAdmin == true
    }
    guard mayRelease else { return ["not released: who uploaded it does not work on the snap any more"] }
    do {
      let channels = try wanted.map { try ReleaseDesk.channel($0) }
      try ReleaseDesk(context: context).release(
        revision.number, of: snap, ReleasePlan.Request(channels: channels, progressive: nil), by: upload.accountID)
      return []
    } catch let error as PublisherError {
      return [error.message]
    }
  }

  private func fail(_ upload: UploadRecord, _ errors: [String]) throws {
    var failed = upload
    failed.status = .failed
    failed.errors = errors
    // The record stays, so that its publisher hears why; the image does not.
    try state.write { try $0.update(failed) }
    try discard(upload.digest)
  }

  private func reviewer(for snap: SnapRecord) throws -> SnapReviewer {
    let granted = try state.read { try $0.setting(GrantedFindings.setting(of: snap.id)) }
    return SnapReviewer(
      limits: SnapReviewer.Limits(size: limits.size), declaration: try snap.declaredRules(),
      grants: GrantedFindings.codes(granted))
  }
}

/// Findings that an administrator granted a snap for good, as a setting of the store.
enum GrantedFindings {
  static func setting(of snapID: String) -> String { "granted-findings/\(snapID)" }

  static func codes(_ setting: String?) -> Set<String> {
    guard let setting, let value = try? JSONValue(parsing: setting) else { return [] }
    return Set((value.array ?? []).compactMap(\.string))
  }

  static func text(_ codes: Set<String>) -> String { JSONValue.array(codes.sorted().map { .string($0) }).text }
}

extension SnapRecord {
  /// The rules of the declaration for interfaces.
  ///
  /// - Throws: `RuleError` naming the rule that cannot be read.
  func declaredRules() throws(RuleError) -> DeclarationRules {
    try DeclarationRules(
      snapName: name.rawValue, plugs: declaration["plugs"].map { RuleValue($0) },
      slots: declaration["slots"].map { RuleValue($0) })
  }
}
