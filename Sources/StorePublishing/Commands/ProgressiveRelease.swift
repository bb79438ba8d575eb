internal import CommandGrammar
internal import JSONValues

/// `snap-store progressive NAME CHANNEL PERCENTAGE|pause|resume`.
enum ProgressiveRelease: PublishingCommand {
  static let grammar = Grammar(
    name: "progressive", summary: "Change, pause or resume a progressive release",
    help: "Who has the revision keeps it, whatever the percentage; with 100 everybody gets it.",
    positionals: [
      Grammar.Positional("<snap>", .one), Grammar.Positional("<channel>", .one),
      Grammar.Positional("<percentage>|pause|resume", .one),
    ])

  static func run(_ words: Arguments) throws {
    let (name, channel, what) = (words.positionals[0], words.positionals[1], words.positionals[2])
    let client = try PublisherClient(try Credentials.load())
    let content = try ChannelContent.of(channel, name, client).filter { $0.percentage.map { $0 != .null } ?? false }
    guard let first = content.first else {
      throw PublishingError("cannot change the progress of \(shown(channel)): nothing is released progressively there")
    }
    let percentage: Double
    switch what {
    case "pause", "resume": percentage = Double(first.percentage?.text ?? "") ?? 100
    default:
      guard let number = Double(what) else { throw WrongUsage("a percentage, pause or resume is needed") }
      percentage = number
    }
    for revision in Set(content.map(\.revision)).sorted() {
      try Release.release(
        client, name, String(revision), [channel], progressive: percentage, isPaused: what == "pause")
    }
  }
}
