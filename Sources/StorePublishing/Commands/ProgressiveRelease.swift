internal import JSONValues

/// `snap-store progressive NAME CHANNEL PERCENTAGE|pause|resume`.
enum ProgressiveRelease: PublishingCommand {
  static let usage = Words.Usage(
    name: "progressive", summary: "Change, pause or resume a progressive release",
    arguments: "<snap> <channel> <percentage>|pause|resume", count: 3...3)

  static func run(_ words: Words) throws {
    let (name, channel, what) = (words.arguments[0], words.arguments[1], words.arguments[2])
    let client = try PublisherClient(try Credentials.load())
    let content = try ChannelContent.of(channel, name, client).filter { $0.percentage.map { $0 != .null } ?? false }
    guard let first = content.first else {
      throw PublishingError("cannot change the progress of \(shown(channel)): nothing is released progressively there")
    }
    let percentage: Double
    switch what {
    case "pause", "resume": percentage = Double(first.percentage?.text ?? "") ?? 100
    default:
      guard let number = Double(what) else { throw UsageError("a percentage, pause or resume is needed") }
      percentage = number
    }
    for revision in Set(content.map(\.revision)).sorted() {
      try Release.release(
        client, name, String(revision), [channel], progressive: percentage, isPaused: what == "pause")
    }
  }
}
