import Assertions
import Linux
import State
import StoreProtocol
import TestSupport
import Testing
import Time

@testable import DeviceManager

@Suite struct DeviceManagerTests {
  let scene: Scene
  private let first = DeviceStore(root: "r1", address: "https://one.example/")
  private let second = DeviceStore(root: "r2", address: "https://two.example/")

  init() throws { scene = try Scene() }

  @Test func aMachineGetsAKeyAndASerial() async throws {
    defer { try? scene.directory.remove() }
    let manager = scene.manager()
    scene.runner.start()
    manager.ensure()
    #expect(scene.with { $0.asked }.isEmpty && scene.state.read { $0.changes }.isEmpty, "there is no store")
    scene.with { inside in
      inside.stores = [second, first]
      inside.withModel = ["r1"]
      inside.polls = 2
    }
    manager.ensure()
    #expect(await scene.changes() == [.done])
    let change = try #require(scene.state.read { $0.changes.first })
    #expect(change.kind == "become-operational" && change.summary == "Initialize device")
    #expect(
      scene.state.read { $0.tasks(of: change.id).map { "\($0.kind.rawValue): \($0.summary)" } }
        == ["generate-device-key: Generate device key", "request-serial: Request device serial"])
    // The first store that has a model, and polls with one and the same request.
    #expect(
      scene.with { $0.asked } == ["model r2", "model r1", "request-id r1", "serial r1", "serial r1", "serial r1"])
    #expect(Set(scene.with { $0.requests }).count == 1)
    let identity = try #require(scene.state.read { $0.currentIdentity }?.identity)
    #expect(identity.brand == "acme" && identity.model == "generic-r1" && identity.serial == "S-ID")
    #expect(try manager.credentials.model()?.reference.key == ["16", "acme", "generic-r1"])
    #expect(try manager.credentials.serial()?.reference.key == ["acme", "generic-r1", "S-ID"])
    let file = try #require(
      try Files.status(scene.directory("device/private-keys-v1/") + (identity.keyID ?? "")))
    #expect(file.mode & 0o777 == 0o600)
    // Nothing is left to do.
    manager.ensure()
    #expect(scene.with { $0.asked }.count == 6 && scene.state.read { $0.changes }.count == 1)
    #expect(scene.with { $0.problems } == [] && scene.with { $0.modelChanges } == 1)
    #expect(!"\(identity)".contains("macaroon"))
    await scene.runner.stop()
  }

  /// 5 minutes, twice as long each time, a day at most.
  @Test func attemptsBackOff() throws {
    defer { try? scene.directory.remove() }
    let manager = scene.manager()
    scene.with { inside in
      inside.stores = [first]
      inside.away = ["r1"]
    }
    var waits: [Int64] = []
    for attempt in 1...11 {
      manager.ensure()
      #expect(scene.with { $0.asked }.count == attempt)
      let attempts = try #require(scene.state.read { $0.deviceAttempts })
      waits.append(attempts.wait)
      scene.with { $0.now = $0.now + .seconds(attempts.wait - 1) }
      // Also another daemon waits.
      manager.ensure()
      #expect(scene.with { $0.asked }.count == attempt)
      scene.with { $0.now = $0.now + .seconds(1) }
    }
    #expect(waits == [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, 86400, 86400])
    #expect(scene.with { $0.problems }.count == 11)
    // Offline: not even an attempt. Another store: at once.
    scene.with { inside in
      inside.isOffline = true
      inside.stores = [second, first]
    }
    manager.ensure()
    #expect(scene.with { $0.asked }.count == 11)
    scene.with { $0.isOffline = false }
    manager.ensure()
    // Nor does a store make another one answer for it.
    #expect(scene.with { $0.asked }.suffix(2) == ["model r2", "model r1"])
    // A clock that was put back.
    scene.with { $0.now = Timestamp(seconds: 1_000_000) }
    manager.ensure()
    #expect(scene.with { $0.asked }.count == 15)
  }

  @Test(
    arguments: [
      ["brand-id": "other"], ["model": "other"], ["serial": ""], [:],
    ] as [Headers])
  func onlyASerialForThisMachineIsTaken(wrong: Headers) async throws {
    defer { try? scene.directory.remove() }
    let manager = scene.manager()
    scene.runner.start()
    scene.with { inside in
      inside.stores = [first]
      inside.withModel = ["r1"]
      inside.wrong = wrong
    }
    if wrong.isEmpty {
      let other = try PrivateKey.generate(bits: 1024).publicKey
      scene.with {
        $0.wrong = [
          "device-key": .text(String(decoding: other.encoded, as: UTF8.self)), "device-key-sha3-384": .text(other.id),
        ]
      }
    }
    manager.ensure()
    #expect(await scene.changes() == [.error])
    let identity = try #require(scene.state.read { $0.currentIdentity }?.identity)
    #expect(identity.serial == nil && identity.keyID != nil)
    // The key stays, and the next attempt is made when it is time for it.
    scene.with { $0.wrong = [:] }
    manager.ensure()
    #expect(scene.state.read { $0.changes }.count == 1)
    scene.with { $0.now = $0.now + .seconds(300) }
    manager.ensure()
    #expect(await scene.changes() == [.error, .done])
    #expect(scene.state.read { $0.currentIdentity }?.identity.keyID == identity.keyID)
    #expect(scene.state.read { $0.deviceAttempts } == nil)
    await scene.runner.stop()
  }

  @Test func aStoreThatGoesTakesTheSessionAlong() async throws {
    defer { try? scene.directory.remove() }
    let manager = scene.manager()
    scene.runner.start()
    scene.with { inside in
      inside.stores = [first, second]
      inside.withModel = ["r1", "r2"]
    }
    manager.ensure()
    #expect(await scene.changes() == [.done])
    let credentials = manager.credentials
    let moved = DeviceStore(root: first.root, address: second.address)
    func request(_ store: DeviceStore) throws -> Bool {
      try credentials.sessionRequest(with: store, nonce: { "N" }) != nil
    }
    #expect(try request(first) && !request(second) && !request(moved))
    let asked = try #require(try credentials.sessionRequest(with: first, nonce: { "N" }))
    let question = try Assertion.decode(Array(asked.deviceSessionRequest.utf8))
    let serial = try #require(try Assertion.decode(Array(asked.serialAssertion.utf8)).value as? Serial)
    #expect((question.value as? DeviceSessionRequest)?.nonce == "N")
    try question.verify(with: serial.deviceKey)
    #expect(try Assertion.decode(Array(asked.modelAssertion.utf8)).type == .model)

    try credentials.keep(session: "SESSION", with: second)
    #expect(credentials.session(with: second) == nil)
    try credentials.keep(session: "SESSION", with: first)
    #expect(credentials.session(with: first) == "SESSION" && credentials.session(with: moved) == nil)
    // Elsewhere it is nobody's who has its root's name.
    scene.with { $0.stores = [moved] }
    try manager.storesChanged()
    #expect(credentials.session(with: moved) == nil)
    #expect(try request(moved) && !request(first))
    // Gone: there is no model any more, and another store learns nothing of the key.
    let key = scene.state.read { $0.currentIdentity }?.identity.keyID
    scene.with { $0.stores = [second] }
    try manager.storesChanged()
    #expect(try credentials.model() == nil && credentials.serial() == nil && !request(moved))
    manager.ensure()
    #expect(await scene.changes() == [.done, .done])
    let other = try #require(scene.state.read { $0.currentIdentity })
    #expect(other.root == "r2" && other.identity.keyID != nil && other.identity.keyID != key)
    // Back: known as before, without asking for a serial.
    scene.with { $0.stores = [first] }
    try manager.storesChanged()
    manager.ensure()
    #expect(scene.state.read { $0.currentIdentity }?.identity.keyID == key)
    #expect(scene.state.read { $0.changes }.count == 2)
    #expect(try credentials.serial() != nil)
    #expect(scene.with { $0.modelChanges } == 6, "learned, moved, gone, learned, gone, learned")
    await scene.runner.stop()
  }
}
