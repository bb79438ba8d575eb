public import Assertions

/// What several validation sets together say of snaps. Source: `spec/engine.md` §11.
public struct SnapConstraints: Sendable {
  /// What they say of one snap.
  public struct Constraint: Equatable, Sendable {
    public var name: String
    public var id: String
    /// The sets that want it, forbid it, or say which revision it is to be if it is there.
    public var required: [String] = []
    public var invalid: [String] = []
    public var optional: [String] = []
    /// The sets by the revision that they want; those that want any are not in it.
    public var revisions: [Int: [String]] = [:]
    /// Those that say nothing about the revision.
    var anyRevision: [String] = []

    /// The revision that it has to be; nil for any. Sets in conflict are refused before.
    public var revision: Int? { revisions.keys.min() }
  }

  /// A snap as it is installed.
  public struct Installed: Equatable, Sendable {
    public var name: String
    /// Empty for a snap from a file.
    public var id: String
    /// Nil for one from a file.
    public var revision: Int?
    public var ignoresValidation: Bool

    public init(name: String, id: String, revision: Int?, ignoresValidation: Bool = false) {
      self.name = name
      self.id = id
      self.revision = revision
      self.ignoresValidation = ignoresValidation
    }
  }

  private(set) var constraints: [String: Constraint] = [:]

  public init(_ sets: [ValidationSet]) {
    for set in sets {
      let key = "\(set.accountID)/\(set.name)"
      for snap in set.snaps {
        var constraint = constraints[snap.id] ?? Constraint(name: snap.name, id: snap.id)
        switch snap.presence {
        case .required: constraint.required.append(key)
        case .optional: constraint.optional.append(key)
        case .invalid: constraint.invalid.append(key)
        }
        if snap.presence != .invalid {
          if snap.revision > 0 {
            constraint.revisions[snap.revision, default: []].append(key)
          } else {
            constraint.anyRevision.append(key)
          }
        }
        constraints[snap.id] = constraint
      }
    }
  }

  /// What is said of a snap: by its id; by its name where one of the two ids is not known.
  public subscript(name: String, id: String) -> Constraint? {
    if !id.isEmpty { return constraints[id] }
    return constraints.values.first { $0.name == name }
  }

  /// All, by name.
  public var all: [Constraint] { constraints.values.sorted { $0.name < $1.name } }

  /// What the sets say against each other, a sentence each. Empty when they go together.
  public var conflicts: [String] {
    all.compactMap { constraint in
      let name = constraint.name
      if !constraint.invalid.isEmpty, !constraint.required.isEmpty {
        return
          "cannot constrain snap \"\(name)\" as both invalid (\(constraint.invalid.joined(separator: ", "))) and "
          + "required \(Self.revisions(constraint, among: constraint.required))"
      }
      guard constraint.revisions.count > 1 else { return nil }
      let list = constraint.revisions.sorted { $0.key < $1.key }
        .map { "\($0.key) (\($0.value.joined(separator: ", ")))" }.joined(separator: ", ")
      return "cannot constrain snap \"\(name)\" at different revisions \(list)"
    }
  }

  private static func revisions(_ constraint: Constraint, among keys: [String]) -> String {
    let wanted = constraint.revisions.sorted { $0.key < $1.key }
      .map { "at revision \($0.key) (\($0.value.joined(separator: ", ")))" }
    let any = constraint.anyRevision.filter(keys.contains)
    return (wanted + (any.isEmpty ? [] : ["at any revision (\(any.joined(separator: ", ")))"])).joined(separator: ", ")
  }

  /// How what is installed differs. Snaps that ignore validation may be at any revision.
  public func problems(with installed: [Installed]) -> ValidationSetProblems {
    var problems = ValidationSetProblems()
    for constraint in all {
      let snap = installed.first { $0.id.isEmpty ? $0.name == constraint.name : $0.id == constraint.id }
      if !constraint.invalid.isEmpty {
        if let snap, !snap.ignoresValidation { problems.invalid[constraint.name] = constraint.invalid }
        continue
      }
      let wishes =
        constraint.revisions.sorted { $0.key < $1.key }.map {
          ValidationSetProblems.Wish(revision: $0.key, sets: $0.value)
        }
      guard let snap else {
        guard !constraint.required.isEmpty else { continue }
        let any = constraint.anyRevision.filter(constraint.required.contains)
        problems.missing[constraint.name] =
          wishes + (any.isEmpty ? [] : [ValidationSetProblems.Wish(revision: nil, sets: any)])
        continue
      }
      let wrong = wishes.filter { $0.revision != snap.revision }
      if !wrong.isEmpty, !snap.ignoresValidation { problems.wrongRevision[constraint.name] = wrong }
    }
    return problems
  }
}
