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
