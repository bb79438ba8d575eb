internal import JSONValues

/// `snap-store close NAME CHANNEL...`.
enum Close: PublishingCommand {
  static let usage = Words.Usage(
    name: "close", summary: "Close channels: devices there follow the next safer one", arguments: "<snap> <channel>...",
    count: 2...100)

  static func run(_ words: Words) throws {
    let client = try PublisherClient(try Credentials.load())
    let name = words.arguments[0]
    let items = words.arguments.dropFirst().map { channel -> JSONValue in
      ["channel": .string(channel), "revision": .null]
    }
    _ = try client.request("POST", "/v1/snap/\(try SnapPath.part(name))/releases", .array(Array(items)))
    print("Closed \(words.arguments.dropFirst().map(shown).joined(separator: ", ")) of \(shown(name)).")
  }
}

/// Names in addresses.
enum SnapPath {
  /// - Throws: unless it is a name that needs no escaping.
  static func part(_ name: String) throws -> String {
    let isPlain = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard isPlain, (1...64).contains(name.utf8.count) else {
      throw PublishingError("cannot use \(shown(name)): it is no name of a snap")
    }
    return name
  }
}
