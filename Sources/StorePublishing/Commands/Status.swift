internal import CommandGrammar
internal import JSONValues

/// `snap-store status NAME`.
enum Status: PublishingCommand {
  static let grammar = Grammar(
    name: "status", summary: "Show what is in a snap's channels",
    help: "Shows the open channels, by architecture.",
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let answer = try client.request("GET", "/v1/snap/\(try SnapPath.part(words.positionals[0]))/releases")
    let versions = Dictionary(
      (answer["revisions"]?.array ?? []).map { ($0["revision"]?.integer ?? 0, $0["version"]?.string ?? "") },
      uniquingKeysWith: { first, _ in first })
    var rows = [["Channel", "Arch", "Revision", "Version", "Progress", "Until"]]
    for release in answer["channel-map"]?.array ?? [] {
      let revision = release["revision"]?.integer ?? 0
      rows.append([
        shown(release["channel"]?.string ?? ""), shown(release["architecture"]?.string ?? ""), String(revision),
        shown(versions[revision] ?? ""), progress(release["progressive"]),
        shown(release["expiration-date"]?.string ?? "-"),
      ])
    }
    if rows.count == 1 { print("Nothing is released.") } else { table(rows) }
  }

  private static func progress(_ value: JSONValue?) -> String {
    guard let percentage = value?["percentage"], percentage != .null else { return "-" }
    return "\(percentage.text) %\(value?["paused"]?.bool == true ? ", paused" : "")"
  }
}
