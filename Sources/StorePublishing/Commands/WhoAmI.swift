internal import CommandGrammar
internal import JSONValues

/// `snap-store whoami`.
enum WhoAmI: PublishingCommand {
  static let grammar = Grammar(
    name: "whoami", summary: "Show who is logged in, and what that log-in may do",
    help: "Asks the store, so it also tells whether the log-in is still good.")

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let answer = try client.request("GET", "/v1/tokens/whoami")
    let account = answer["account"]
    func texts(_ value: JSONValue?) -> String {
      (value?.array ?? []).compactMap(\.string).map(shown).joined(separator: ", ")
    }
    var rows = [
      ["store:", shown(client.credentials.url)], ["email:", shown(account?["email"]?.string ?? "")],
      ["username:", shown(account?["username"]?.string ?? "")], ["id:", shown(account?["id"]?.string ?? "")],
      ["permissions:", texts(answer["permissions"])],
    ]
    if let packages = answer["packages"]?.array {
      rows.append(["snaps:", packages.compactMap { $0["name"]?.string }.map(shown).joined(separator: ", ")])
    }
    if answer["channels"]?.array != nil { rows.append(["channels:", texts(answer["channels"])]) }
    rows.append(["expires:", shown(answer["expires"]?.string ?? "")])
    table(rows)
  }
}
