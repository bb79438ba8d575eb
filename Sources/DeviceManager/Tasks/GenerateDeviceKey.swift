internal import Assertions
internal import State

/// What the tasks of a registration are given.
struct DeviceTaskInput: Codable, Sendable {
  /// The root of the store that is to know the machine.
  var root: String
}

/// `generate-device-key`: the key by which the store will know the machine. One that is there stays.
struct GenerateDeviceKey: IrreversibleTask {
  static let kind: TaskKind = "generate-device-key"
  private static let made = "key-id"
  /// Not owned: the runner owns this.
  unowned let manager: DeviceManager

  func `do`(_ input: DeviceTaskInput, in context: TaskContext) async throws -> TaskOutcome {
    let keys = manager.credentials.keys
    guard let identity = context.store.read({ $0[identity: input.root] }) else {
      throw DeviceError("cannot make a device key: the store is not set up any more")
    }
    if let id = identity.keyID, (try? keys.key(id: id)) != nil { return .done }
    let id: String
    if let before = context.recall(String.self, Self.made), (try? keys.key(id: before)) != nil {
      id = before
    } else {
      let key = try PrivateKey.generate(bits: manager.keyBits)
      id = key.publicKey.id
      // Before the file: a daemon that dies in between finds it by this.
      try context.remember(id, as: Self.made)
      context.checkpoint("key made")
      try keys.add(key)
    }
    context.atCompletion { state in
      state[identity: input.root]?.keyID = id
      // A serial is one of a key.
      state[identity: input.root]?.serial = nil
      state[identity: input.root]?.sessionMacaroon = nil
    }
    return .done
  }
}
