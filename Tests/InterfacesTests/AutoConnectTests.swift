import FoundationEssentials
import Snap
import Testing

@testable import Interfaces

/// What the system connects by itself.
@Suite struct AutoConnectTests {
  static func connections(
    _ snap: String, in repository: InterfaceRepository, remembered: [ConnectionID: ConnectionRecord] = [:],
    gadget: [GadgetConnection] = []
  ) throws -> [String] {
    let result = repository.autoConnections(of: try InstanceName(snap), remembered: remembered, gadget: gadget)
    return result.connections.map { $0.id.description + ($0.isByGadget ? " by gadget" : "") }
  }

  static let provider = "slots: {shared: {interface: content, read: [$SNAP/a]}}"
  static let reader = "plugs: {shared: {interface: content, target: $SNAP/x, default-provider: two}}"

  @Test func plugsAreConnectedWithTheSystem() throws {
    let yaml = "name: foo\nplugs: {network: null, camera: null, home: null, x: x11}"
    let classic = try RepositoryTests.repository(yaml)
    #expect(
      try Self.connections("foo", in: classic) == [
        "foo:home snapd:home", "foo:network snapd:network", "foo:x snapd:x11",
      ]
    )
    var core = InterfaceRepository(machine: Machine(isClassic: false), system: .core)
    _ = try RepositoryTests.add(yaml, to: &core)
    #expect(try Self.connections("foo", in: core) == ["foo:network core:network"])
  }

  @Test func contentIsConnectedFromBothSides() throws {
    var repository = InterfaceRepository()
    _ = try RepositoryTests.add(
      "name: one\n\(Self.provider)", to: &repository, snapID: "1", publisherID: "acme")
    _ = try RepositoryTests.add(
      "name: reader\n\(Self.reader)", to: &repository, snapID: "r", publisherID: "acme")
    _ = try RepositoryTests.add("name: stranger\n\(Self.reader)", to: &repository)
    #expect(try Self.connections("reader", in: repository) == ["reader:shared one:shared"])
    #expect(try Self.connections("one", in: repository) == ["reader:shared one:shared"])
    #expect(try Self.connections("stranger", in: repository) == [])
  }

  @Test func ofSeveralProvidersTheDefaultIsTaken() throws {
    var repository = InterfaceRepository()
    for name in ["one", "two", "three"] {
      _ = try RepositoryTests.add(
        "name: \(name)\n\(Self.provider)", to: &repository, snapID: name, publisherID: "acme")
    }
    _ = try RepositoryTests.add("name: reader\n\(Self.reader)", to: &repository, snapID: "r", publisherID: "acme")
    #expect(try Self.connections("reader", in: repository) == ["reader:shared two:shared"])
    #expect(try Self.connections("one", in: repository) == [])
    repository.remove(try InstanceName("two"))
    let result = repository.autoConnections(of: try InstanceName("reader"))
    #expect(result.connections.isEmpty)
    #expect(result.ambiguous.values.map { $0.map(\.description) } == [["one:shared", "three:shared"]])
  }

  @Test func aRuleMayAdmitAnyNumber() throws {
    var repository = InterfaceRepository()
    for name in ["one", "two"] {
      _ = try RepositoryTests.add("name: \(name)\n\(Self.provider)", to: &repository)
    }
    let rules = try DeclarationRules(
      snapName: "reader", plugs: ["content": ["allow-auto-connection": ["slots-per-plug": "*"]]], slots: nil)
    _ = try RepositoryTests.add("name: reader\n\(Self.reader)", to: &repository, declaration: rules)
    #expect(
      try Self.connections("reader", in: repository) == ["reader:shared one:shared", "reader:shared two:shared"])
    #expect(try Self.connections("one", in: repository) == ["reader:shared one:shared"])
  }

  @Test func recordsStandAboveRules() throws {
    var repository = try RepositoryTests.repository("name: foo\nplugs: {network: null, camera: null, home: null}")
    let network = try ConnectionID("foo:network snapd:network")
    let camera = try ConnectionID("foo:camera core:camera")
    let gone = try ConnectionID("foo:old snapd:camera")
    let records = [
      network: ConnectionRecord(interface: "network", isAutomatic: true, isUndesired: true),
      repository.remapped(camera): ConnectionRecord(interface: "camera"), gone: ConnectionRecord(interface: "camera"),
    ]
    #expect(try Self.connections("foo", in: repository, remembered: records) == ["foo:home snapd:home"])
    #expect(repository.restorable(records).map(\.description) == ["foo:camera snapd:camera"])
    #expect(repository.restore(records).isEmpty)
    #expect(repository.connections.map(\.id) == ["foo:camera snapd:camera"])
    #expect(repository.restorable(records).isEmpty)
  }

  @Test func theGadgetIsHeardFirst() throws {
    var repository = InterfaceRepository()
    _ = try RepositoryTests.add("name: foo\nplugs: {camera: null, network: null}", to: &repository, snapID: "fooid")
    let wanted = [
      GadgetConnection(plugSnapID: "fooid", plug: "camera"), GadgetConnection(plugSnapID: "other", plug: "home"),
      GadgetConnection(plugSnapID: "fooid", plug: "network", slot: "camera"),
    ]
    #expect(
      try Self.connections("foo", in: repository, gadget: wanted)
        == ["foo:camera snapd:camera by gadget", "foo:network snapd:network"])
  }

  @Test func recordsAreTheReferencesJSON() throws {
    let text = """
      {"auto":true,"by-gadget":true,"interface":"content","plug-dynamic":{"n":1},"plug-static":{"content":"x",\
      "list":[1,1.5,true,null,"t",{"k":"v"}]}}
      """
    let record = try JSONDecoder().decode(ConnectionRecord.self, from: Data(text.utf8))
    #expect(record.isAutomatic && record.isByGadget && record.isWanted)
    #expect(
      record.plugAttributes["list"]
        == .list([
          .integer(1), .number(1.5), .bool(true), .null, .string("t"), .map(["k": .string("v")]),
        ]))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(String(decoding: try encoder.encode(record), as: UTF8.self) == text)
  }

  /// Each builtin interface against the table's word on connecting by itself, by the base declaration alone.
  @Test func everyInterfaceIsConnectedAsTheTableSays() throws {
    /// Where the table says that it depends: with the system's slot on a distribution and on an OS snap, and with an
    /// app's slot; plug without attributes, snaps without publishers.
    let conditional: [String: [Bool]] = [
      "browser-support": [true, true, true], "confdb": [false, false, false], "content": [false, false, false],
      "desktop": [true, true, false], "home": [true, false, true], "optical-drive": [true, true, true],
      "posix-mq": [false, false, false], "qualcomm-ipc-router": [false, false, false],
      "screen-inhibit-control": [true, true, false], "shared-memory": [false, false, false],
      "upower-observe": [true, true, false], "wayland": [true, false, true], "x11": [true, false, true],
    ]
    var wrong: [String] = []
    for row in try Tables.interfaces() {
      guard let name = row["name"], let interface = Interface.builtin.first(where: { $0.name == name }) else {
        wrong.append("\(row["name"] ?? ""): no such interface")
        continue
      }
      let word = row["auto_connect_default"] ?? ""
      let expected = conditional[name] ?? Array(repeating: word.hasPrefix("yes"), count: 3)
      if (word == "conditional") != (conditional[name] != nil) { wrong.append("\(name): the table says \(word)") }
      let plug = Samples.side(.plug, name, Attributes())
      let found = [(true, true), (true, false), (false, true)].map { isSystem, isClassic in
        let connection = Connection(
          plug: plug, slot: Samples.side(.slot, name, Attributes(), isSystem: isSystem),
          machine: Machine(isClassic: isClassic, distribution: "ubuntu"))
        return (try? ConnectCandidate(connection, interface: interface).checkAutoConnect()) != nil
      }
      if found != expected { wrong.append("\(name): \(found), not \(expected)") }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }
}
