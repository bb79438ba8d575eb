internal import CommandGrammar
internal import JSONValues

/// `snap-store names`.
enum Names: PublishingCommand {
  static let grammar = Grammar(
    name: "names", summary: "List the snaps that you publish or work on",
    help: "Those of others that you work on are listed with their publisher.")

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let answer = try client.request("GET", "/v1/snap?include-collaborations=true")
    var rows = [["Name", "Status", "Visibility", "Publisher"]]
    for name in answer["results"]?.array ?? [] {
      let visibility =
        name["private"]?.bool == true ? "private" : name["unlisted"]?.bool == true ? "unlisted" : "public"
      rows.append([
        shown(name["name"]?.string ?? ""), shown(name["status"]?.string ?? ""), visibility,
        shown(name["publisher"]?["username"]?.string ?? ""),
      ])
    }
    if rows.count == 1 { print("No snaps yet. Register one with \"snap-store register\".") } else { table(rows) }
  }
}
