import Assertions
import HTTP
import StoreProtocol
import Testing
import Time

@testable import StoreServer

/// A device that makes a key, gets a serial for it, and a session for the serial.
@Suite struct SessionTests {
  let fixture: DeviceFixture
  let key: PrivateKey

  init() throws {
    fixture = try DeviceFixture()
    key = try PrivateKey.generate(bits: 1024)
    _ = try fixture.store.context.signing.publish(
      .model,
      [
        "series": .text("16"), "brand-id": .text("acme"), "model": .text("box"), "architecture": .text("amd64"),
        "classic": .text("true"), "gadget": .text("pc"),
      ])
  }

  private func post(_ path: String, _ body: String = "", headers: HTTP.Headers = [:]) async throws
    -> DeviceFixture.Answer
  { try await fixture.send("POST", path, headers: headers, body: body) }

  private func requestID() async throws -> String {
    try RequestIDResponse(json: try await post("/api/v1/snaps/auth/request-id").body).requestID
  }

  private func serialRequest(_ requestID: String, model: String = "box", key: PrivateKey? = nil) throws -> String {
    let key = key ?? self.key
    let assertion = try Assertion.sign(
      .serialRequest,
      [
        "brand-id": .text("acme"), "model": .text(model), "request-id": .text(requestID),
        "device-key": .text(String(decoding: key.publicKey.encoded, as: UTF8.self)),
      ], with: key, at: fixture.store.now)
    return String(decoding: assertion.encoded, as: UTF8.self)
  }

  private func serial() async throws -> Assertion {
    let answer = try await post("/api/v1/snaps/auth/devices", try serialRequest(try await requestID()))
    #expect(answer.status == 200, "\(answer.text)")
    return try Assertion.decode(answer.body)
  }

  private func session(
    _ serial: Assertion, nonce: String? = nil, device: String? = nil, key: PrivateKey? = nil
  ) async throws -> DeviceFixture.Answer {
    let made = try NonceResponse(json: try await post("/api/v1/snaps/auth/nonces").body).nonce
    let number = serial.headers["serial"]?.text ?? ""
    let request = try Assertion.sign(
      .deviceSessionRequest,
      [
        "brand-id": .text("acme"), "model": .text("box"), "serial": .text(device ?? number),
        "nonce": .text(nonce ?? made), "timestamp": .text(fixture.store.now.description),
      ], with: key ?? self.key, at: fixture.store.now)
    let body = SessionRequest(
      deviceSessionRequest: String(decoding: request.encoded, as: UTF8.self),
      serialAssertion: String(decoding: serial.encoded, as: UTF8.self))
    return try await post("/api/v1/snaps/auth/sessions", String(decoding: body.json, as: UTF8.self))
  }

  @Test func aDeviceGetsASerialAndASession() async throws {
    let serial = try await serial()
    #expect(serial.headers["device-key-sha3-384"]?.text == key.publicKey.id)
    try fixture.store.context.signing.database.check(serial, now: fixture.store.now)
    let kept = try await fixture.get("/v2/assertions/serial/acme/box/\(serial.headers["serial"]?.text ?? "")")
    #expect(kept.body == serial.encoded)

    let answer = try await session(serial)
    #expect(answer.status == 200, "\(answer.text)")
    let header: HTTP.Headers = [
      StoreHeader.deviceAuthorization: "Macaroon root=\"\(try MacaroonResponse(json: answer.body).macaroon)\""
    ]
    #expect(try await post("/v2/snaps/refresh", "{}", headers: header).status == 200)
    fixture.store.move(.seconds(SessionToken.lifetime))
    let late = try await post("/v2/snaps/refresh", "{}", headers: header)
    #expect(late.status == 401 && late.headers["WWW-Authenticate"]?.contains("refresh_device_session=1") == true)
    let forged: HTTP.Headers = [StoreHeader.deviceAuthorization: "Macaroon root=\"AAAA\""]
    #expect(try await post("/v2/snaps/refresh", "{}", headers: forged).status == 401)
  }

  /// Any machine can be of the store's own model, which is signed once.
  @Test func machinesThatNobodyMadeForSomethingHaveAModel() async throws {
    let signing = fixture.store.context.signing
    let model = try signing.signGenericModel()
    fixture.store.move(.seconds(60))
    #expect(try signing.signGenericModel().encoded == model.encoded)
    let sent = try await fixture.get("/v2/assertions/model/16/acme/generic-classic")
    #expect(sent.body == model.encoded)
    let value = try #require(model.value as? Model)
    #expect(value.isClassic && value.grade == "unset" && value.brandID == "acme" && model.authorityID == "acme")
    let request = try serialRequest(try await requestID(), model: SigningService.genericModel)
    #expect(try await post("/api/v1/snaps/auth/devices", request).status == 200)
  }

