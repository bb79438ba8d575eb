internal import Assertions
internal import ByteText
internal import Crypto
internal import StoreProtocol
internal import StoreState
internal import Time

/// Makes devices known: serials for those that have none, sessions for those that have. Source:
/// `spec/assertions-and-store.md` §6, `api/v1/snaps/auth/…`.
struct DeviceSessions: Sendable {
  /// How long a nonce may be used, in seconds: it is fetched for the next request.
  static let nonceLifetime: Int64 = 10 * 60
  /// How long a request for a serial may take, in seconds: devices make their key meanwhile.
  static let requestLifetime: Int64 = 24 * 3600

  let state: any StoreState
  let assertions: any DeviceAssertions
  let signing: any DeviceSigning
  let secret: [UInt8]

  // MARK: Sessions

  func nonce(now: Timestamp) throws -> NonceResponse {
    let nonce = Base64.encodeForURL(SecureRandom.bytes(24))
    try state.write { try $0.insertNonce(nonce, until: Timestamp(seconds: now.seconds + Self.nonceLifetime)) }
    return NonceResponse(nonce: nonce)
  }

  /// A session for a device that shows its serial and has just used its key.
  func session(_ request: SessionRequest, now: Timestamp) throws -> MacaroonResponse {
    let (question, asked) = try decoded(
      request.deviceSessionRequest, .deviceSessionRequest, as: DeviceSessionRequest.self)
    let (assertion, serial) = try decoded(request.serialAssertion, .serial, as: Serial.self)
    guard
      [(asked.brandID, serial.brandID), (asked.model, serial.model), (asked.serial, serial.serial)]
        .allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
    else { throw DeviceFailure.badRequest("cannot make a session: the request is not for the serial's device") }
    do { try signing.check(assertion, now: now) } catch {
      throw DeviceFailure.badRequest("cannot make a session: the serial is not one that this store knows (\(error))")
    }
    do { try question.verify(with: serial.deviceKey) } catch {
      throw DeviceFailure.badRequest("cannot make a session: the request is not signed by the device's key")
    }
    // Last, so that only a request that is right uses it up.
    guard try state.write({ try $0.takeNonce(asked.nonce, now: now) }) else {
      throw DeviceFailure.badRequest("cannot make a session: the nonce is not one that can be used")
    }
    let device = SessionToken.Device(brandID: serial.brandID, model: serial.model, serial: serial.serial)
    let token = SessionToken(device: device, expires: now.seconds + SessionToken.lifetime)
    return MacaroonResponse(macaroon: try token.text(secret: secret))
  }

  private func decoded<Value>(_ text: String, _ type: AssertionType, as: Value.Type) throws -> (Assertion, Value) {
    let assertion: Assertion
    do { assertion = try Assertion.decode(Array(text.utf8)) } catch {
      throw DeviceFailure.badRequest("cannot read the \(type) assertion: \(error)")
    }
    guard let value = assertion.value as? Value else {
      throw DeviceFailure.badRequest("cannot use an assertion of type \(assertion.type) as \(type)")
    }
    return (assertion, value)
  }

  // MARK: Serials

  func requestID(now: Timestamp) throws -> RequestIDResponse {
    let id = Base64.encodeForURL(SecureRandom.bytes(24))
    try state.write { try $0.insertNonce(id, until: Timestamp(seconds: now.seconds + Self.requestLifetime)) }
    return RequestIDResponse(requestID: id)
  }

