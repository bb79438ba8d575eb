/// What automatic updates find around them: the time, chance, the network.
public struct RefreshSurroundings: Sendable {
  /// The machine's time zone.
  public var zone: @Sendable (Int64) -> Int64
  /// A number from 0 to below its argument.
  public var random: @Sendable (Int64) -> Int64
  /// Whether the connection is paid for by volume, as far as anybody can tell.
  public var isMetered: @Sendable () -> Bool
  /// Told of what went wrong.
  public var report: @Sendable (_ problem: String) -> Void

  public init(
    zone: @escaping @Sendable (Int64) -> Int64, random: @escaping @Sendable (Int64) -> Int64,
    isMetered: @escaping @Sendable () -> Bool, report: @escaping @Sendable (_ problem: String) -> Void
  ) {
    self.zone = zone
    self.random = random
    self.isMetered = isMetered
    self.report = report
  }
}

/// The catalogue of what stores have, for `snap advise-snap` and completion; wired by the overlord.
public protocol StoreCatalogue: Sendable {
  /// Asks the stores for everything they have, piece by piece.
  func fetch(_ each: (CatalogueEntry) throws -> Void) throws
  /// The sections of the stores.
  func sections() throws -> [String]
}

/// A snap in the catalogue.
public struct CatalogueEntry: Hashable, Sendable {
  public var name: String
  public var version: String
  public var summary: String
  /// The commands that it has, aliases included.
  public var commands: [String]

  public init(name: String, version: String = "", summary: String = "", commands: [String] = []) {
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
  }
}
