internal import JSONValues

/// `snap-store review list|approve|reject`.
enum Review: PublishingCommand {
  static let usage = Words.Usage(
    name: "review", summary: "Decide on revisions that wait for a person (administrators)",
    arguments: "list | approve <snap> <revision> | reject <snap> <revision>",
    flags: ["remember": "approve what was found in all revisions that follow, too"],
    values: ["reason": "told to the publisher"], count: 1...3)

  static func run(_ words: Words) throws {
    let action = words.arguments[0]
    switch (action, words.arguments.count) {
    case ("list", 1): try list()
    case ("approve", 3), ("reject", 3):
      guard let revision = UInt32(words.arguments[2]) else { throw UsageError("a revision is a number") }
      var body: [String: JSONValue] = ["action": .string(action), "remember": .bool(words.has("remember"))]
      if let reason = words.value("reason") { body["reason"] = .string(reason) }
      let client = try PublisherClient(try Credentials.load())
      let answer = try client.request(
        "POST", "/v1/admin/snap/\(try SnapPath.part(words.arguments[1]))/revisions/\(revision)/review", .object(body))
      print("Revision \(revision) of \(shown(words.arguments[1])) is \(shown(answer["status"]?.string ?? "")).")
    default: throw UsageError("list, or approve or reject with a snap and a revision, is needed")
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
