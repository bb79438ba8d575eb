/// What an alias stands for, as an app's name; one of the two at least is there.
public struct AliasTarget: Codable, Equatable, Sendable {
  /// What a person has said (`snap alias`).
  public var manual: String?
  /// What the publisher has been granted, whether automatic aliases are switched on or not.
  public var auto: String?

  public init(manual: String? = nil, auto: String? = nil) {
    self.manual = manual
    self.auto = auto
  }

  /// What the alias does; nil for one that is switched off.
  public func effective(autoDisabled: Bool) -> String? { manual ?? (autoDisabled ? nil : auto) }
}

/// The aliases of one snap. Source of the states: `spec/engine.md` §10.
public struct SnapAliases: Codable, Equatable, Sendable {
  /// By alias.
  public var targets: [String: AliasTarget]
  /// Whether automatic ones are switched off (`--unaliased`, `snap unalias`).
  public var autoDisabled: Bool
  /// Whether none of them is on disk: the snap is not available, or about to be.
  public var isPending: Bool

  public init(targets: [String: AliasTarget] = [:], autoDisabled: Bool = false, isPending: Bool = false) {
    self.targets = targets
    self.autoDisabled = autoDisabled
    self.isPending = isPending
  }

  /// The apps by alias, for those aliases that are switched on.
  public var effective: [String: String] {
    targets.compactMapValues { $0.effective(autoDisabled: autoDisabled) }
  }
}

extension SnapState {
  /// The snap's aliases.
  public var aliases: SnapAliases {
    get {
      SnapAliases(
        targets: aliasTargets ?? [:], autoDisabled: autoAliasesDisabled ?? false, isPending: aliasesPending ?? false)
    }
    set {
      aliasTargets = newValue.targets.isEmpty ? nil : newValue.targets
      autoAliasesDisabled = newValue.autoDisabled ? true : nil
      aliasesPending = newValue.isPending ? true : nil
    }
  }
}
