import Permissions
import Snap
import Testing

@testable import Interfaces

/// The repository: sides, connections, what people write, and what connections grant.
@Suite struct RepositoryTests {
  /// A snap from its `snap.yaml`, put into a repository.
  static func add(
    _ yaml: String, to repository: inout InterfaceRepository, revision: UInt32 = 1, snapID: String? = nil,
    publisherID: String? = nil, declaration: DeclarationRules? = nil
  ) throws -> [BadInterface] {
    let info = try SnapInfo(yaml: Array(("version: 1\n" + yaml).utf8))
    return repository.add(
      info, as: info.instance, revision: .store(revision), snapID: snapID, publisherID: publisherID,
      declaration: declaration)
  }

  static func repository(_ snaps: String...) throws -> InterfaceRepository {
    var repository = InterfaceRepository(machine: Machine(isClassic: true, distribution: "ubuntu"))
    for yaml in snaps { _ = try add(yaml, to: &repository) }
    return repository
  }

  static let consumer = """
    name: consumer
    apps:
      one: {command: bin/one, plugs: [home, camera]}
      two: {command: bin/two}
    plugs: {home: null, camera: null, everywhere: network}
    """
  static let producer = """
    name: producer
    apps: {svc: {command: bin/svc, slots: [bus, other]}}
    slots:
      bus: {interface: dbus, bus: session, name: org.example.Bus}
      other: {interface: dbus, bus: session, name: org.example.Other}
    """

  @Test func systemHasImplicitSlotsUnderAllItsNames() throws {
    let repository = try Self.repository(Self.consumer)
    for name in ["", "system", "core", "snapd"] {
      let id = try repository.resolveConnect(plugSnap: "consumer", plug: "camera", slotSnap: name, slot: "camera")
      #expect(id.description == "consumer:camera snapd:camera")
    }
    let core = InterfaceRepository(machine: Machine(isClassic: false), system: .core)
    #expect(core.system.rawValue == "core")
    #expect(core.slots(of: core.system).contains { $0.interface == "network" })
    #expect(!core.slots(of: core.system).contains { $0.interface == "x11" })
  }

  @Test func anInstalledSystemSnapKeepsImplicitSlots() throws {
    var repository = try Self.repository(Self.consumer)
    let camera = try ConnectionID("consumer:camera snapd:camera")
    try repository.connect(camera)
    _ = try Self.add("name: snapd\ntype: snapd\nslots: {extra: {interface: gpio, number: 1}}", to: &repository)
    #expect(repository.isConnected(camera))
    #expect(repository.slots(of: repository.system).contains { $0.name.rawValue == "extra" })
    #expect(repository.remapped(try ConnectionID("consumer:camera core:camera")) == camera)
    repository.remove(repository.system)
    #expect(repository.isConnected(camera))
    #expect(!repository.slots(of: repository.system).contains { $0.name.rawValue == "extra" })
  }

  @Test func slotsOfDevicesComeAndGo() throws {
    var repository = try Self.repository("name: foo\nplugs: {tty: serial-port}")
    let slot = HotplugSlot(name: "gps", label: "GPS", attributes: Attributes(["path": .string("/dev/ttyUSB0")]))
    try repository.addSystemSlot(slot, interface: "serial-port")
    #expect(throws: InterfaceError.self) { try repository.addSystemSlot(slot, interface: "serial-port") }
    let id = try repository.resolveConnect(plugSnap: "foo", plug: "tty")
    try repository.connect(id)
    _ = try Self.add("name: snapd\ntype: snapd", to: &repository)
    #expect(repository.isConnected(id))
    #expect(repository.removeSystemSlot(id.slot.name) == [id])
    #expect(!repository.isConnected(id) && repository.slot(id.slot) == nil)
    let bad = HotplugSlot(name: "bad", label: "", attributes: Attributes(["path": .string("/etc/passwd")]))
    #expect(throws: InterfaceError.self) { try repository.addSystemSlot(bad, interface: "serial-port") }
  }

  @Test func badSidesAreLeftOut() throws {
    var repository = try Self.repository()
    let bad = try Self.add(
      "name: foo\nplugs: {a: unheard-of, b: unheard-of, m: {interface: home, read: some}, n: network}", to: &repository
    )
    let foo = try InstanceName("foo")
    #expect(
      BadInterface.summary(bad, of: foo)
        == #"snap "foo" has bad plugs or slots: m (home plug requires "read" be 'all'); "#
        + #"a, b (unknown interface "unheard-of")"#)
    #expect(repository.plugs(of: foo).map(\.name.rawValue) == ["n"])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var words: [String]
    var message: String
    var testDescription: String { words.joined(separator: " ") }
  }

