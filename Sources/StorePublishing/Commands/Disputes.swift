internal import CommandGrammar
internal import JSONValues

/// `snap-store disputes [claim NAME COMMENT | reject NAME ACCOUNT]`.
enum Disputes: PublishingCommand {
  static let grammar = Grammar(
    name: "disputes", summary: "Claim a name that is taken; list and decide on claims (administrators)",
    help: "A claim that is right ends with \"snap-store transfer\".",
    positionals: [
      Grammar.Positional("list|claim|reject", .optional), Grammar.Positional("<snap>", .optional),
      Grammar.Positional("<comment>|<account>", .optional),
    ])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    switch (words.positionals.first ?? "list", words.positionals.count) {
    case ("list", 0...1): try list(client)
    case ("claim", 3):
      _ = try client.request(
        "POST", "/dev/api/register-name-dispute/",
        ["snap_name": .string(words.positionals[1]), "comment": .string(words.positionals[2])])
      print("An administrator of the store will decide on \(shown(words.positionals[1])).")
    case ("reject", 3):
      _ = try client.request(
        "POST", "/v1/admin/disputes/reject",
        ["name": .string(words.positionals[1]), "account": .string(words.positionals[2])])
      print("\(shown(words.positionals[1])) stays whose it is.")
    default: throw WrongUsage("list, claim with a snap and a comment, or reject with a snap and an account, is needed")
    }
  }

  private static func list(_ client: PublisherClient) throws {
    var rows = [["Name", "Publisher", "Claimed by", "Since", "Comment"]]
    for one in try client.request("GET", "/v1/admin/disputes")["disputes"]?.array ?? [] {
      rows.append(["name", "publisher", "claimed-by", "created-at", "comment"].map { shown(one[$0]?.string ?? "-") })
    }
    if rows.count == 1 { print("Nobody claims a name.") } else { table(rows) }
  }
}
