internal import CommandGrammar
internal import JSONValues
internal import Linux

/// `snap-store declare NAME [FILE]`.
enum Declare: PublishingCommand {
  static let grammar = Grammar(
    name: "declare", summary: "Show or change what a snap may have: plugs, slots and aliases (administrators)",
    help:
      "The file has a JSON object of headers of the snap-declaration; null takes one out. The declaration is signed anew.",
    positionals: [Grammar.Positional("<snap>", .one), Grammar.Positional("<file>", .optional)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let path = "/v1/admin/snap/\(try SnapPath.part(words.positionals[0]))/declaration"
    guard words.positionals.count == 2 else { return print(try client.request("GET", path).prettyText) }
    let headers = try JSONValue(parsing: try Files.read(words.positionals[1], limit: 1 << 20))
    print(try client.request("PUT", path, headers).prettyText)
  }
}
