internal import CommandGrammar
internal import JSONValues

/// `snap-store logout`.
enum LogOut: PublishingCommand {
  static let grammar = Grammar(
    name: "logout", summary: "End this log-in, here and at the store",
    help: "Tokens that were exported from this log-in end with it.")

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    // Whatever the store says, the log-in is gone from here.
    defer { try? Credentials.remove() }
    _ = try client.request("POST", "/v1/tokens/revoke", [:])
    print("Logged out of \(shown(client.credentials.url)).")
  }
}
