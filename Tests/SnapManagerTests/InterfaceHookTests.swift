import ConfigurationManager
import Host
import Interfaces
import JSONValues
import Linux
import MachineSupport
import Overlord
import Snap
import State
import Testing

@testable import InterfaceManager
@testable import SnapManager

/// What snaps are asked and told about their connections, in the order of `spec/engine.md` §3.
@Suite struct InterfaceHookTests {
  private static let verbs = ["prepare", "unprepare", "connect", "disconnect"]

  /// A snap that writes down which of its interface hooks run.
  private static func source(_ name: String, _ role: String, _ yaml: String, ends: [String] = ["data"]) -> SnapSource {
    var source = SnapSource(name, yaml: yaml)
    for end in ends {
      for verb in verbs { source.hooks["\(verb)-\(role)-\(end)"] = "echo \(verb)-\(role)-\(end) >>$ROOT/order" }
    }
    return source
  }

  private static var provider: SnapSource {
    source("provider", "slot", "slots: {data: {interface: content, content: data, read: [$SNAP/bin]}}")
  }

  private static var consumer: SnapSource {
    source("consumer", "plug", "plugs: {data: {interface: content, content: data, target: $SNAP_DATA/in}}")
  }

  private func order(_ machine: MachineSupport.Machine) throws -> [String] {
    defer { try? machine.write("", to: "order") }
    return (machine.text("order") ?? "").split(separator: "\n").map(String.init)
  }

  private func connect(_ machine: MachineSupport.Machine) throws -> ChangeID {
    try machine.overlord.interfaces.connect(
      plugSnap: "consumer", plug: "data", slotSnap: "provider", slot: "data")
  }

  @Test func hooksRunInTheirOrder() async throws {
    try await MachineSupport.Machine.with { machine in
      for source in [Self.provider, Self.consumer] { try await machine.install(machine.pack(source)) }
      #expect(try order(machine) == [])
      let made = ["prepare-plug-data", "prepare-slot-data", "connect-slot-data", "connect-plug-data"]
      let ended = ["disconnect-slot-data", "disconnect-plug-data"]
      #expect(try await machine.end(of: connect(machine)) == .done)
      #expect(try order(machine) == made)
      #expect(try await machine.end(of: machine.disconnect("consumer:data")) == .done)
      #expect(try order(machine) == ended)
      #expect(machine.connections == [:])

      // Removed, it is disconnected first.
      try await machine.end(of: connect(machine))
      _ = try order(machine)
      try await machine.end(of: machine.snaps.remove([InstanceName("consumer")]))
      #expect(try order(machine) == ended)
      #expect(machine.connections == [:])
    }
  }

