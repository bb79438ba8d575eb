public import Assertions
public import State
public import StoreProtocol
internal import Time

/// What proves to a store who the machine is.
public struct DeviceCredentials: Sendable {
  let state: StateStore
  let keys: KeyFiles
  private let known: @Sendable (AssertionReference) throws -> Assertion?

  /// - Parameters:
  ///   - directory: that has the device's keys, `/var/lib/snapd/device`.
  ///   - known: looks up an assertion that is known and believed.
  public init(
    directory: String, state: StateStore, known: @escaping @Sendable (AssertionReference) throws -> Assertion?
  ) {
    (self.state, self.known) = (state, known)
    keys = KeyFiles(directory: directory)
  }

  // MARK: Who the machine is

  /// The machine's model; nil when it has none.
  public func model() throws -> Assertion? {
    try state.read { $0.currentIdentity }.flatMap { try known(Self.model(of: $0.identity)) }
  }

  /// The machine's serial; nil when it has none yet.
  public func serial() throws -> Assertion? {
    try state.read { $0.currentIdentity }.flatMap { try Self.serial(of: $0.identity).flatMap(known) }
  }

  private static func model(of identity: DeviceIdentity) -> AssertionReference {
    AssertionReference(.model, ["16", identity.brand, identity.model])
  }

  private static func serial(of identity: DeviceIdentity) -> AssertionReference? {
    identity.serial.map { AssertionReference(.serial, [identity.brand, identity.model, $0]) }
  }

  // MARK: Sessions

  /// The machine's identity at a store; nil at one that does not know it.
  private func identity(at store: DeviceStore) -> DeviceIdentity? {
    state.read { $0[identity: store.root] }.flatMap { $0.address == store.address ? $0 : nil }
  }

  /// The macaroon of the session with a store.
  public func session(with store: DeviceStore) -> String? { identity(at: store)?.sessionMacaroon }

  /// Keeps a new session; nothing when the store is not the machine's any more. Nil forgets it.
  public func keep(session: String?, with store: DeviceStore) throws {
    try state.write { state in
      guard state[identity: store.root]?.address == store.address else { return }
      state[identity: store.root]?.sessionMacaroon = session
    }
  }

  /// What the machine says to get a session, signed over a nonce of the store's.
  ///
  /// - Returns: nil when the store does not know it: there is no session then.
  public func sessionRequest(with store: DeviceStore, nonce: () throws -> String) throws -> SessionRequest? {
    guard let identity = identity(at: store), let number = identity.serial, let keyID = identity.keyID,
      let model = try known(Self.model(of: identity)), let serial = try Self.serial(of: identity).flatMap(known)
    else { return nil }
    let key = try keys.key(id: keyID)
    let now = state.read { $0.now }
    let request = try Assertion.sign(
      .deviceSessionRequest,
      [
        "brand-id": .text(identity.brand), "model": .text(identity.model), "serial": .text(number),
        "nonce": .text(try nonce()), "timestamp": .text(now.wholeSeconds),
      ], with: key, at: now)
    func text(_ assertion: Assertion) -> String { String(decoding: assertion.encoded, as: UTF8.self) }
    return SessionRequest(
      deviceSessionRequest: text(request), serialAssertion: text(serial), modelAssertion: text(model))
  }
}
