internal import CommandGrammar
internal import JSONValues
internal import Linux

/// `snap-store validation-sets [NAME] [--add FILE]`.
enum ValidationSets: PublishingCommand {
  static let grammar = Grammar(
    name: "validation-sets", summary: "List your validation sets, or publish one that you signed",
    help: "Sets are signed with a key of your own (snap sign), which the store has to know.",
    options: [
      .flag("all", "all sequences, not the last of each alone"),
      .value("add", label: "FILE", "a signed validation-set assertion"),
    ],
    positionals: [Grammar.Positional("<name>", .optional)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let answer: JSONValue
    if let file = words.value("add") {
      let bytes = try Files.read(file, limit: 4 << 20)
      answer = try client.request("POST", "/api/v2/validation-sets", raw: ("application/x.ubuntu.assertion", bytes))
    } else {
      let name = try words.positionals.first.map { "/" + (try SnapPath.part($0)) } ?? ""
      answer = try client.request("GET", "/api/v2/validation-sets\(name)\(words.has("all") ? "?sequence=all" : "")")
    }
    var rows = [["Name", "Sequence", "Revision", "Snaps"]]
    for set in answer["assertions"]?.array ?? [] {
      let headers = set["headers"]
      let snaps = (headers?["snaps"]?.array ?? []).compactMap { $0["name"]?.string }.map(shown)
      rows.append([
        shown(headers?["name"]?.string ?? ""), shown(headers?["sequence"]?.string ?? ""),
        shown(headers?["revision"]?.string ?? "0"), snaps.joined(separator: ","),
      ])
    }
    if rows.count == 1 { print("No validation sets yet.") } else { table(rows) }
  }
}
