internal import Snap

/// What snaps are searched by.
struct SearchQuery: Sendable {
  /// Words in name, title, summary or description.
  var text: SearchText?
  /// How the name begins.
  var namePrefix: String?
  var category: String?
  /// AppStream's id of one of the apps.
  var commonID: String?
  var architecture: Architecture
  /// Only snaps with something in this risk of any track; nil for any risk.
  var risk: Channel.Risk?
  /// Snaps at most.
  var limit = 100
}

/// What the catalogue of names says of a snap: what a shell suggests when a command is missing.
struct CatalogueEntry: Equatable, Sendable {
  var name: String
  var version: String
  var title: String
  var summary: String
  var confinement: String
  /// Names of its commands.
  var apps: [String]
  /// Automatic aliases.
  var aliases: [String]
}

/// What is found by what it says.
protocol SearchReader {
  /// A snap as devices see it, with its open channels.
  func deviceSnap(id: String) throws -> DeviceSnap?
  /// Ids of all snaps in their order, piece by piece.
  func snapIDs(after id: String, limit: Int) throws -> [String]
  /// Ids of released snaps that everybody may see, best first: the name itself, names that begin so, then what says it
  /// in title, summary and description, popular ones before others.
  func search(_ query: SearchQuery) throws -> [String]
  /// Ids of snaps that an account works on.
  func snapIDs(developedBy accountID: String, limit: Int) throws -> [String]
  /// Names of categories that released snaps are in.
  func categories() throws -> [String]
  /// The catalogue, by name, piece by piece.
  func catalogue(afterName: String, limit: Int) throws -> [CatalogueEntry]
  /// The generation up to which snaps have been indexed; nil for none.
  func indexedGeneration() throws -> Int64?
  /// Whether a delta was made once and is not worth it.
  func isDeltaRefused(snapID: String, source: UInt32, target: UInt32) throws -> Bool
}

protocol SearchWriter {
  /// Remembers what of a snap's revision is searched for; nil when none is released.
  func index(_ snapID: String, _ entry: CatalogueEntry?, commonIDs: [String]) throws
  func refuseDelta(snapID: String, source: UInt32, target: UInt32) throws
  func setIndexedGeneration(_ generation: Int64) throws
  /// Counts downloads for the order of what is found.
  func addDownloads(_ counts: [String: Int]) throws
}
