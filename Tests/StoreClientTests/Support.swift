import Glibc
import Macaroons
import Snap
import StoreClient
import StoreProtocol
import Synchronization
import TestSupport

/// A clock on which waiting takes no time.
final class TestClock: Sendable {
  private let time = Mutex(Duration.zero)
  private let waited = Mutex<[Duration]>([])
  /// How much later it is whenever somebody looks.
  let step: Duration

  init(step: Duration = .zero) { self.step = step }

  var waits: [Duration] { waited.withLock { $0 } }

  var clock: StoreClock {
    StoreClock(
      now: { [self] in
        time.withLock {
          $0 += step
          return $0
        }
      },
      wait: { [self] duration, _ in
        waited.withLock { $0.append(duration) }
        time.withLock { $0 += duration }
      })
  }
}

/// A device and its users, in memory.
final class TestAuthority: StoreAuthority {
  let sessions = Mutex<[String: String]>([:])
  let users = Mutex<[StoreUser]>([])
  let hasSerial: Bool

  init(hasSerial: Bool = true) { self.hasSerial = hasSerial }

  func session(with store: String) -> String? { sessions.withLock { $0[store] } }
  func keep(session: String, with store: String) { sessions.withLock { $0[store] = session } }
  func forgetSession(with store: String) { sessions.withLock { $0[store] = nil } }
  func sessionRequest(nonce: () throws -> String) throws -> SessionRequest? {
    guard hasSerial else { return nil }
    return SessionRequest(deviceSessionRequest: try nonce(), serialAssertion: "serial", modelAssertion: "model")
  }
  func keep(_ user: StoreUser) { users.withLock { $0.append(user) } }
}

extension StoreClient {
  /// A client of a server of this machine.
  static func testing(
    _ server: OddServer, clock: TestClock = TestClock(), patience: Patience = Patience(),
    authority: any StoreAuthority = NoAuthority(), _ change: (inout StoreConfiguration) -> Void = { _ in }
  ) throws -> StoreClient {
    var configuration = StoreConfiguration(
      name: "test", api: try WebAddress(server.url), userAgent: "snapd/test", architecture: Architecture("amd64"))
    change(&configuration)
    return StoreClient(
      configuration, web: WebOptions(patience: patience, clock: clock.clock), authority: authority)
  }
}

enum Samples {
  /// Bytes without a pattern that are the same each time.
  static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes.append(UInt8(truncatingIfNeeded: state >> 56))
    }
    return bytes
  }

  static func macaroon(_ text: String, thirdParty: String? = nil) throws -> String {
    var macaroon = Macaroon(location: "test", identifier: Array(text.utf8), key: Array("key".utf8))
    if let thirdParty {
      macaroon.addThirdParty(location: thirdParty, identifier: Array("caveat".utf8), key: Array("other".utf8))
    }
    return try macaroon.serialized()
  }

  static let info = #"{"name":"hello","snap-id":"ID","snap":{"title":"T"},"channel-map":[]}"#
}
