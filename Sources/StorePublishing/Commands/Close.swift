internal import ByteText
internal import CommandGrammar
internal import JSONValues

/// `snap-store close NAME CHANNEL...`.
enum Close: PublishingCommand {
  static let grammar = Grammar(
    name: "close", summary: "Close channels: devices there follow the next safer one",
    help: "A channel is opened again by releasing to it.",
    positionals: [Grammar.Positional("<snap>", .one), Grammar.Positional("<channel>", .atLeastOne)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let name = words.positionals[0]
    let items = words.positionals.dropFirst().map { channel -> JSONValue in
      ["channel": .string(channel), "revision": .null]
    }
    _ = try client.request("POST", "/v1/snap/\(try SnapPath.part(name))/releases", .array(Array(items)))
    print("Closed \(words.positionals.dropFirst().map(shown).joined(separator: ", ")) of \(shown(name)).")
  }
}

/// Names in addresses.
enum SnapPath {
  /// - Throws: unless it is a name that needs no escaping.
  static func part(_ name: String) throws -> String {
    let isPlain = name.utf8.allSatisfy {
      $0.isASCIILower || $0.isASCIIDigit || $0 == UInt8(ascii: "-")
    }
    guard isPlain, (1...64).contains(name.utf8.count) else {
      throw PublishingError("cannot use \(shown(name)): it is no name of a snap")
    }
    return name
  }
}
