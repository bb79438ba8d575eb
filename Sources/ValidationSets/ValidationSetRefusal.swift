/// Why something about validation sets is not done. The texts are the reference's where it has one for the case.
public enum ValidationSetRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidAccount(String)
  case invalidName(String)
  case invalidSequence(String)
  case notAKey(String)
  /// Neither known nor in any store.
  case notFound(ValidationSetKey, sequence: Int?)
  case notTracked(ValidationSetKey, sequence: Int?)
  case conflict([String])
  case notMet(ValidationSetProblems)
  /// Snaps that only a person removes.
  case mustRemove([String])
  /// A snap cannot be installed.
  case invalidSnap(String, sets: [String])
  case wrongRevision(String, wanted: Int, required: Int, sets: [String])
  case wrongRefresh(String, wanted: Int, required: Int, sets: [String])
  case requiredSnap(String, sets: [String])

  public var description: String {
    switch self {
    case .invalidAccount(let text): "invalid account ID \"\(text)\""
    case .invalidName(let text): "invalid name \"\(text)\""
    case .invalidSequence(let text): "invalid sequence argument: \(text)"
    case .notAKey(let text):
      "cannot parse validation set \"\(text)\": expected a single account/name"
    case .notFound: "validation set not found"
    case .notTracked: "validation set not found"
    case .conflict(let lines): "validation sets are in conflict:" + lines.map { "\n- \($0)" }.joined()
    case .notMet(let problems): "\(problems)"
    case .mustRemove(let snaps):
      "cannot auto-resolve validation set constraints that require removing snaps: "
        + snaps.map { "\"\($0)\"" }.joined(separator: ", ")
    case .invalidSnap(let snap, let sets):
      "cannot install snap \"\(snap)\" due to enforcing rules of validation set \(sets.joined(separator: ", "))"
    case .wrongRevision(let snap, let wanted, let required, let sets):
      "cannot install snap \"\(snap)\" at revision \(wanted) without --ignore-validation, revision \(required) is "
        + "required by validation sets: \(sets.joined(separator: ", "))"
    case .wrongRefresh(let snap, let wanted, let required, let sets):
      "cannot refresh snap \"\(snap)\" to revision \(wanted) without --ignore-validation, revision \(required) is "
        + "required by validation sets: \(sets.joined(separator: ", "))"
    case .requiredSnap(let snap, let sets):
      "snap \"\(snap)\" is not removable: required by validation sets: \(sets.joined(separator: ", "))"
    }
  }
}

/// How what is installed differs from what sets want.
public struct ValidationSetProblems: Equatable, Sendable, CustomStringConvertible {
  /// Sets that want a snap at a revision; nil for any.
  public struct Wish: Equatable, Sendable {
    public var revision: Int?
    public var sets: [String]
  }
  /// By snap.
  public var missing: [String: [Wish]] = [:]
  public var invalid: [String: [String]] = [:]
  public var wrongRevision: [String: [Wish]] = [:]

  public var isEmpty: Bool { missing.isEmpty && invalid.isEmpty && wrongRevision.isEmpty }

  public var description: String {
    var text = "validation sets assertions are not met:"
    func add(_ title: String, _ lines: [String]) {
      guard !lines.isEmpty else { return }
      text += "\n- \(title):" + lines.map { "\n  - \($0)" }.joined()
    }
    func wishes(_ wishes: [Wish]) -> String {
      wishes.map { wish in
        let what = wish.revision.map { "at revision \($0)" } ?? "at any revision"
        return "required \(what) by sets \(wish.sets.joined(separator: ","))"
      }.joined(separator: ", ")
    }
    add("missing required snaps", missing.sorted { $0.key < $1.key }.map { "\($0.key) (\(wishes($0.value)))" })
    add(
      "invalid snaps",
      invalid.sorted { $0.key < $1.key }.map { "\($0.key) (invalid for sets \($0.value.joined(separator: ",")))" })
    add("snaps at wrong revisions", wrongRevision.sorted { $0.key < $1.key }.map { "\($0.key) (\(wishes($0.value)))" })
    return text
  }
}
