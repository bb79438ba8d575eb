internal import JSONValues

/// `snap-store register NAME`.
enum Register: PublishingCommand {
  static let usage = Words.Usage(
    name: "register", summary: "Register the name of a snap", arguments: "<snap>",
    flags: ["private": "only those who work on it see it"], count: 1...1)

  static func run(_ words: Words) throws {
    let client = try PublisherClient(try Credentials.load())
    let name = words.arguments[0]
    let answer = try client.request(
      "POST", "/v1/snap", ["name": .string(name), "private": .bool(words.has("private"))])
    print("Registered \(shown(name)) (\(shown(answer["id"]?.string ?? ""))).")
  }
}
