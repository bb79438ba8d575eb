internal import State

/// Who the machine is towards one store. Keys as the reference's `auth.device` (`spec/features.md` §7).
public struct DeviceIdentity: Codable, Equatable, Sendable {
  public var brand: String
  public var model: String
  /// Which of the machine's keys is the device's; nil until it is made.
  public var keyID: String?
  /// Nil until the store has given one for the key.
  public var serial: String?
  /// What proves to the store who asks. Secret.
  var sessionMacaroon: String?
  /// Where the store is; nil while it is not set up, or another is the machine's.
  public var address: String?

  enum CodingKeys: String, CodingKey {
    case brand, model, serial
    case keyID = "key-id"
    case sessionMacaroon = "session-macaroon"
    case address = "store"
  }

  public init(brand: String, model: String) { (self.brand, self.model) = (brand, model) }
}

extension DeviceIdentity: CustomStringConvertible, CustomReflectable {
  /// Without its secret.
  public var description: String { "\(brand)/\(model)/\(serial ?? "-")" }
  public var customMirror: Mirror { Mirror(self, children: ["identity": description]) }
}

/// When the machine was last tried to be made known, and how often in vain.
struct DeviceAttempts: Codable, Equatable, Sendable {
  /// The roots of the stores that there were then.
  var stores: [String]
  var count: Int
  /// Seconds of Unix time.
  var last: Int64

  /// Seconds until the next: 5 minutes, twice as many each time, a day at most (`spec/engine.md`, "Device registration").
  var wait: Int64 { count > 9 ? 24 * 3600 : min(300 << Int64(max(0, count - 1)), 24 * 3600) }
}

extension RecordKind where Value == DeviceIdentity {
  /// By the fingerprint of the store's root.
  static var identities: Self { RecordKind("auth-device") }
}

extension RecordKind where Value == DeviceAttempts {
  static var deviceAttempts: Self { RecordKind("device-attempts") }
}

extension State {
  subscript(identity root: String) -> DeviceIdentity? {
    get { self[.identities, root] }
    set { self[.identities, root] = newValue }
  }

  /// Who the machine is now, and the root of the store that knows it so.
  var currentIdentity: (root: String, identity: DeviceIdentity)? {
    all(.identities).first { $0.value.address != nil }.map { ($0.key, $0.value) }
  }

  var deviceAttempts: DeviceAttempts? {
    get { self[.deviceAttempts, "last"] }
    set { self[.deviceAttempts, "last"] = newValue }
  }
}
