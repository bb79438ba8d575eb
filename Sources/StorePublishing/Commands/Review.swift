internal import CommandGrammar
internal import JSONValues

/// `snap-store review list|approve|reject`.
enum Review: PublishingCommand {
  static let grammar = Grammar(
    name: "review", summary: "Decide on revisions that wait for a person (administrators)",
    help: "Without a declaration that allows it, what a plug or slot needs is looked at by a person.",
    options: [
      .flag("remember", "approve what was found in all revisions that follow, too"),
      .value("reason", label: "TEXT", "told to the publisher"),
    ],
    positionals: [
      Grammar.Positional("list|approve|reject", .one), Grammar.Positional("<snap>", .optional),
      Grammar.Positional("<revision>", .optional),
    ])

  static func run(_ words: Arguments) throws {
    let action = words.positionals[0]
    switch (action, words.positionals.count) {
    case ("list", 1): try list()
    case ("approve", 3), ("reject", 3):
      guard let revision = UInt32(words.positionals[2]) else { throw WrongUsage("a revision is a number") }
      var body: [String: JSONValue] = ["action": .string(action), "remember": .bool(words.has("remember"))]
      if let reason = words.value("reason") { body["reason"] = .string(reason) }
      let client = try PublisherClient(try Credentials.load())
      let answer = try client.request(
        "POST", "/v1/admin/snap/\(try SnapPath.part(words.positionals[1]))/revisions/\(revision)/review", .object(body))
      print("Revision \(revision) of \(shown(words.positionals[1])) is \(shown(answer["status"]?.string ?? "")).")
    default: throw WrongUsage("list, or approve or reject with a snap and a revision, is needed")
    }
  }

  private static func list() throws {
    let client = try PublisherClient(try Credentials.load())
    let reviews = try client.request("GET", "/v1/admin/reviews")["reviews"]?.array ?? []
    if reviews.isEmpty { print("Nothing waits for a review.") }
    for review in reviews {
      let name = shown(review["name"]?.string ?? "")
      print("\(name) revision \(review["revision"]?.integer ?? 0), version \(shown(review["version"]?.string ?? ""))")
      for finding in review["findings"]?.array ?? [] { print("  \(shown(finding.string ?? ""))") }
    }
  }
}
