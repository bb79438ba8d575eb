import Host
import Linux
import MachineSupport
import Overlord
import Snap
import State
import Testing

@testable import SnapManager

/// An operation on a snap that is installed twice over, so that there is something to lose.
enum Operation: String, CaseIterable, Sendable {
  case install, refresh, revert, remove, removeRevision, disable, enable, tryDirectory, connect, disconnect
  case alias, unalias, disableAliases, prefer, updateAliases

  /// The kinds of its tasks.
  var kinds: [TaskKind] {
    switch self {
    case .install:
      [
        "prerequisites", "prepare-snap", "mount-snap", "copy-snap-data", "setup-profiles", "link-snap", "auto-connect",
        "set-auto-aliases", "setup-aliases", "run-hook", "start-snap-services", "cleanup",
      ]
    case .refresh:
      [
        "prerequisites", "prepare-snap", "mount-snap", "run-hook", "stop-snap-services", "remove-aliases",
        "unlink-current-snap", "copy-snap-data", "setup-profiles", "link-snap", "auto-connect", "set-auto-aliases",
        "setup-aliases", "start-snap-services", "clear-snap",
        "discard-snap", "cleanup",
      ]
    case .revert:
      [
        "prerequisites", "prepare-snap", "stop-snap-services", "unlink-current-snap", "setup-profiles", "link-snap",
        "auto-connect", "start-snap-services", "cleanup",
      ]
    case .remove:
      [
        "stop-snap-services", "auto-disconnect", "run-hook", "disconnect", "kill-snap-apps", "remove-aliases",
        "unlink-snap", "remove-profiles", "clear-snap",
        "discard-snap", "discard-conns",
      ]
    case .removeRevision: ["clear-snap", "discard-snap"]
    case .disable: ["stop-snap-services", "remove-aliases", "unlink-snap", "remove-profiles"]
    case .enable: ["prepare-snap", "setup-profiles", "link-snap", "setup-aliases", "start-snap-services"]
    case .tryDirectory: ["prepare-snap", "mount-snap", "copy-snap-data", "link-snap"]
    case .connect: ["connect", "run-hook"]
    case .disconnect: ["disconnect", "run-hook"]
    case .alias: ["alias"]
    case .unalias: ["unalias"]
    case .disableAliases: ["disable-aliases"]
    case .prefer: ["prefer-aliases"]
    case .updateAliases: ["prune-auto-aliases", "refresh-aliases"]
    }
  }

  /// Whether taking it back restores everything, at that task: data that is gone is gone.
  func isReversible(at kind: TaskKind) -> Bool {
    !["clear-snap", "discard-snap", "discard-conns"].contains(kind) && !(self == .refresh && kind == "cleanup")
  }

  static func source(_ version: String) -> SnapSource {
    var source = SnapSource(
      "hello", version: version, yaml: "plugs: {network: null, time-control: null, mount-observe: null}", service: true)
    for hook in [
      "install", "pre-refresh", "post-refresh", "configure", "remove", "check-health", "prepare-plug-time-control",
      "disconnect-plug-mount-observe",
    ] {
      source.hooks[hook] = "exit 0"
    }
    return source
  }

  /// Brings the snap to where the operation begins.
  func prepare(_ machine: Machine) async throws {
    try machine.declareAliases(["hi": "hello", "shared": "hello"], of: "hello")
    guard self != .install else { return }
    try await machine.install(machine.pack(Self.source("1")))
    try await machine.end(of: machine.snaps.alias(InstanceName("hello"), app: "hello", as: AliasName("manual")))
    if self == .prefer {
      try await machine.end(of: machine.snaps.disableAliases(of: InstanceName("hello")))
      try machine.declareAliases(["shared": "rival", "own": "rival"], of: "rival")
      try await machine.install(machine.pack(SnapSource("rival")))
    }
    try machine.write("one", to: "var/snap/hello/x1/file")
    try machine.write("one", to: "home/alice/snap/hello/x1/file")
    try machine.write("common", to: "var/snap/hello/common/file")
    try await machine.install(machine.pack(Self.source("2")))
    try machine.write("two", to: "var/snap/hello/x2/file")
    try machine.write("two", to: "home/alice/snap/hello/x2/file")
    try await machine.end(of: machine.connect("hello:mount-observe"))
    try await machine.end(of: machine.disconnect("hello:network"))
    if self == .enable { try await machine.end(of: machine.snaps.disable(InstanceName("hello"))) }
  }

  func begin(_ machine: Machine) throws -> ChangeID {
    let hello = try InstanceName("hello")
    switch self {
    case .install, .refresh: return try machine.installing([machine.pack(Self.source("3"))])
    case .revert: return try machine.snaps.revert(hello)
    case .remove: return try machine.snaps.remove([hello], terminate: true)
    case .removeRevision: return try machine.snaps.remove([hello], revision: .local(1))
    case .disable: return try machine.snaps.disable(hello)
    case .enable: return try machine.snaps.enable(hello)
    case .connect: return try machine.connect("hello:time-control")
    case .disconnect: return try machine.disconnect("hello:mount-observe")
    case .alias: return try machine.snaps.alias(hello, app: "hello", as: AliasName("new"))
    case .unalias: return try machine.snaps.unalias("manual")
    case .disableAliases: return try machine.snaps.disableAliases(of: hello)
    case .prefer: return try machine.snaps.preferAliases(of: hello)
    case .updateAliases:
      try machine.declareAliases(["hi": "hello", "later": "hello"], of: "hello")
      let change = try machine.store.write { state in
        let change = state.newChange(kind: "refresh-snap", summary: "Refresh declarations")
        _ = try machine.snaps.addAliasUpdates(of: [hello], to: change, in: &state)
        return change
      }
      machine.overlord.runner.ensure()
      return change
    case .tryDirectory:
      let directory = "\(machine.root)/tried"
      try Self.source("3").write(to: directory)
      return try machine.snaps.install(
        [.init(source: .directory(path: directory), fileName: directory)], InstallRequest()
      ).change
    }
  }
}

