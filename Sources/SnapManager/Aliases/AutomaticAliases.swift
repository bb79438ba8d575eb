public import Snap

/// Who knows which aliases a publisher has been granted (`aliases` of the snap-declaration); wired by the overlord.
public protocol AutomaticAliases: Sendable {
  /// Apps by alias.
  ///
  /// - Parameter snapID: the store's identifier; nil for a snap from a file, which nobody has signed for.
  func aliases(of snap: SnapName, id snapID: String?) throws -> [String: String]
}

/// Where there are no assertions there are no automatic aliases.
public struct NoAutomaticAliases: AutomaticAliases {
  public init() {}
  public func aliases(of snap: SnapName, id snapID: String?) -> [String: String] { [:] }
}
