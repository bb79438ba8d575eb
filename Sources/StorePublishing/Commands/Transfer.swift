internal import CommandGrammar
internal import JSONValues

/// `snap-store transfer NAME ACCOUNT`.
enum Transfer: PublishingCommand {
  static let grammar = Grammar(
    name: "transfer", summary: "Give a snap to another account (administrators)",
    help:
      "What is released from then on is held for some days, so that whoever did not want it can notice; see \"snap-store hold\". Who worked on the snap does so no more until the new owner says so.",
    positionals: [Grammar.Positional("<snap>", .one), Grammar.Positional("<account>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let answer = try client.request(
      "POST", "/v1/admin/snap/\(try SnapPath.part(words.positionals[0]))/transfer",
      ["account": .string(words.positionals[1])])
    print("\(shown(words.positionals[0])) is of \(shown(words.positionals[1])) now.")
    if let until = answer["held-until"]?.string { print("Its updates are held until \(shown(until)).") }
  }
}
