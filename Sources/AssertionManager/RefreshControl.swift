public import Assertions

/// Publishers whose snaps have a say in updates of other snaps (`refresh-control` of a declaration): they sign which
/// revisions they have tried (`validation`). Source: `spec/assertions-and-store.md` §4.
extension AssertionManager {
  /// Refuses a revision of a snap that a controlling snap's publisher has not signed for.
  ///
  /// - Parameters:
  ///   - snap: under which name it is installed, and its identifier.
  ///   - installed: the snaps that are installed.
  ///   - source: where to look for what is not known.
  /// - Throws: ``RefreshControlError``; what the source throws when it does not answer.
  public func refuseUnvalidated(
    _ snap: (name: String, id: String), revision: Int, installed: [(name: String, id: String)],
    from source: any AssertionSource
  ) throws {
    var missing: [String] = []
    for other in installed where other.id != snap.id {
      guard let declared = try declaration(of: other.id)?.value, declared.refreshControl.contains(snap.id) else {
        continue
      }
      let reference = AssertionReference(.validation, ["16", other.id, snap.id, "\(revision)"])
      do { try update([reference], from: source) } catch is AssertionNotFound {}
      guard let validation = try believed(reference, as: Validation.self)?.value else {
        missing.append(other.name)
        continue
      }
      guard !validation.isRevoked else {
        throw RefreshControlError.revoked(snap: snap.name, revision: revision, by: other.name, id: other.id)
      }
    }
    guard missing.isEmpty else {
      throw RefreshControlError.missing(snap: snap.name, revision: revision, by: missing.sorted())
    }
  }
}

/// Why an update waits for others. The texts are the reference's.
public enum RefreshControlError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(snap: String, revision: Int, by: [String])
  case revoked(snap: String, revision: Int, by: String, id: String)

  public var description: String {
    switch self {
    case .missing(let snap, let revision, let names):
      "cannot refresh \"\(snap)\" to revision \(revision): no validation by "
        + names.map { "\"\($0)\"" }.joined(separator: ", ")
    case .revoked(let snap, let revision, let name, let id):
      "cannot refresh \"\(snap)\" to revision \(revision): validation by \"\(name)\" (id \"\(id)\") revoked"
    }
  }
}
