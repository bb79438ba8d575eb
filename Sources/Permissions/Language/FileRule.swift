/// A path pattern as interfaces write it: absolute, or below the user's home (`$HOME/`), with AppArmor's glob
/// characters and variables (`@{pid}`, `@{multiarch}`, `@{SNAP_NAME}`, `@{SNAP_COREUTIL_DIRS}`, …).
public struct PathPattern: Hashable, Sendable {
  /// The pattern, as ``PolicyPattern`` admits it.
  public let pattern: PolicyPattern
  public var rawValue: String { pattern.rawValue }

  /// Why a text is no pattern.
  public typealias Invalid = PolicyPattern.Invalid

  public init(_ text: String) throws(Invalid) { try self.init(PolicyPattern(text)) }

  /// - Throws: when the path is not absolute or has `.`, `..` or an empty component.
  public init(_ pattern: PolicyPattern) throws(Invalid) {
    // By bytes: a combining character behind a slash makes another Character of it, which would hide what follows.
    var path = Array(pattern.rawValue.utf8)[...]
    if path.starts(with: "$HOME/".utf8) { path = path.dropFirst(5) }
    if !path.starts(with: "@{".utf8) {
      guard path.first == UInt8(ascii: "/") else { throw .notAbsolute }
      let parts = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        let isLast = index == parts.count - 1
        guard !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8), !part.isEmpty || isLast else {
          throw .unclean
        }
      }
    }
    self.pattern = pattern
  }
}

extension PathPattern: ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self = Self.ours(PolicyPattern(stringLiteral: value)) }

  public init(stringInterpolation: PatternInterpolation) {
    self = Self.ours(PolicyPattern(stringInterpolation: stringInterpolation))
  }

  private static func ours(_ pattern: PolicyPattern) -> PathPattern {
    do { return try PathPattern(pattern) } catch { preconditionFailure("\(pattern): \(error)") }
  }
}

/// A file grant, or a refusal that stands above all grants.
public struct FileRule: Hashable, Sendable {
  public var pattern: PathPattern
  public var access: FileAccess
  /// Only files of the process's own user.
  public var owner: Bool
  public var effect: RuleEffect

  public init(_ pattern: PathPattern, _ access: FileAccess, owner: Bool = false, effect: RuleEffect = .allow) {
    self.pattern = pattern
    self.access = access
    self.owner = owner
    self.effect = effect
  }
}

/// What a match of a rule means. Denials stand above grants, whoever makes them.
public enum RuleEffect: Hashable, Sendable {
  case allow
  /// Refused without a trace in the log: what programs try in passing.
  case deny
  /// Refused, and worth a line in the log.
  case auditedDeny
}
