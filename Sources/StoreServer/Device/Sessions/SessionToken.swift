internal import Macaroons
internal import Time

/// What a device shows instead of its serial, for a while: a macaroon of this store.
struct SessionToken: Equatable, Sendable {
  /// Which device it is.
  struct Device: Hashable, Sendable {
    var brandID: String
    var model: String
    var serial: String

    /// What tells the device from all others.
    var seed: String { "\(brandID)/\(model)/\(serial)" }
  }

  /// How long a session lasts, in seconds: a day.
  static let lifetime: Int64 = 24 * 3600

  var device: Device
  /// Seconds of Unix time.
  var expires: Int64

  private static let location = "device-session"

  func text(secret: [UInt8]) throws -> String {
    // Serials may have spaces, so the serial is last.
    let identifier = Array("\(expires) \(device.brandID) \(device.model) \(device.serial)".utf8)
    return try Macaroon(location: Self.location, identifier: identifier, key: secret).serialized()
  }

  init(device: Device, expires: Int64) {
    self.device = device
    self.expires = expires
  }

  /// Reads a token.
  ///
  /// - Returns: nil when it is not of this store, or over.
  init?(_ macaroon: Macaroon, secret: [UInt8], now: Int64) {
    guard macaroon.location == Self.location,
      let conditions = try? macaroon.verified(key: secret), conditions.isEmpty
    else { return nil }
    let parts = String(decoding: macaroon.identifier, as: UTF8.self).split(separator: " ", maxSplits: 3)
    guard parts.count == 4, let expires = Int64(parts[0]), now < expires else { return nil }
    self.init(
      device: Device(brandID: String(parts[1]), model: String(parts[2]), serial: String(parts[3])), expires: expires)
  }
}
