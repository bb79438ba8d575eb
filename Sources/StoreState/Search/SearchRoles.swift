package import Snap

/// What snaps are searched by.
package struct SearchQuery: Sendable {
  /// Words in name, title, summary or description.
  package var text: SearchText?
  /// How the name begins.
  package var namePrefix: String?
  package var category: String?
  /// AppStream's id of one of the apps.
  package var commonID: String?
  package var architecture: Architecture
  /// Only snaps with something in this risk of any track; nil for any risk.
  package var risk: Channel.Risk?
  /// Snaps at most.
  package var limit = 100

  package init(
    text: SearchText? = nil, namePrefix: String? = nil, category: String? = nil, commonID: String? = nil,
    architecture: Architecture, risk: Channel.Risk? = nil, limit: Int = 100
  ) {
    self.text = text
    self.namePrefix = namePrefix
    self.category = category
    self.commonID = commonID
    self.architecture = architecture
    self.risk = risk
    self.limit = limit
  }
}

/// What the catalogue of names says of a snap: what a shell suggests when a command is missing.
package struct CatalogueEntry: Equatable, Sendable {
  package var name: String
  package var version: String
  package var title: String
  package var summary: String
  package var confinement: String
  /// Names of its commands.
  package var apps: [String]
  /// Automatic aliases.
  package var aliases: [String]

  package init(
    name: String, version: String, title: String, summary: String, confinement: String, apps: [String],
    aliases: [String]
  ) {
    self.name = name
    self.version = version
    self.title = title
    self.summary = summary
    self.confinement = confinement
    self.apps = apps
    self.aliases = aliases
  }
}

/// What is found by what it says.
package protocol SearchReader {
  /// Ids of released snaps that everybody may see, best first: the name itself, names that begin so, then what says it
  /// in title, summary and description, popular ones before others.
  func search(_ query: SearchQuery) throws -> [String]
  /// Names of categories that released snaps are in.
  func categories() throws -> [String]
  /// The catalogue, by name, piece by piece.
  func catalogue(afterName: String, limit: Int) throws -> [CatalogueEntry]
  /// The generation up to which snaps have been indexed; nil for none.
  func indexedGeneration() throws -> Int64?
}

package protocol SearchWriter {
  /// Remembers what of a snap's revision is searched for; nil when none is released.
  func index(_ snapID: String, _ entry: CatalogueEntry?, commonIDs: [String]) throws
  func setIndexedGeneration(_ generation: Int64) throws
  /// Counts downloads for the order of what is found.
  func addDownloads(_ counts: [String: Int]) throws
}
