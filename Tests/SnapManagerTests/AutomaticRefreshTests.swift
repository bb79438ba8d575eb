import AssertionManager
import Assertions
import Glibc
import Linux
import MachineSupport
import Overlord
import RefreshManager
import Snap
import State
import StoreProtocol
import Testing
import ValidationSets

@testable import SnapManager

/// Updates that nobody asks for, of real snaps from a store.
@Suite(.timeLimit(.minutes(5))) struct AutomaticRefreshTests {
  private func with(_ body: (Machine, StoreInMemory) async throws -> Void) async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      try publish(store, machine, 1)
      let change = try machine.get("hello")
      guard try await machine.end(of: change) == .done else { throw MachineError(machine.errorText(of: change)) }
      try await body(machine, store)
      #expect(try machine.snaps.inconsistencies().isEmpty)
    }
  }

  private func publish(
    _ store: StoreInMemory, _ machine: Machine, _ revision: UInt32, yaml: String = "", hooks: [String: String] = [:]
  ) throws {
    try store.publish(
      try machine.pack(SnapSource("hello", version: "\(revision)", yaml: yaml, hooks: hooks)), revision: revision)
  }

  /// Updates what can be, and waits for it.
  ///
  /// - Returns: what became of the change; nil when there was none.
  private func refresh(_ machine: Machine) async throws -> Status? {
    let before = Set(machine.store.read { $0.changes.map(\.id) })
    try machine.overlord.refreshes.refreshNow()
    let made = machine.store.read { $0.changes }.filter { !before.contains($0.id) }
    guard let change = made.first(where: { $0.kind == "auto-refresh" }) else { return nil }
    return try await machine.end(of: change.id)
  }

  @Test func forthAndAvoided() async throws {
    try await with { machine, store in
      let hello = try InstanceName("hello")
      #expect(try await refresh(machine) == nil)
      try publish(store, machine, 2)
      #expect(try await refresh(machine) == .done)
      #expect(machine.state("hello")?.current == .store(2))
      let change = try #require(machine.store.read { $0.changes.last { $0.kind == "auto-refresh" } })
      #expect(change.summary == "Auto-refresh snap \"hello\"")
      // One that fails by itself is undone, and not tried again until there is another.
      try publish(store, machine, 3, hooks: ["post-refresh": "echo broken; exit 1"])
      #expect(try await refresh(machine) == .error)
      #expect(machine.state("hello")?.current == .store(2))
      #expect(try await refresh(machine) == nil)
      let failure = try #require(machine.store.read { $0[refreshFailure: hello] })
      #expect(failure.isByItself && failure.revision == .store(3) && failure.reason.contains("broken"))
      let explanation = try #require(try machine.overlord.explainUpdates().first)
      #expect(explanation.update.revision == .store(3))
      #expect(explanation.obstacles.contains { if case .avoided = $0 { true } else { false } })
      try publish(store, machine, 4)
      #expect(try await refresh(machine) == .done)
      #expect(machine.state("hello")?.current == .store(4))
      #expect(try await refresh(machine) == nil)
      #expect(machine.store.read { $0[refreshFailure: hello] } == nil)
      #expect(machine.store.read { $0.refreshTimes.lastRefresh } != nil)
    }
  }

  /// Who signed an update, and who made it, is told when that is somebody else than of what is installed: with what the
  /// store's assertions say, before anything of it is believed.
  @Test func otherSigners() async throws {
    try await with { machine, store in
      try publish(store, machine, 2)
      let plain = try #require(try machine.overlord.explainUpdates().first)
      #expect(plain.key == nil && plain.publisher == nil)
      store.fail { faults in
        faults.assertion = { $0.type == .snapRevision ? try StoreInMemory.forged($0) : $0 }
        faults.answer = { response in
          for index in response.results.indices {
            guard case .snap(let kind, var snap) = response.results[index].content else { continue }
            snap.publisher.id = "another0another0another0another0"
            snap.publisher.username = "another"
            response.results[index].content = .snap(kind, snap)
          }
        }
      }
      let changed = try #require(try machine.overlord.explainUpdates().first)
      let key = try #require(changed.key)
      #expect(key.from != key.to && key.from.utf8.count == 64 && key.to.utf8.count == 64)
      #expect(changed.publisher == RefreshExplanation.Change(from: "pub", to: "another"))
      // Told, and not taken: the update itself is checked.
      #expect(try await refresh(machine) == .error)
      #expect(machine.state("hello")?.current == .store(1))
    }
  }

  @Test func held() async throws {
    try await with { machine, store in
      let hello = try InstanceName("hello")
      try publish(store, machine, 2)
      _ = try machine.overlord.refreshes.hold([hello], until: .forever, level: .general)
      #expect(try await refresh(machine) == nil)
      // Of everything it is left out; by its name it is not.
      let all = try machine.overlord.limited(StoreRefreshRequest([]))
      #expect(all.skipped == [hello] && all.held == [hello: ["system"]])
      #expect(try machine.overlord.limited(StoreRefreshRequest([hello], isOfOne: true)).skipped.isEmpty)
      let explanation = try #require(try machine.overlord.explainUpdates().first)
      #expect(explanation.obstacles.contains { if case .hold(_, isGeneral: true) = $0 { true } else { false } })
      _ = try machine.overlord.refreshes.unhold([hello])
      _ = try machine.overlord.holdRefreshes("forever")
      #expect(try await refresh(machine) == nil)
      _ = try machine.overlord.holdRefreshes(nil)
      #expect(try await refresh(machine) == .done)
    }
  }

  /// A permission that comes by itself is told, and one that is there is not.
  @Test func explained() async throws {
    try await with { machine, store in
      try publish(store, machine, 2, yaml: "plugs: {network: , camera: }\n")
      let explanation = try #require(try machine.overlord.explainUpdates().first)
      #expect(explanation.permissions.map(\.interface) == ["network"])
      #expect(explanation.publisher == nil && explanation.key == nil)
      #expect(explanation.downloadSize > 0 && explanation.downloadSize == explanation.update.size)
      #expect(try await refresh(machine) == .done)
      try publish(store, machine, 3, yaml: "plugs: {network: , camera: }\n")
      #expect(try machine.overlord.explainUpdates().first?.permissions == [])
    }
  }

  /// An image whose program is one that `/proc` shows beneath the snap.
  private func image(_ machine: Machine, _ version: Int) throws -> String {
    let directory = "\(machine.root)/sources/napper\(version)"
    let yaml = "name: napper\nversion: '\(version)'\napps:\n  napper: {command: bin/napper}\n"
    try Files.makeDirectories(directory + "/meta")
    try Files.makeDirectories(directory + "/bin")
    try Files.writeAtomically(Array(yaml.utf8), to: directory + "/meta/snap.yaml", mode: 0o644)
    try Copying.copyFile(from: "/bin/sleep", to: directory + "/bin/napper", mode: 0o755)
    let image = directory + ".snap"
    let packed = try ChildProcess.run(["/usr/bin/mksquashfs", directory, image, "-quiet", "-no-progress"])
    guard packed.status == .exited(0) else { throw MachineError("cannot pack") }
    return image
  }

  /// A snap that runs is downloaded, and updated when it has ended.
  @Test func waitsForApps() async throws {
    try await with { machine, store in
      let napper = try InstanceName("napper")
      try store.publish(try image(machine, 1), revision: 1)
      #expect(try await machine.end(of: machine.get("napper")) == .done)
      try store.publish(try image(machine, 2), revision: 2)
      let child = try ChildProcess.spawn(
        ["\(machine.root)/snap/napper/1/bin/napper", "1000"],
        ChildProcessOptions(environment: ["SNAP_INSTANCE_NAME": "napper", "SNAP_APP_NAME": "napper"]))
      #expect(try await refresh(machine) == nil)
      let change = try #require(machine.store.read { $0.changes.first { $0.kind == "pre-download" } })
      #expect(try await machine.end(of: change.id) == .done)
      let downloads = store.downloads.count
      #expect(machine.store.read { $0[candidate: napper]?.isMonitored } == true)
      #expect(machine.state("napper")?.refreshInhibited != nil)
      let explanation = try #require(try machine.overlord.explainUpdates().first)
      #expect(explanation.obstacles.contains { if case .runningApps(["napper"], _) = $0 { true } else { false } })
      child.killGroup(SIGKILL)
      _ = Glibc.kill(child.pid, SIGKILL)
      _ = try child.wait()
      #expect(try await refresh(machine) == .done)
      #expect(machine.state("napper")?.current == .store(2))
      #expect(machine.state("napper")?.refreshInhibited == nil)
      #expect(store.downloads.count >= downloads)
    }
  }

  /// The publisher of another snap has a say, signs for a revision, and takes it back.
  @Test func refreshControl() async throws {
    try await with { machine, store in
      try store.publish(try machine.pack(SnapSource("gate")), revision: 1)
      try store.declare("gate", ["refresh-control": [.text(StoreInMemory.snapID(of: "hello"))]])
      #expect(try await machine.end(of: machine.get("gate")) == .done)
      func validate(_ revision: Int, _ more: [String: HeaderValue] = [:]) throws {
        let headers: [String: HeaderValue] = [
          "authority-id": "store-root", "series": "16", "snap-id": .text(StoreInMemory.snapID(of: "gate")),
          "approved-snap-id": .text(StoreInMemory.snapID(of: "hello")), "approved-snap-revision": .text("\(revision)"),
          "revoked": "false",
        ]
        _ = try store.sign(.validation, headers.merging(more) { $1 })
      }
      try store.declare(
        "gate",
        ["refresh-control": [.text(StoreInMemory.snapID(of: "hello"))], "publisher-id": "store-root"])
      try publish(store, machine, 2)
      #expect(try await refresh(machine) == nil)
      let error = await #expect(throws: RefreshControlError.self) { try await machine.refresh("hello") }
      #expect(error?.description == "cannot refresh \"hello\" to revision 2: no validation by \"gate\"")
      try validate(2)
      #expect(try await refresh(machine) == .done)
      try publish(store, machine, 3)
      try validate(3, ["revoked": "true"])
      #expect(try await refresh(machine) == nil)
      #expect(try await machine.refresh("hello") { $0.ignoreValidation = true } == .done)
    }
  }

  @Test func validationSets() async throws {
    try await with { machine, store in
      let key = try ValidationSetKey(account: "store-root", name: "set")
      let sets = machine.overlord.validationSets
      func require(_ revision: Int, at sequence: Int) throws {
        _ = try store.sign(
          .validationSet,
          [
            "account-id": "store-root", "name": "set", "series": "16",
            "sequence": .text("\(sequence)"),
            "snaps": [
              [
                "name": "hello", "id": .text(StoreInMemory.snapID(of: "hello")), "presence": "required",
                "revision": .text("\(revision)"),
              ]
            ],
          ])
      }
      #expect(throws: ValidationSetRefusal.notFound(key, sequence: nil)) { try sets.monitor(key) }
      try require(1, at: 1)
      #expect(try sets.enforce(key).isValid)
      try publish(store, machine, 2)
      let hello = try InstanceName("hello")
      #expect(try machine.overlord.limited(StoreRefreshRequest([hello])).pinned == [hello: .store(1)])
      #expect(try await refresh(machine) == nil)
      #expect(throws: ValidationSetRefusal.self) { try machine.overlord.refuseRemoval(of: [hello]) }
      // The set moves on, and the snap follows.
      try require(2, at: 2)
      #expect(try sets.refresh() == [:])
      #expect(try await refresh(machine) == .done)
      #expect(machine.state("hello")?.current == .store(2))
      #expect(try sets.list().map(\.isValid) == [true])
      try sets.forget(key)
      // Brought to what a set says, and kept there from then on.
      let change = try machine.overlord.enforceByRefreshing(["store-root/set=1"])
      #expect(try await machine.end(of: change) == .done)
      #expect(machine.state("hello")?.current == .store(1))
      #expect(try sets.list().map(\.tracked.pinnedAt) == [1])
      try sets.forget(key)
    }
  }
}