  /// The serial of a device that asks for one with the text of a serial-request, perhaps with its model behind. The same
  /// key gets the same serial again, so an answer that got lost is no loss.
  func serial(_ body: [UInt8], now: Timestamp) throws -> Assertion {
    let stream: [Assertion]
    do { stream = try AssertionStreamReader.decode(body) } catch {
      throw DeviceFailure.badRequest("cannot read the request for a serial: \(error)")
    }
    guard let request = stream.first(where: { $0.type == .serialRequest }),
      let asked = request.value as? SerialRequest
    else { throw DeviceFailure.badRequest("cannot make a serial: there is no serial-request assertion") }
    do { try request.verify(with: asked.deviceKey) } catch {
      throw DeviceFailure.badRequest("cannot make a serial: the request is not signed by the device's key")
    }
    guard try makesSerials(brandID: asked.brandID, model: asked.model) else {
      throw DeviceFailure.badRequest(
        "cannot make a serial: this store does not make them for model \(asked.brandID)/\(asked.model)")
    }
    // First whose it is, for good, then the signature: who asks again with the key gets the same.
    let serial = try state.write { writer in
      if let known = try writer.device(brandID: asked.brandID, model: asked.model, keyID: asked.deviceKey.id) {
        return known.serial
      }
      guard try writer.takeNonce(asked.requestID, now: now) else {
        throw DeviceFailure.badRequest("cannot make a serial: the request-id is not one that can be used")
      }
      let serial = Self.newSerial()
      _ = try writer.insert(
        DeviceRecord(
          brandID: asked.brandID, model: asked.model, serial: serial, keyID: asked.deviceKey.id, createdAt: now))
      return serial
    }
    return try signing.serial(
      brandID: asked.brandID, model: asked.model, serial: serial, deviceKey: asked.deviceKey)
  }

  /// Whether a model is known here whose brand is the store, or has the store make its serials.
  private func makesSerials(brandID: String, model: String) throws -> Bool {
    let reference = AssertionReference(.model, ["16", brandID, model])
    let known = try assertions.find(reference, maximumFormat: AssertionType.model.maximumFormat)
    guard let model = try known?.decoded().value as? Model else { return false }
    return ([model.brandID] + model.serialAuthorities).contains { $0.utf8.elementsEqual(signing.authorityID.utf8) }
  }

  /// A random UUID, as the reference's store gives them (RFC 9562 §5.4).
  private static func newSerial() -> String {
    var bytes = SecureRandom.bytes(16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Hexadecimal.text(bytes[$0]) }.joined(separator: "-")
  }
}

/// What devices need of the store's keys and of its trust.
protocol DeviceSigning: Sendable {
  /// The store's account.
  var authorityID: String { get }
  /// - Throws: unless the assertion is one that devices of this store believe.
  func check(_ assertion: Assertion, now: Timestamp) throws
  /// Says which device has a key.
  func serial(brandID: String, model: String, serial: String, deviceKey: PublicKey) throws -> Assertion
}

extension SigningService: DeviceSigning {
  func check(_ assertion: Assertion, now: Timestamp) throws { try database.check(assertion, now: now) }

  func serial(brandID: String, model: String, serial: String, deviceKey: PublicKey) throws -> Assertion {
    try publish(
      .serial,
      [
        "brand-id": .text(brandID), "model": .text(model), "serial": .text(serial),
        "device-key": .text(String(decoding: deviceKey.encoded, as: UTF8.self)),
        "device-key-sha3-384": .text(deviceKey.id),
      ])
  }
}

/// The assertions that the store has.
protocol DeviceAssertions: Sendable {
  /// The newest revision in a format of at most this number.
  func find(_ reference: AssertionReference, maximumFormat: Int) throws -> StoredAssertion?
  /// The last of a sequence; the key is without the number.
  func last(_ type: AssertionType, sequenceKey: [String], maximumFormat: Int) throws -> StoredAssertion?
}

extension StoredDeviceState: DeviceAssertions {
  func find(_ reference: AssertionReference, maximumFormat: Int) throws -> StoredAssertion? {
    try state.read {
      try $0.assertion(reference.type.rawValue, key: reference.key, maximumFormat: maximumFormat)
    }
  }

  func last(_ type: AssertionType, sequenceKey: [String], maximumFormat: Int) throws -> StoredAssertion? {
    try state.read {
      try $0.sequenceMember(type.rawValue, sequenceKey: sequenceKey, sequence: nil, maximumFormat: maximumFormat)
    }
  }
}
