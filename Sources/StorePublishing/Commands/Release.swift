internal import CommandGrammar
internal import JSONValues

/// `snap-store release NAME REVISION CHANNEL...`.
enum Release: PublishingCommand {
  static let grammar = Grammar(
    name: "release", summary: "Release a revision to channels",
    help: "Either all of the channels get the revision or none does.",
    options: [
      .value("progressive", label: "PERCENTAGE", "to so many percent of devices only")
    ],
    positionals: [
      Grammar.Positional("<snap>", .one), Grammar.Positional("<revision>", .one),
      Grammar.Positional("<channel>", .atLeastOne),
    ])

  static func run(_ words: Arguments) throws {
    var progressive: Double?
    if let text = words.value("progressive") {
      guard let percentage = Double(text) else { throw WrongUsage("--progressive is a percentage") }
      progressive = percentage
    }
    try release(
      try PublisherClient(try Credentials.load()), words.positionals[0], words.positionals[1],
      Array(words.positionals.dropFirst(2)), progressive: progressive)
  }

  static func release(
    _ client: PublisherClient, _ name: String, _ revision: String, _ channels: [String], progressive: Double? = nil,
    isPaused: Bool = false
  ) throws {
    var body: [String: JSONValue] = [
      "name": .string(name), "revision": .string(revision), "channels": .array(channels.map { .string($0) }),
    ]
    if let progressive { body["progressive"] = ["percentage": .number(progressive), "paused": .bool(isPaused)] }
    let answer = try client.request("POST", "/dev/api/snap-release/", .object(body))
    let opened = (answer["opened_channels"]?.array ?? []).compactMap(\.string).map(shown).joined(separator: ", ")
    print("Revision \(shown(revision)) of \(shown(name)) is released to \(opened).")
    if answer["held"]?.bool == true {
      print("Updates of \(shown(name)) are held: devices get it when the hold ends.")
    }
  }
}