/// What can be seen of a system: the record, the data, what runs.
struct Facts: Equatable, CustomStringConvertible {
  let record: SnapState?
  let texts: [String: String]
  let services: [String]
  let commands: [String]
  let aliases: [String: String]
  let rival: SnapAliases?
  /// What is remembered of connections, and what is connected.
  let connections: [String: String]
  /// What the launcher enforces.
  private(set) var plans: [String: [UInt8]]

  init(_ machine: Machine) throws {
    var record = machine.state("hello")
    // When it happened is not compared.
    record?.lastRefresh = nil
    self.record = record
    var texts: [String: String] = [:]
    for place in ["var/snap/hello", "home/alice/snap/hello"] {
      for directory in ["x1", "x2", "x3", "common", "current", "x1.old", "x2.old", "x3.old"] {
        texts["\(place)/\(directory)"] = machine.text("\(place)/\(directory)/file")
      }
    }
    self.texts = texts
    let manager = machine.overlord.services
    let names = try manager.services(of: "hello")
    services = try manager.status(names).map { "\($0.name) active \($0.isActive) enabled \($0.isEnabled)" }
    commands = ["hello", "hello.svc"].filter { machine.exists("snap/bin/\($0)") }
    aliases = try AliasLinks(directories: machine.directories).all()
    rival = machine.state("rival")?.aliases
    connections = machine.connections
    var plans: [String: [UInt8]] = [:]
    let directory = machine.directories.launchPlans
    for name in (try? Files.list(directory)) ?? [] {
      plans[name] = try Files.read("\(directory)/\(name)", limit: 1 << 20)
    }
    self.plans = plans
  }

  /// What can be compared between machines: plans name the root.
  var onAnyMachine: Facts {
    var facts = self
    for name in facts.plans.keys { facts.plans[name] = [] }
    return facts
  }

  var description: String {
    "record \(record.map { "\($0)" } ?? "none"), texts \(texts.sorted { $0.key < $1.key }), services \(services), "
      + "commands \(commands), aliases \(aliases.sorted { $0.key < $1.key }), connections \(connections.sorted { $0.key < $1.key }), plans "
      + plans.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.hashValue)" }.joined(separator: " ")
  }
}

struct Case: Sendable, CustomTestStringConvertible {
  let operation: Operation
  let kind: TaskKind
  let mischief: Mischief
  var testDescription: String { "\(operation) \(kind) \(mischief)" }

  static func all(_ mischief: Mischief, in operations: [Operation] = Operation.allCases) -> [Case] {
    operations.flatMap { operation in
      operation.kinds.map { Case(operation: operation, kind: $0, mischief: mischief) }
    }
  }

  static let failures = all(.fails) + all(.isAborted) + all(.failsAtOnce, in: [.install, .refresh])
}

@Suite(.timeLimit(.minutes(5))) struct MischiefTests {
  /// Whatever fails, wherever: the change ends in error and everything is as it was, state equal to disk.
  @Test(arguments: Case.failures)
  func failureLeavesEverythingAsItWas(_ item: Case) async throws {
    try await Machine.with { machine in
      try await item.operation.prepare(machine)
      let before = try Facts(machine)
      machine.overlord.rig([item.kind], item.mischief)
      let change = try item.operation.begin(machine)
      let status = try await machine.end(of: change)
      if item.mischief == .isAborted {
        // An abort at the very last task comes too late for those that cannot be undone.
        #expect(status == .undone || status == .hold || status == .done, "\(machine.errorText(of: change))")
      } else {
        #expect(status == .error)
        #expect(machine.errorText(of: change).contains("mishap"))
      }
      #expect(try machine.snaps.inconsistencies() == [])
      if item.operation.isReversible(at: item.kind) {
        #expect(try Facts(machine) == before)
      }
      #expect(machine.text("var/lib/snapd/inhibit/hello.lock") ?? "" == (item.operation == .enable ? "disable" : ""))
    }
  }

  /// Each task may be done again, and undone again, without a difference.
  @Test(arguments: Operation.allCases)
  func repeatingChangesNothing(_ operation: Operation) async throws {
    var facts: [Facts] = []
    for mischief in [Mischief?.none, .isRepeated] {
      try await Machine.with { machine in
        try await operation.prepare(machine)
        if let mischief { machine.overlord.rig(nil, mischief) }
        let change = try operation.begin(machine)
        #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
        #expect(try machine.snaps.inconsistencies() == [])
        facts.append(try Facts(machine).onAnyMachine)
      }
    }
    #expect(facts[0] == facts[1])
  }

  /// The daemon goes away between a task's work and its commit: the next one ends the change as if nothing had been.
  @Test(arguments: Case.all(.isInterrupted))
  func theNextDaemonCarriesOn(_ item: Case) async throws {
    try await Machine.with { machine in
      try await item.operation.prepare(machine)
      machine.overlord.rig([item.kind], item.mischief)
      let change = try item.operation.begin(machine)
      // The first task of the kind is as far as it gets.
      _ = await machine.store.wait(timeout: .seconds(20)) { state in
        state.tasks(of: change).contains { $0.kind == item.kind && $0.status == .doing } ? true : nil
      }
      await machine.stop()
      try await machine.start()
      #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }
}
