internal import Assertions
internal import State

/// `request-serial`: asks the store which machine this is. The store gives the same answer to the same key, so asking
/// again does no harm.
struct RequestSerial: IrreversibleTask {
  static let kind: TaskKind = "request-serial"
  private static let request = "serial-request"
  /// How soon a store that needs time is asked again (`spec/engine.md`, "Device registration").
  static let pollInterval: Duration = .seconds(60)
  /// Not owned: the runner owns this.
  unowned let manager: DeviceManager

  func `do`(_ input: DeviceTaskInput, in context: TaskContext) async throws -> TaskOutcome {
    guard let identity = context.store.read({ $0[identity: input.root] }), let address = identity.address,
      let keyID = identity.keyID
    else { throw DeviceError("cannot request a serial: the store is not set up any more") }
    let store = DeviceStore(root: input.root, address: address)
    let request = try request(of: identity, keyID, to: store, context)
    guard let answer = try manager.stores.serial(for: request, at: store, isCancelled: { context.isAborted }) else {
      return .retry(after: Self.pollInterval, reason: "the store has no serial for this machine yet")
    }
    let serial = try accept(answer, identity, keyID, from: store)
    context.checkpoint("serial kept")
    context.atCompletion { state in
      guard state[identity: input.root]?.keyID == keyID else { return }
      state[identity: input.root]?.serial = serial
      state[identity: input.root]?.sessionMacaroon = nil
      state.deviceAttempts = nil
    }
    return .done
  }

  /// The request, which stays the same while the store is polled.
  private func request(
    of identity: DeviceIdentity, _ keyID: String, to store: DeviceStore, _ context: TaskContext
  ) throws -> [UInt8] {
    if let text = context.recall(String.self, Self.request) { return Array(text.utf8) }
    let key = try manager.credentials.keys.key(id: keyID)
    let number = try manager.stores.requestID(at: store, isCancelled: { context.isAborted })
    let request = try Assertion.sign(
      .serialRequest,
      [
        "brand-id": .text(identity.brand), "model": .text(identity.model), "request-id": .text(number),
        "device-key": .text(String(decoding: key.publicKey.encoded, as: UTF8.self)),
      ], with: key, at: context.store.read { $0.now })
    try context.remember(String(decoding: request.encoded, as: UTF8.self), as: Self.request)
    return request.encoded
  }

  /// Keeps the serial of an answer, if it is one for this machine.
  private func accept(
    _ answer: [UInt8], _ identity: DeviceIdentity, _ keyID: String, from store: DeviceStore
  ) throws -> String {
    let stream: [Assertion]
    do { stream = try AssertionStreamReader.decode(answer) } catch {
      throw DeviceError("cannot use the store's answer as a serial: \(error)")
    }
    guard let assertion = stream.first(where: { $0.type == .serial }), let serial = assertion.value as? Serial else {
      throw DeviceError("cannot use the store's answer as a serial: there is none")
    }
    guard serial.brandID == identity.brand, serial.model == identity.model, serial.deviceKey.id == keyID else {
      throw DeviceError("cannot use the store's answer as a serial: it is another device's")
    }
    try manager.stores.add(assertion.reference, of: stream, from: store)
    return serial.serial
  }
}
