internal import CommandGrammar
internal import JSONValues

/// `snap-store register NAME`.
enum Register: PublishingCommand {
  static let grammar = Grammar(
    name: "register", summary: "Register the name of a snap",
    help: "Names of systems (core, snapd, …) are registered by administrators.",
    options: [
      .flag("private", "only those who work on it see it")
    ],
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let name = words.positionals[0]
    let answer = try client.request(
      "POST", "/v1/snap", ["name": .string(name), "private": .bool(words.has("private"))])
    print("Registered \(shown(name)) (\(shown(answer["id"]?.string ?? ""))).")
  }
}
