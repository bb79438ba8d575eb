internal import JSONValues
internal import Linux

/// `snap-store declare NAME [FILE]`.
enum Declare: PublishingCommand {
  static let usage = Words.Usage(
    name: "declare",
    summary:
      "Show or change what a snap's declaration allows it: an object of plugs, slots and aliases (administrators)",
    arguments: "<snap> [<file>]", count: 1...2)

  static func run(_ words: Words) throws {
    let client = try PublisherClient(try Credentials.load())
    let path = "/v1/admin/snap/\(try SnapPath.part(words.arguments[0]))/declaration"
    guard words.arguments.count == 2 else { return print(try client.request("GET", path).prettyText) }
    let headers = try JSONValue(parsing: try Files.read(words.arguments[1], limit: 1 << 20))
    print(try client.request("PUT", path, headers).prettyText)
  }
}
