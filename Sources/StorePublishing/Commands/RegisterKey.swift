internal import CommandGrammar
internal import JSONValues
internal import Linux

/// `snap-store register-key FILE`.
enum RegisterKey: PublishingCommand {
  static let grammar = Grammar(
    name: "register-key", summary: "Let the store know a key that you sign with",
    help: """
      The file is what 'snap export-key --account=ID NAME' prints, with your account's id (snap-store whoami). Updates of \
      your snaps that come by themselves wait for a while after a new key.
      """,
    positionals: [Grammar.Positional("<file>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let bytes = try Files.read(words.positionals[0], limit: 1 << 20)
    let answer = try client.request(
      "POST", "/dev/api/account/account-key",
      ["account_key_request": .string(String(decoding: bytes, as: UTF8.self))])
    print("Registered key \(shown(answer["public_key"]?.string ?? "")).")
  }
}
