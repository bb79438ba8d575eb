import Snap
import StoreProtocol
import Synchronization
import TestSupport
import Testing

@testable import StoreClient

@Suite struct CredentialTests {
  private static let answer = #"{"results":[]}"#

  @Test func whatRanOutIsRenewedOnce() throws {
    let fresh = try Samples.macaroon("fresh")
    let server = try OddServer { request in
      switch request.path {
      case "/api/v2/tokens/refresh": OddServer.json(#"{"discharge_macaroon":"\#(fresh)"}"#)
      case "/api/v1/snaps/auth/nonces": OddServer.json(#"{"nonce":"N\#(request.number)"}"#)
      case "/api/v1/snaps/auth/sessions": OddServer.json(#"{"macaroon":"SESSION\#(request.number)"}"#)
      default:
        switch request.number {
        case 0: OddServer.json("{}", 401, ["WWW-Authenticate: Macaroon needs_refresh=1"])
        case 1: OddServer.json("{}", 401, ["WWW-Authenticate: Macaroon refresh_device_session=1"])
        case 2:
          OddServer.json(#"{"results":[],"error-list":[{"code":"device-authorization-needs-refresh","message":"m"}]}"#)
        default: OddServer.json(Self.answer)
        }
      }
    }
    defer { server.stop() }
    let authority = TestAuthority()
    let client = try StoreClient.testing(server, authority: authority)
    let user = StoreUser(id: 7, macaroon: try Samples.macaroon("root"), discharges: [try Samples.macaroon("old")])
    _ = try client.act(SnapActionRequest(), .init(isScheduled: true), .init(user: user))
    #expect(authority.users.withLock { $0 } == [StoreUser(id: 7, macaroon: user.macaroon, discharges: [fresh])])
    // The first before anything, then one for each that ran out.
    #expect(authority.session(with: "test") == "SESSION2")
    let last = try #require(server.requests.last)
    #expect(last.headers["snap-device-authorization"] == "Macaroon root=\"SESSION2\"")
    #expect(last.headers["snap-refresh-reason"] == "scheduled")
    let session = try #require(server.requests.last { $0.path == "/api/v1/snaps/auth/sessions" })
    #expect(session.headers["x-device-authorization"] == "Macaroon root=\"SESSION1\"")
    #expect(try SessionRequest(json: session.body).deviceSessionRequest == "N2")
  }

  @Test func whatStaysRefusedIsAnError() throws {
    let server = try OddServer { request in
      request.path == "/api/v2/tokens/refresh"
        ? OddServer.json(#"{"discharge_macaroon":"\#((try? Samples.macaroon("f\(request.number)")) ?? "")"}"#)
        : OddServer.json("{}", 401, ["WWW-Authenticate: Macaroon needs_refresh=1, refresh_device_session=1"])
    }
    defer { server.stop() }
    let client = try StoreClient.testing(server, authority: TestAuthority(hasSerial: false))
    let user = StoreUser(id: 7, macaroon: try Samples.macaroon("root"), discharges: [try Samples.macaroon("old")])
    #expect(throws: StoreError.invalidCredentials) { try client.act(SnapActionRequest(), .init(), .init(user: user)) }
    #expect(throws: StoreError.loginNeeded) { try client.act(SnapActionRequest()) }
    #expect(server.requests.count == 4)
    let broken = StoreUser(id: 1, macaroon: "SECRET", discharges: [])
    let error = #expect(throws: StoreError.self) { try client.act(SnapActionRequest(), .init(), .init(user: broken)) }
    #expect(error.map { !"\($0)".contains("SECRET") } ?? false)
  }

  /// A store that gives no session is asked without, and for one again after an hour.
  @Test func aSessionThatIsRefusedIsInNobodysWay() throws {
    let server = try OddServer { request in
      switch request.path {
      case "/api/v1/snaps/auth/nonces": OddServer.json("{}", 403)
      default:
        request.headers["snap-device-authorization"] == nil
          ? OddServer.json(Self.answer)
          : OddServer.json("{}", 401, ["WWW-Authenticate: Macaroon refresh_device_session=1"])
      }
    }
    defer { server.stop() }
    let (authority, clock) = (TestAuthority(), TestClock())
    let client = try StoreClient.testing(server, clock: clock, authority: authority)
    func nonces() -> Int { server.requests.count { $0.path.hasSuffix("nonces") } }
    for _ in 0..<3 { _ = try client.act(SnapActionRequest()) }
    #expect(nonces() == 1)
    clock.clock.wait(StoreClient.sessionPause) { false }
    _ = try client.act(SnapActionRequest())
    #expect(nonces() == 2)
    // One that the store takes no more is forgotten.
    authority.keep(session: "OLD", with: "test")
    _ = try client.act(SnapActionRequest())
    #expect(nonces() == 3 && authority.session(with: "test") == nil)
    let gone = TestAuthority(hasSerial: false)
    gone.keep(session: "OLD", with: "test")
    _ = try StoreClient.testing(server, authority: gone).act(SnapActionRequest())
    #expect(gone.session(with: "test") == nil)
    // A store that is away is away: nothing is tried twice.
    server.stop()
    clock.clock.wait(StoreClient.sessionPause) { false }
    let before = clock.waits.count
    #expect(throws: StoreError.self) { try client.act(SnapActionRequest()) }
    #expect(clock.waits.count - before < RetryPolicy.standard.tries)
  }

  @Test func storesThatKnowNoHoldsAreToldOfNone() throws {
    let server = try OddServer { request in
      String(decoding: request.body, as: UTF8.self).contains("held")
        ? OddServer.json("{}", 400, ["Snap-Store-Version: 54"]) : OddServer.json(Self.answer)
    }
    defer { server.stop() }
    let client = try StoreClient.testing(server) { $0.appliesDeltas = true }
    let request = SnapActionRequest(context: [SnapContext(snapID: "a", instanceKey: "a", heldBy: ["system"])])
    #expect(try client.act(request) == SnapActionResponse())
    #expect(server.requests.count == 2 && server.requests[0].headers["snap-accept-delta-format"] == "xdelta3")
  }

  @Test(arguments: [
    (#"{"code":"TWOFACTOR_REQUIRED"}"#, 401, "two factor authentication required"),
    (#"{"code":"TWOFACTOR_FAILURE"}"#, 403, "two factor authentication failed"),
    (#"{"code":"INVALID_CREDENTIALS"}"#, 401, "invalid credentials"),
    (
      #"{"code":"INVALID_DATA","extra":{"email":["not an address"]}}"#, 400, "invalid fields: \"email\": not an address"
    ),
    (#"{"message":"account is locked"}"#, 403, "cannot authenticate to snap store: account is locked"),
    ("<html>", 403, "cannot authenticate to snap store: server returned status 403"),
    (#"{"discharge_macaroon":""}"#, 200, "cannot authenticate to snap store: empty macaroon returned"),
    (#"{"discharge_macaroon":"DISCHARGE"}"#, 200, ""),
  ]) func logIn(answer: String, status: Int, message: String) throws {
    let root = try Samples.macaroon("root", thirdParty: "login.example")
    let server = try OddServer { request in
      request.path == "/dev/api/acl/" ? OddServer.json(#"{"macaroon":"\#(root)"}"#) : OddServer.json(answer, status)
    }
    defer { server.stop() }
    let client = try StoreClient.testing(server)
    do {
      let user = try client.logIn(email: "a@b", password: "pass", oneTimePassword: "1")
      #expect(user.macaroon == root && user.discharges == ["DISCHARGE"] && message.isEmpty)
    } catch { #expect("\(error)" == message) }
    let request = try DischargeRequest(json: try #require(server.requests.last).body)
    #expect(request == DischargeRequest(email: "a@b", password: "pass", caveatID: "caveat", oneTimePassword: "1"))
  }
}
