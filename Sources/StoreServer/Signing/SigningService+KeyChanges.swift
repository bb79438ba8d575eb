internal import Assertions
internal import StoreState
internal import Time

/// What an administrator does with the store's keys.
extension SigningService {
  /// Has a new key sign from now on. The old one stays good for what it signed.
  ///
  /// - Returns: the new key's id.
  func rotate(_ keys: StoreKeys, name: String, now: Timestamp, state: any StoreState) throws -> String {
    let key = try keys.makeKey(named: name)
    let known = try state.read { try $0.storeKeys() }
    if let other = known.first(where: { $0.id == key.publicKey.id }) {
      if other.role == .root { throw Self.rootStays("rotate") }
      throw SigningError("cannot rotate to key \(name): the store \(other.revokedAt == nil ? "has" : "had") it already")
    }
    try signKey(key.publicKey, name: name, of: authorityID, since: now, until: nil, with: .root)
    try state.write {
      try $0.set(
        StoreKeyRecord(id: key.publicKey.id, role: .store, name: name, createdAt: now, revokedAt: nil))
    }
    return key.publicKey.id
  }

  /// Declares a key of the store, or of an account, no good any more. What it signed in the store's name is signed
  /// anew, which takes a few milliseconds each; when that is interrupted, doing it again goes on.
  ///
  /// - Parameter progress: told how many are left.
  func revoke(
    keyID: String, now: Timestamp, state: any StoreState, progress: (Int) -> Void
  ) throws {
    let stored = try state.read { try $0.assertion("account-key", key: [keyID], maximumFormat: .max) }
    guard let assertion = try stored?.decoded(), let key = assertion.value as? AccountKey else {
      throw SigningError("cannot revoke key \(keyID): the store knows no such key")
    }
    let own = try state.read { try $0.storeKeys() }
    if let mine = own.first(where: { $0.id == keyID }) {
      guard mine.role == .store else {
        throw Self.rootStays("revoke")
      }
      guard own.contains(where: { $0.role == .store && $0.revokedAt == nil && $0.id != keyID }) else {
        throw SigningError("cannot revoke the only key that signs: rotate it first (see \"snap-store key rotate\")")
      }
      if mine.revokedAt == nil {
        var revoked = mine
        revoked.revokedAt = now
        try state.write { [revoked] in try $0.set(revoked) }
      }
    }
    if key.until == nil {
      let role: StoreKeyRecord.Role = key.accountID == authorityID ? .root : .store
      try signKey(key.publicKey, name: key.name, of: key.accountID, since: key.since, until: now, with: role)
    }
    guard key.accountID == authorityID else { return }
    while true {
      let left = try state.read { try $0.assertionCount(signedBy: keyID) }
      progress(left)
      let batch = try state.read { try $0.assertions(signedBy: keyID, limit: 100) }
      if batch.isEmpty { return }
      for stored in batch {
        let old = try stored.decoded()
        _ = try publish(old.type, old.headers.filter { !Self.made.contains($0.key) }, body: old.body)
      }
    }
  }

  /// A root is what everything else hangs on, and devices have it in a file: nothing that the store signs can change it.
  private static func rootStays(_ verb: String) -> SigningError {
    SigningError(
      "cannot \(verb) the root key: devices trust it by a file. To replace it make another store (\"snap-store init\"), "
        + "publish there, and have each device run \"snap store remove\" and \"snap store add\" with the new fingerprint; "
        + "the keys that sign every day are rotated with \"snap-store key rotate\" and another name")
  }

  /// Headers that signing makes.
  private static let made: Set = [
    "type", "format", "authority-id", "revision", "timestamp", "sign-key-sha3-384", "body-length",
  ]
}
