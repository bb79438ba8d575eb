internal import ByteText

/// What comes in `Authorization` and `Snap-Device-Authorization`: `Macaroon root="…", discharge="…"`.
struct MacaroonHeader: Equatable, Sendable {
  let root: String
  let discharges: [String]

  /// Bytes of a header; tokens are some hundred.
  private static let limit = 16 << 10

  /// - Returns: nil for another scheme, or what cannot be read.
  init?(_ header: String) {
    guard header.utf8.count <= Self.limit else { return nil }
    let scheme = header.utf8.prefix { $0 != 0x20 }
    guard String(decoding: scheme, as: UTF8.self).lowercased() == "macaroon" else { return nil }
    var root: String?
    var discharges: [String] = []
    for pair in Substring(header.utf8.dropFirst(scheme.count)).byteSplit(",") {
      let text = Substring(pair.utf8.drop { $0 == 0x20 })
      let parts = text.byteSplit("=", maxSplits: 1, keepingEmpty: true)
      guard parts.count == 2, parts[1].utf8.count >= 2, parts[1].hasBytePrefix("\""), parts[1].hasByteSuffix("\"")
      else {
        return nil
      }
      let value = String(Substring(parts[1].utf8.dropFirst().dropLast()))
      switch parts[0] {
      case "root":
        if root != nil { return nil }
        root = value
      case "discharge": discharges.append(value)
      default: return nil
      }
    }
    guard let root else { return nil }
    self.root = root
    self.discharges = discharges
  }
}

/// Says whose a user's token is.
protocol UserAuthorizer: Sendable {
  /// - Returns: the account's id.
  /// - Throws: ``DeviceFailure`` of ``DeviceFailure/user(_:needsRefresh:)`` when the token is not one of this store,
  ///   or over.
  func account(_ token: MacaroonHeader) throws -> String
}
