internal import CommandGrammar
internal import JSONValues

/// `snap-store promote NAME --from CHANNEL --to CHANNEL`.
enum Promote: PublishingCommand {
  static let grammar = Grammar(
    name: "promote", summary: "Release what one channel has to another",
    help: "Every architecture gets its own revision.",
    options: [
      .value("from", label: "CHANNEL", "the channel that has it"),
      .value("to", label: "CHANNEL", "the channel that gets it"),
    ],
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    guard let from = words.value("from"), let to = words.value("to") else {
      throw WrongUsage("--from and --to are needed")
    }
    let client = try PublisherClient(try Credentials.load())
    let name = words.positionals[0]
    let revisions = Set(try ChannelContent.of(from, name, client).map(\.revision)).sorted()
    guard !revisions.isEmpty else {
      throw PublishingError("cannot promote \(shown(name)): nothing is in \(shown(from))")
    }
    for revision in revisions { try Release.release(client, name, String(revision), [to]) }
  }
}

/// What a channel has.
struct ChannelContent {
  var revision: Int64
  var percentage: JSONValue?

  /// One for each architecture.
  static func of(_ channel: String, _ name: String, _ client: PublisherClient) throws -> [ChannelContent] {
    let answer = try client.request("GET", "/v1/snap/\(try SnapPath.part(name))/releases")
    let full = full(channel)
    return (answer["channel-map"]?.array ?? []).filter { $0["channel"]?.string == full }.map { release in
      ChannelContent(revision: release["revision"]?.integer ?? 0, percentage: release["progressive"]?["percentage"])
    }
  }

  private static func full(_ channel: String) -> String {
    let parts = channel.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let risks: Set = ["stable", "candidate", "beta", "edge"]
    if risks.contains(parts[0]) { return "latest/" + channel }
    return parts.count == 1 ? channel + "/stable" : channel
  }
}
