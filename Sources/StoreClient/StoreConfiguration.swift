internal import ByteText
public import Snap
public import StoreProtocol

/// Where one store is, and who asks it.
public struct StoreConfiguration: Sendable {
  /// What the store is called here.
  public var name: String
  /// What all paths begin with (`SNAPPY_FORCE_API_URL`, `proxy.store`).
  public var api: WebAddress
  /// Where assertions are; nil for the same (`SNAPPY_FORCE_SAS_URL`).
  public var assertions: WebAddress?
  /// Where users and publishers log in; nil for the same (`SNAPPY_FORCE_SSO_URL`).
  public var logIn: WebAddress?
  /// The store of its own that the device belongs to, by id; empty for none.
  public var storeID = ""
  /// `snapd/<version> (series 16; …)`.
  public var userAgent: String
  public var architecture: Architecture
  /// Whether the machine runs a system of its own besides snaps.
  public var isClassic: Bool
  /// Where in a cloud the machine is; nil for none.
  public var cloud: CloudLocation?
  /// Whether downloads may come from content delivery networks.
  public var allowsCDN = true
  /// Whether deltas can be applied here.
  public var appliesDeltas = false
  public var retries = RetryPolicy.standard
  public var downloadRetries = RetryPolicy.download

  public init(
    name: String, api: WebAddress, assertions: WebAddress? = nil, logIn: WebAddress? = nil, userAgent: String,
    architecture: Architecture = .host, isClassic: Bool = true
  ) {
    (self.name, self.api, self.assertions, self.logIn) = (name, api, assertions, logIn)
    (self.userAgent, self.architecture, self.isClassic) = (userAgent, architecture, isClassic)
  }
}

/// What the client calls itself.
public enum StoreUserAgent {
  /// `snapd/2.77.0 (series 16; classic) debian/12 (amd64) linux/6.1.0`. Source: `spec/assertions-and-store.md` §6.
  ///
  /// - Parameters:
  ///   - system: `ID` and `VERSION_ID` of os-release; what could not be in a header is left out of all parts.
  ///   - notes: `classic`, `testing`, …
  public static func text(
    system: (id: String, version: String), kernel: String, architecture: Architecture = .host,
    notes: [String] = ["classic"]
  ) -> String {
    func plain(_ text: String) -> String {
      let kept = text.utf8.filter { byte in
        byte.isASCIIAlphanumeric
          || "-._~+".utf8.contains(byte)
      }
      return kept.isEmpty ? "unknown" : String(decoding: kept, as: UTF8.self)
    }
    let inside = (["series 16"] + notes.map(plain)).joined(separator: "; ")
    return "snapd/\(SystemVersion.current) (\(inside)) \(plain(system.id))/\(plain(system.version)) "
      + "(\(plain(architecture.description))) linux/\(plain(kernel))"
  }
}

/// Where in a cloud a machine is.
public struct CloudLocation: Hashable, Sendable {
  public var name: String
  public var region: String
  public var availabilityZone: String

  public init(name: String, region: String = "", availabilityZone: String = "") {
    (self.name, self.region, self.availabilityZone) = (name, region, availabilityZone)
  }

  /// As the header has it; parts that could end a quotation are left out.
  var header: String {
    [("cloud-name", name), ("region", region), ("availability-zone", availabilityZone)]
      .filter { !$1.isEmpty && $1.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C } }
      .map { "\($0)=\"\($1)\"" }.joined(separator: " ")
  }
}

/// A user as a store knows them. Secret: it says nothing of itself.
public struct StoreUser: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// Who it is in the daemon's records; new discharges are kept under it.
  public var id: Int
  public var macaroon: String
  public var discharges: [String]

  public init(id: Int, macaroon: String, discharges: [String]) {
    (self.id, self.macaroon, self.discharges) = (id, macaroon, discharges)
  }

  public var description: String { "user \(id)" }
  public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// What the client needs of the device and its users, and what it hands back to be kept. Calls come on the threads
/// that make requests, several at once.
public protocol StoreAuthority: Sendable {
  /// The macaroon of the device's session with a store; nil for none.
  func session(with store: String) -> String?
  /// Keeps a new session.
  func keep(session: String, with store: String) throws
  /// Forgets the session, since the store takes it no more and gives no other.
  func forgetSession(with store: String) throws
  /// What a device says to get a session, signed over a nonce that the store gives when it is asked for; nil when the
  /// device has no serial, so that there is no session.
  func sessionRequest(nonce: () throws -> String) throws -> SessionRequest?
  /// Keeps new discharges of a user.
  func keep(_ user: StoreUser) throws
}

/// A device without a serial, whose users are not kept.
public struct NoAuthority: StoreAuthority {
  public init() {}
  public func session(with store: String) -> String? { nil }
  public func keep(session: String, with store: String) {}
  public func forgetSession(with store: String) {}
  public func sessionRequest(nonce: () throws -> String) -> SessionRequest? { nil }
  public func keep(_ user: StoreUser) {}
}
