internal import CommandGrammar
internal import JSONValues

/// `snap-store revisions NAME`.
enum Revisions: PublishingCommand {
  static let grammar = Grammar(
    name: "revisions", summary: "List a snap's revisions",
    help: "Shows the last 500, latest first.",
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let answer = try client.request("GET", "/v1/snap/\(try SnapPath.part(words.positionals[0]))/revisions")
    var rows = [["Rev.", "Uploaded", "Arches", "Version", "Size", "Status"]]
    for revision in answer["revisions"]?.array ?? [] {
      rows.append([
        String(revision["revision"]?.integer ?? 0), shown(revision["created-at"]?.string ?? ""),
        (revision["architectures"]?.array ?? []).compactMap(\.string).map(shown).joined(separator: ","),
        shown(revision["version"]?.string ?? ""), String(revision["size"]?.integer ?? 0),
        shown(revision["status"]?.string ?? ""),
      ])
    }
    if rows.count == 1 { print("Nothing was uploaded yet.") } else { table(rows) }
  }
}