  @Test func rulesAskAndTellToo() async throws {
    try await MachineSupport.Machine.with { machine in
      let network = Self.source("networked", "plug", "plugs: {network: null}", ends: ["network"])
      try await machine.install(machine.pack(network))
      #expect(machine.connections.count == 1)
      #expect(try order(machine) == ["prepare-plug-network", "connect-plug-network"])
      // What was connected stays so over a refresh.
      try await machine.install(machine.pack(network))
      #expect(try order(machine) == [])
      try await machine.end(of: machine.disconnect("networked:network"))
      #expect(try order(machine) == ["disconnect-plug-network"])
      // What is only remembered is forgotten without a word to the snap.
      let forgotten = try machine.overlord.interfaces.disconnect(
        plugSnap: "networked", plug: "network", slotSnap: "", slot: "network", forget: true)
      #expect(try await machine.end(of: forgotten) == .done)
      #expect(try order(machine) == [])
      #expect(machine.connections == [:])
      try await machine.end(of: machine.snaps.remove([InstanceName("networked")]))

      // One that refuses takes the whole installation back.
      var failing = network
      failing.hooks["connect-plug-network"] = "echo connect-plug-network >>$ROOT/order; exit 1"
      #expect(try await machine.end(of: machine.installing([machine.pack(failing)])) == .error)
      #expect(try order(machine) == ["prepare-plug-network", "connect-plug-network", "unprepare-plug-network"])
      #expect(machine.connections == [:])
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  @Test func aHookThatRefusesTakesEverythingBack() async throws {
    try await MachineSupport.Machine.with { machine in
      var failing = Self.consumer
      failing.hooks["connect-plug-data"] = "echo connect-plug-data >>$ROOT/order; echo no >&2; exit 1"
      for source in [Self.provider, failing] { try await machine.install(machine.pack(source)) }
      let change = try connect(machine)
      #expect(try await machine.end(of: change) == .error)
      #expect(machine.errorText(of: change).contains("run hook \"connect-plug-data\": \n-----\nno\n-----"))
      let expected = [
        "prepare-plug-data", "prepare-slot-data", "connect-slot-data", "connect-plug-data", "disconnect-slot-data",
        "unprepare-slot-data", "unprepare-plug-data",
      ]
      #expect(try order(machine) == expected)
      #expect(machine.connections == [:])
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// A snap that is going has no say.
  @Test func aRemovalIsNotHeldUp() async throws {
    try await MachineSupport.Machine.with { machine in
      var failing = Self.provider
      failing.hooks["disconnect-slot-data"] = "echo disconnect-slot-data >>$ROOT/order; exit 1"
      for source in [failing, Self.consumer] { try await machine.install(machine.pack(source)) }
      try await machine.end(of: connect(machine))
      _ = try order(machine)
      #expect(try await machine.end(of: machine.disconnect("consumer:data")) == .error)
      #expect(try order(machine) == ["disconnect-slot-data"])
      #expect(machine.connections.count == 1)
      #expect(try await machine.end(of: machine.snaps.remove([InstanceName("provider")])) == .done)
      #expect(try order(machine) == ["disconnect-slot-data", "disconnect-plug-data"])
      #expect(machine.connections == [:])
    }
  }

  @Test func aGadgetConnectsWhatRulesDoNot() async throws {
    try await MachineSupport.Machine.with { machine in
      let id = "abcdefghijklmnopqrstuvwxyz012345"
      let consumer = try InstanceName("consumer")
      var gadget = SnapSource("machine", type: "gadget")
      gadget.files["meta/gadget.yaml"] = "connections:\n- plug: \(id):camera\n"
      try await machine.install(machine.pack(SnapSource("consumer", yaml: "plugs: {camera: null}")))
      try await machine.install(machine.pack(gadget))
      #expect(machine.connections == [:])
      // As if it had come from a store.
      try await machine.end(of: machine.snaps.disable(consumer))
      try machine.store.write { state in
        var record = try #require(state[snap: consumer])
        record.sequence[0].snapID = id
        state[snap: consumer] = record
      }
      try await machine.end(of: machine.snaps.enable(consumer))
      let record = try #require(
        machine.store.read { $0[connection: try ConnectionID("consumer:camera snapd:camera")] })
      #expect(record.isByGadget && record.isAutomatic)
    }
  }

  /// The first hooks of a snap find what the gadget says of its options.
  @Test func aGadgetSetsOptionsOfNewSnaps() async throws {
    try await MachineSupport.Machine.with { machine in
      let id = "abcdefghijklmnopqrstuvwxyz012345"
      let name = try InstanceName("consumer")
      var gadget = SnapSource("machine", type: "gadget")
      gadget.files["meta/gadget.yaml"] = "defaults:\n  \(id): {mode: fast, deep: {n: 1}}\n"
      var consumer = SnapSource("consumer")
      consumer.hooks["configure"] = "exit 0"
      consumer.hooks["default-configure"] = "exit 0"
      try await machine.install(machine.pack(gadget))
      try await machine.install(machine.pack(consumer))
      // From a file it has no id, so the gadget means another.
      #expect(machine.store.read { $0[configuration: "consumer"].isEmpty })
      try machine.store.write { state in
        var record = try #require(state[snap: name])
        record.sequence[0].snapID = id
        state[snap: name] = record
      }
      let change = try machine.store.write { state in
        let change = state.newChange(kind: "test", summary: "run the first hook")
        var setup = HookSetup(instance: name, revision: .local(1), hook: try HookName("default-configure"))
        setup.usesDefaults = true
        _ = state.newTask(RunHook.self, input: setup, summary: "run", in: change)
        return change
      }
      machine.overlord.runner.ensure()
      #expect(try await machine.end(of: change) == .done)
      let options = machine.store.read { $0[configuration: "consumer"].values }
      #expect(options == ["mode": "fast", "deep": ["n": 1]])
    }
  }

  /// Services of the snaps that matter most: where they are started from, and those that are installed later.
  @Test func vitality() async throws {
    try await MachineSupport.Machine.with { machine in
      let names = try ["one", "two"].map { try InstanceName($0) }
      func score(_ name: String) throws -> Int? {
        let folder = machine.directories.supervisor + "/services"
        for file in try Files.list(folder) where file.hasPrefix(name) {
          let record = try JSONValue(parsing: Files.read("\(folder)/\(file)", limit: 1 << 20))
          return record["services"]?.array?.first?["oomScoreAdjust"]?.integer.map { Int($0) }
        }
        return nil
      }
      func hint(_ value: JSONValue) async throws {
        let change = try machine.snaps.configure(
          InstanceName("core"), patch: ["resilience.vitality-hint": value], isSystem: true)
        #expect(try await machine.end(of: change) == .done)
      }
      try await machine.install(machine.pack(SnapSource("one", service: true)))
      #expect(try score("one") == nil)
      try await hint("two,one")
      #expect(try score("one") == -898)
      try await machine.install(machine.pack(SnapSource("two", service: true)))
      #expect(try score("two") == -899)
      try await hint(nil)
      #expect(try names.map { try score($0.description) } == [nil, nil])
    }
  }

  /// What rules would connect is not, where the system's configuration says no.
  @Test func autoConnectionIsSwitchedOff() async throws {
    try await MachineSupport.Machine.with { machine in
      try await machine.install(machine.pack(SnapSource("before", yaml: "plugs: {x11: null}")))
      let option: [String: JSONValue] = ["interface.x11.allow-auto-connection": false]
      let change = try machine.snaps.configure(InstanceName("core"), patch: option, isSystem: true)
      #expect(try await machine.end(of: change) == .done)
      try await machine.install(machine.pack(SnapSource("after", yaml: "plugs: {x11: null, network: null}")))
      #expect(machine.connections.keys.sorted() == ["after:network snapd:network", "before:x11 snapd:x11"])
    }
  }
}
