internal import JSONValues

/// `snap-store set-private NAME yes|no`.
enum SetPrivate: PublishingCommand {
  static let usage = Words.Usage(
    name: "set-private", summary: "Hide a snap from everybody who does not work on it, or show it",
    arguments: "<snap> yes|no", count: 2...2)

  static func run(_ words: Words) throws {
    let truths = ["yes": true, "no": false]
    guard let isPrivate = truths[words.arguments[1]] else { throw UsageError("yes or no is needed") }
    let client = try PublisherClient(try Credentials.load())
    _ = try client.request(
      "PATCH", "/v1/snap/\(try SnapPath.part(words.arguments[0]))", ["private": .bool(isPrivate)])
    print("\(shown(words.arguments[0])) is \(isPrivate ? "private" : "public").")
  }
}
