internal import JSONValues

/// `snap-store metadata NAME [--title …]`.
enum Metadata: PublishingCommand {
  private static let texts = ["title", "summary", "description", "license", "contact", "website", "default-track"]

  static let usage = Words.Usage(
    name: "metadata", summary: "Show or change what people read of a snap", arguments: "<snap>",
    flags: ["unlisted": "only who knows the name finds it", "listed": "everybody finds it"],
    values: [
      "title": "up to 64 characters", "summary": "up to 128 characters", "description": "up to 4096 characters",
      "license": "in SPDX's words", "contact": "an address", "website": "an address",
      "categories": "with commas between",
      "default-track": "the track for those who name none",
    ], count: 1...1)

  static func run(_ words: Words) throws {
    let client = try PublisherClient(try Credentials.load())
    let path = "/v1/snap/\(try SnapPath.part(words.arguments[0]))"
    var fields: [String: JSONValue] = [:]
    for name in texts { if let value = words.value(name) { fields[name] = .string(value) } }
    if let categories = words.list("categories") { fields["categories"] = .array(categories.map { .string($0) }) }
    guard !(words.has("listed") && words.has("unlisted")) else { throw UsageError("either --listed or --unlisted") }
    if words.has("unlisted") { fields["unlisted"] = true }
    if words.has("listed") { fields["unlisted"] = false }
    let answer = try fields.isEmpty ? client.request("GET", path) : client.request("PATCH", path, .object(fields))
    let metadata = answer["metadata"]
    table(
      (["name", "id", "status"] + texts).compactMap { name in
        metadata?[name]?.string.map { [name + ":", shown($0)] }
      })
  }
}
