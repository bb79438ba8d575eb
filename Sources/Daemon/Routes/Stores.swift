internal import API
internal import ByteText
internal import DeviceManager
internal import HTTP
internal import Overlord
internal import StoreDirectory

/// `/v2/stores`: the stores that snaps come from. Not in the reference.
extension DaemonService {
  /// `GET /v2/stores`: in the order in which they are asked.
  func listStores(_ request: Request) async throws -> Answer {
    try .sync(stores.directory.entries.map { StoreJSON($0) })
  }

  /// `POST /v2/stores`: adds one, or removes one.
  func changeStores(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      StoreInstruction.self, orSay: "cannot decode request body into store instruction"
    ) { "\($0)" }
    switch instruction.action {
    case "add":
      return try .sync(
        StoreJSON(
          try stores.add(
            url: instruction.url, key: instruction.key, name: instruction.name, priority: instruction.priority)))
    case "remove":
      let gone = try stores.remove(instruction.name)
      try overlord.identity.storesChanged()
      return try .sync(StoreJSON(gone))
    default: throw APIFailure.badRequest("unknown store action \(QuotedText.quote(instruction.action))")
    }
  }
}

extension StoreJSON {
  init(_ entry: StoreEntry) {
    self.init(
      name: entry.name, url: entry.url.text, key: entry.key ?? "", priority: entry.priority,
      origin: entry.origin.rawValue)
  }
}