  @Test func theSameKeyGetsTheSameSerial() async throws {
    let first = try await serial()
    // An answer that got lost: the same request again, and another one later.
    #expect(try await serial().headers["serial"] == first.headers["serial"])
    let used = try await requestID()
    let other = try PrivateKey.generate(bits: 1024)
    #expect(try await post("/api/v1/snaps/auth/devices", try serialRequest(used, key: other)).status == 200)
    let third = try PrivateKey.generate(bits: 1024)
    for (request, reason) in [
      (try serialRequest(used, key: third), "request-id"), (try serialRequest("invented", key: third), "request-id"),
      (try serialRequest(try await requestID(), model: "other", key: third), "does not make them"),
    ] {
      let answer = try await post("/api/v1/snaps/auth/devices", request)
      #expect(answer.status == 400 && answer.text.contains(reason), "\(answer.text)")
    }
  }

  @Test func sessionsAreForWhoHasTheKeyAndOnce() async throws {
    let serial = try await serial()
    let nonce = try NonceResponse(json: try await post("/api/v1/snaps/auth/nonces").body).nonce
    #expect(try await session(serial, nonce: nonce).status == 200)
    let other = try PrivateKey.generate(bits: 1024)
    let old = try NonceResponse(json: try await post("/api/v1/snaps/auth/nonces").body).nonce
    for (answer, reason) in [
      (try await session(serial, nonce: nonce), "nonce"), (try await session(serial, nonce: "invented"), "nonce"),
      (try await session(serial, device: "another"), "not for the serial's device"),
      (try await session(serial, key: other), "not signed by the device's key"),
    ] { #expect(answer.status == 400 && answer.text.contains(reason), "\(answer.text)") }
    fixture.store.move(.seconds(DeviceSessions.nonceLifetime + 1))
    #expect(try await session(serial, nonce: old).text.contains("nonce"))
    // A serial that somebody else signed.
    let forged = try Assertion.sign(
      .serial,
      [
        "authority-id": .text("acme"), "brand-id": .text("acme"), "model": .text("box"), "serial": .text("forged"),
        "device-key": .text(String(decoding: other.publicKey.encoded, as: UTF8.self)),
        "device-key-sha3-384": .text(other.publicKey.id), "timestamp": .text(fixture.store.now.description),
      ], with: other, at: fixture.store.now)
    let answer = try await session(forged, key: other)
    #expect(answer.status == 400 && answer.text.contains("not one that this store knows"), "\(answer.text)")
  }

  @Test func assertionsComeOneByOneAndTogether() async throws {
    let root = try await fixture.get("/v2/assertions/account/acme")
    #expect(root.status == 200 && root.headers["Content-Type"] == "application/x.ubuntu.assertion")
    let account = try Assertion.decode(root.body)
    _ = try await fixture.get("/v2/assertions/account-key/\(account.signKeyID)")
    let bundle = try await fixture.get(
      "/v2/assertions/bundle?ref=model/16/acme/box&prerequisites=true&max-format=model:0")
    let types = try AssertionStreamReader.decode(bundle.body).map(\.type)
    #expect(types.last == .model && types.contains(.accountKey) && types.contains(.account))

    let body = """
      {"actions":[{"action":"fetch-assertions","key":"g","assertions":[
        {"type":"account","primary-key":["acme"]},{"type":"account","primary-key":["acme"],"if-newer-than":0},
        {"type":"model","primary-key":["16","acme","box"]},{"type":"model","primary-key":["16","acme","none"]},
        {"type":"validation-set","sequence-key":["16","acme","set"]}]}],"assertion-max-formats":{"model":0}}
      """
    let response = try SnapActionResponse(json: try await post("/v2/snaps/refresh", body).body)
    guard case .assertions(let urls, let errors)? = response.results.first?.content else {
      Issue.record("\(response)")
      return
    }
    #expect(errors.map(\.code) == [.notFound, .notFound])
    #expect(errors.last?.sequenceKey == ["16", "acme", "set"])
    #expect(urls.count == 1)
    let stream = try await fixture.get(String(urls[0].dropFirst("http://store.test".count)))
    #expect(try AssertionStreamReader.decode(stream.body).map(\.type) == [.account, .model])
  }
}
