internal import CommandGrammar
internal import JSONValues

/// `snap-store collaborate NAME [--add ACCOUNT] [--remove ACCOUNT]`.
enum Collaborate: PublishingCommand {
  static let grammar = Grammar(
    name: "collaborate", summary: "Show or change who works on a snap",
    help: "Only its publisher chooses who works on a snap.",
    options: [
      .value("add", label: "LIST", "user names or addresses"),
      .value("remove", label: "LIST", "user names or addresses"),
    ],
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let path = "/v1/snap/\(try SnapPath.part(words.positionals[0]))/collaborators"
    let (added, removed) = (words.list("add") ?? [], words.list("remove") ?? [])
    var answer = try client.request("GET", path)
    if !added.isEmpty || !removed.isEmpty {
      answer = try client.request(
        "POST", path, ["add": .array(added.map { .string($0) }), "remove": .array(removed.map { .string($0) })])
    }
    var rows = [["Username", "Name", "Since"]]
    for one in answer["collaborators"]?.array ?? [] {
      rows.append(["username", "display-name", "since"].map { shown(one[$0]?.string ?? "") })
    }
    if rows.count == 1 { print("Nobody but its publisher works on it.") } else { table(rows) }
  }
}
