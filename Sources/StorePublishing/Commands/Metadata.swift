internal import CommandGrammar
internal import JSONValues

/// `snap-store metadata NAME [--title …]`.
enum Metadata: PublishingCommand {
  private static let texts = ["title", "summary", "description", "license", "contact", "website", "default-track"]

  static let grammar = Grammar(
    name: "metadata", summary: "Show or change what people read of a snap",
    help: "Until something is said here, what the first revision's snap.yaml says holds.",
    options: [
      .flag("unlisted", "only who knows the name finds it"),
      .flag("listed", "everybody finds it"),
      .value("title", label: "TEXT", "up to 64 characters"),
      .value("summary", label: "TEXT", "up to 128 characters"),
      .value("description", label: "TEXT", "up to 4096 characters"),
      .value("license", label: "TEXT", "in SPDX's words"),
      .value("contact", label: "URL", "an address"),
      .value("website", label: "URL", "an address"),
      .value("categories", label: "LIST", "with commas between"),
      .value("default-track", label: "TRACK", "the track for those who name none"),
    ],
    positionals: [Grammar.Positional("<snap>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let path = "/v1/snap/\(try SnapPath.part(words.positionals[0]))"
    var fields: [String: JSONValue] = [:]
    for name in texts { if let value = words.value(name) { fields[name] = .string(value) } }
    if let categories = words.list("categories") { fields["categories"] = .array(categories.map { .string($0) }) }
    guard !(words.has("listed") && words.has("unlisted")) else { throw WrongUsage("either --listed or --unlisted") }
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
