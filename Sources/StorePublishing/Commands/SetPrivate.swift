internal import CommandGrammar
internal import JSONValues

/// `snap-store set-private NAME yes|no`.
enum SetPrivate: PublishingCommand {
  static let grammar = Grammar(
    name: "set-private", summary: "Hide a snap from everybody who does not work on it, or show it",
    help: "Devices on which somebody is logged in who works on a private snap can install it.",
    positionals: [Grammar.Positional("<snap>", .one), Grammar.Positional("yes|no", .one)])

  static func run(_ words: Arguments) throws {
    let truths = ["yes": true, "no": false]
    guard let isPrivate = truths[words.positionals[1]] else { throw WrongUsage("yes or no is needed") }
    let client = try PublisherClient(try Credentials.load())
    _ = try client.request(
      "PATCH", "/v1/snap/\(try SnapPath.part(words.positionals[0]))", ["private": .bool(isPrivate)])
    print("\(shown(words.positionals[0])) is \(isPrivate ? "private" : "public").")
  }
}