  @Test(arguments: [
    Refusal(words: ["", "x"], message: "cannot resolve connection, plug snap name is empty"),
    Refusal(words: ["consumer", ""], message: "cannot resolve connection, plug name is empty"),
    Refusal(words: ["consumer", "nope"], message: #"snap "consumer" has no plug named "nope""#),
    Refusal(words: ["none", "nope"], message: #"snap "none" has no plug named "nope""#),
    Refusal(words: ["../x", "a b"], message: #"snap "../x" has no plug named "a b""#),
    Refusal(words: ["consumer", "camera", "producer"], message: #"snap "producer" has no "camera" interface slots"#),
    Refusal(words: ["consumer", "camera", "producer", "x"], message: #"snap "producer" has no slot named "x""#),
    Refusal(
      words: ["caller", "bus", "producer"],
      message: #"snap "producer" has multiple "dbus" interface slots: bus, other"#),
    Refusal(
      words: ["consumer", "camera", "producer", "bus"],
      message: #"cannot connect consumer:camera ("camera" interface) to producer:bus ("dbus" interface)"#),
  ]) func whatCannotBeConnectedIsSaid(refusal: Refusal) throws {
    let caller = """
      name: caller
      plugs: {bus: {interface: dbus, bus: session, name: org.example.Bus}}
      """
    let repository = try Self.repository(Self.consumer, Self.producer, caller)
    let words = refusal.words + ["", ""]
    let error = #expect(throws: InterfaceError.self) {
      _ = try repository.resolveConnect(plugSnap: words[0], plug: words[1], slotSnap: words[2], slot: words[3])
    }
    #expect(error?.description == refusal.message)
  }

  @Test func disconnectUnderstandsBothForms() throws {
    var repository = try Self.repository(Self.consumer)
    let camera = try ConnectionID("consumer:camera snapd:camera")
    func resolve(_ words: String..., remembered: [ConnectionID]? = nil) -> String {
      do {
        let ids = try repository.resolveDisconnect(
          plugSnap: words[0], plug: words[1], slotSnap: words[2], slot: words[3], remembered: remembered)
        return ids.map(\.description).joined(separator: ", ")
      } catch { return "\(error)" }
    }
    #expect(
      resolve("consumer", "camera", "", "camera")
        == "cannot disconnect consumer:camera from snapd:camera, it is not connected")
    #expect(resolve("consumer", "camera", "", "") == "")
    try repository.connect(camera)
    #expect(resolve("consumer", "camera", "", "camera") == camera.description)
    #expect(resolve("consumer", "camera", "", "") == camera.description)
    #expect(resolve("", "", "core", "camera") == camera.description)
    #expect(resolve("consumer", "x", "", "") == #"snap "consumer" has no plug or slot named "x""#)
    #expect(resolve("consumer", "x", "", "camera") == #"snap "consumer" has no plug named "x""#)
    #expect(resolve("consumer", "camera", "snapd", "x") == #"snap "snapd" has no slot named "x""#)
    #expect(
      resolve("consumer", "", "", "") == "allowed forms are <snap>:<plug> <snap>:<slot> or <snap>:<plug or slot>")
    let gone = try ConnectionID("consumer:old producer:gone")
    #expect(resolve("consumer", "old", "producer", "gone", remembered: [gone]) == gone.description)
    #expect(resolve("consumer", "old", "", "", remembered: [gone]) == gone.description)
    #expect(
      resolve("consumer", "home", "", "home", remembered: [])
        == "cannot forget connection consumer:home from snapd:home, it was not connected")
    try repository.disconnect(camera)
    #expect(throws: InterfaceError.self) { try repository.disconnect(camera) }
  }

  @Test func grantsBelongToTheAppsThatHaveTheSide() throws {
    var repository = try Self.repository(Self.consumer)
    let consumer = try InstanceName("consumer")
    let one = SecurityTag.app(try AppName("one"), of: consumer)
    let two = SecurityTag.app(try AppName("two"), of: consumer)
    #expect(try repository.grants(of: consumer)[one] == PermissionSet())
    try repository.connect(try ConnectionID("consumer:home snapd:home"))
    try repository.connect(try ConnectionID("consumer:everywhere snapd:network"))
    let grants = try repository.grants(of: consumer)
    #expect(grants[one]?.files.contains { $0.pattern.rawValue.hasPrefix("$HOME/") } == true)
    #expect(grants[one]?.networks.isEmpty == false)
    #expect(grants[two]?.files.contains { $0.pattern.rawValue.hasPrefix("$HOME/") } == false)
    #expect(grants[two]?.networks.isEmpty == false)
    #expect(repository.neighbours(of: consumer) == [repository.system])
    #expect(repository.hasConnectedPlug(of: consumer, interface: "network"))
    #expect(repository.remove(consumer).count == 2)
    #expect(repository.connections.isEmpty)
  }

  @Test func hooksHaveUnboundSidesToo() throws {
    let repository = try Self.repository(
      "name: foo\nhooks: {configure: null}\napps: {a: {command: a, plugs: [home]}}\nplugs: {home: null, n: network}")
    let foo = try InstanceName("foo")
    let tags = Dictionary(uniqueKeysWithValues: repository.plugs(of: foo).map { ($0.name.rawValue, $0.tags) })
    #expect(tags["home"]?.map(\.description) == ["snap.foo.a"])
    #expect(tags["n"]?.map(\.description) == ["snap.foo.a", "snap.foo.hook.configure"])
  }

  @Test func listingIsByName() throws {
    var repository = try Self.repository(Self.consumer)
    try repository.connect(try ConnectionID("consumer:home snapd:home"))
    #expect(repository.listing().count == 220)
    let connected = repository.listing(.init(plugs: true, slots: true, connectedOnly: true))
    #expect(connected.map(\.name) == ["home"])
    #expect(connected.first?.plugs.map(\.end.description) == ["consumer:home"])
    #expect(repository.listing(.init(names: ["nope", "camera", "camera"])).map(\.name) == ["camera"])
  }

  @Test(arguments: ["", "a b", "aa:b", "aa:b cc:d ee:f", "aa:b  cc:d", "aa:b:c dd:e", "aa:B cc:d"])
  func idsAreParsedOnce(text: String) throws {
    let error = #expect(throws: InterfaceError.self) { try ConnectionID(text) }
    #expect(error?.description == "malformed connection identifier: \"\(text)\"")
  }
}
