internal import CommandGrammar
internal import JSONValues

/// `snap-store unregister NAME`.
enum Unregister: PublishingCommand {
  static let grammar = Grammar(
    name: "unregister", summary: "Give back a name that has no revisions",
    help: "A name of which something was uploaded stays: devices may have it.",
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    _ = try client.request("DELETE", "/v1/snap/\(try SnapPath.part(words.positionals[0]))")
    print("\(shown(words.positionals[0])) is free.")
  }
}
