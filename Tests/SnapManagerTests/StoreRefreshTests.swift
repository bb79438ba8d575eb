import Assertions
import Linux
import MachineSupport
import Overlord
import Snap
import State
import StoreProtocol
import Testing

@testable import SnapManager

/// What becomes of snaps from a store later.
@Suite(.timeLimit(.minutes(5))) struct StoreRefreshTests {
  private func with(_ body: (Machine, StoreInMemory) async throws -> Void) async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      try store.publish(try machine.pack(SnapSource("hello")), revision: 1)
      let change = try machine.get("hello")
      guard try await machine.end(of: change) == .done else { throw MachineError(machine.errorText(of: change)) }
      try await body(machine, store)
      #expect(try machine.snaps.inconsistencies().isEmpty)
    }
  }

  private func publish(
    _ store: StoreInMemory, _ machine: Machine, _ revision: UInt32, _ channels: [String] = ["latest/stable"],
    yaml: String = "", hooks: [String: String] = [:]
  ) throws {
    try store.publish(
      try machine.pack(SnapSource("hello", version: "\(revision)", yaml: yaml, hooks: hooks)), revision: revision,
      channels: channels)
  }

  @Test func forthAndBack() async throws {
    try await with { machine, store in
      let hello = try InstanceName("hello")
      await #expect(throws: StoreRefusal.noUpdate(hello)) { try await machine.refresh("hello") }
      try machine.write("one", to: "var/snap/hello/1/file")
      try publish(store, machine, 2)
      #expect(try await machine.refresh("hello") == .done)
      #expect(machine.state("hello")?.current == .store(2) && machine.text("var/snap/hello/2/file") == "one")
      // What a revert goes back from is not taken again by itself, and is when it is asked for.
      try await machine.end(of: machine.snaps.revert(hello))
      await #expect(throws: StoreRefusal.noUpdate(hello)) { try await machine.refresh("hello") }
      #expect(try machine.snaps.refresh(StoreRefreshRequest([])).refreshed.isEmpty)
      let downloads = store.downloads.count
      #expect(try await machine.refresh("hello") { $0.revision = .store(2) } == .done)
      #expect(machine.state("hello")?.current == .store(2) && store.downloads.count == downloads)
      // An older one by its number, which is then the newest of the sequence.
      #expect(try await machine.refresh("hello") { $0.revision = .store(1) } == .done)
      #expect(machine.state("hello")?.sequence.map(\.revision) == [.store(2), .store(1)])
      try publish(store, machine, 3)
      let all = try machine.snaps.refresh(StoreRefreshRequest([]))
      #expect(all.refreshed == [hello])
      if let change = all.change { #expect(try await machine.end(of: change) == .done) }
      #expect(machine.state("hello")?.sequence.map(\.revision) == [.store(1), .store(3)])
      // One that fails is undone, image and all.
      try publish(store, machine, 4, hooks: ["post-refresh": "exit 1"])
      #expect(try await machine.refresh("hello") == .error)
      #expect(machine.state("hello")?.current == .store(3) && !machine.images.contains("hello_4.snap"))
    }
  }

  @Test func channels() async throws {
    try await with { machine, store in
      let hello = try InstanceName("hello")
      try publish(store, machine, 2, ["latest/edge", "2.0/beta"])
      // Followed from now on, whatever comes of it.
      var change = try machine.snaps.switchTracking(
        of: hello, channel: "2.0/beta", cohortKey: "key", leaveCohort: false)
      #expect(try await machine.end(of: change) == .done)
      #expect(machine.state("hello")?.channel == "2.0/beta" && machine.state("hello")?.cohortKey == "key")
      #expect(
        machine.store.read { $0.tasks(of: change).map(\.summary) }
          == ["Switch snap \"hello\" from channel \"latest/stable\" to \"2.0/beta\" and from no cohort to \"key\""])
      #expect(try await machine.refresh("hello") { $0.leaveCohort = true } == .done)
      #expect(machine.state("hello")?.current == .store(2) && machine.state("hello")?.cohortKey == nil)
      // A risk alone stays on the track; what is there already is only followed.
      try publish(store, machine, 3, ["2.0/stable"])
      #expect(try await machine.refresh("hello") { $0.channel = "stable" } == .done)
      #expect(machine.state("hello")?.channel == "2.0/stable" && machine.state("hello")?.current == .store(3))
      #expect(try await machine.refresh("hello") { $0.channel = "latest/edge" } == .done)
      #expect(machine.state("hello")?.current == .store(2))
      try publish(store, machine, 5, ["latest/edge", "latest/beta"])
      #expect(try await machine.refresh("hello") == .done)
      #expect(try await machine.refresh("hello") { $0.channel = "beta" } == .done)
      #expect(machine.state("hello")?.channel == "latest/beta" && machine.state("hello")?.current == .store(5))
      // A channel that leads elsewhere.
      store.redirect("latest/beta", to: "3.0/beta")
      try publish(store, machine, 6, ["3.0/beta"])
      #expect(try await machine.refresh("hello") == .done)
      #expect(machine.state("hello")?.channel == "3.0/beta")
      // None there.
      let edge = StoreRefusal.Release(architecture: "amd64", channel: "latest/edge")
      do {
        try await machine.refresh("hello") { $0.channel = "latest/candidate" }
        Issue.record("not refused")
      } catch StoreRefusal.notAvailable(_, .refresh, "latest/candidate", let releases) {
        #expect(releases.map(\.channel).contains(edge.channel))
      }
      change = try machine.snaps.switchTracking(of: hello, channel: "candidate", cohortKey: "", leaveCohort: false)
      #expect(try await machine.end(of: change) == .done)
      #expect(machine.state("hello")?.channel == "3.0/candidate")
    }
  }

  /// Data of an old epoch goes through the revisions that can read it, in one change.
  @Test func epochs() async throws {
    try await with { machine, store in
      try publish(store, machine, 2, yaml: "epoch: {read: [0, 1], write: [1]}")
      try publish(store, machine, 3, yaml: "epoch: {read: [1, 2], write: [2]}")
      #expect(try await machine.refresh("hello") == .done)
      #expect(machine.state("hello")?.current == .store(3))
      #expect(store.downloads == ["hello/1", "hello/2", "hello/3"])
      #expect(machine.store.read { $0.changes.filter { $0.kind == "refresh-snap" }.count } == 1)
    }
  }

  @Test func fromAFile() async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      let image = try machine.pack(SnapSource("hello", version: "9"))
      let hello = try InstanceName("hello")
      try store.publish(image, revision: 9)
      // Nobody here knows that it is signed for.
      let content = InstallRequest.Content(source: try machine.upload(image), fileName: "hello.snap")
      #expect(
        machine.whyNot { _ = try machine.snaps.install([content], InstallRequest()) }
          == "cannot find signatures with metadata for snap/component \"hello.snap\"")
      try await machine.install(image)
      #expect(machine.state("hello")?.current == .local(1))
      await #expect(throws: StoreRefusal.local(hello)) { try await machine.refresh("hello") }
      #expect(try await machine.refresh("hello") { $0.amend = true } == .done)
      #expect(machine.state("hello")?.current == .store(9) && machine.state("hello")?.store == "test")
      // Now it is known: a file is as good as a download, and gets its number.
      try await machine.end(of: machine.snaps.remove([hello]))
      let change = try machine.snaps.install([content], InstallRequest()).change
      #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
      #expect(machine.state("hello")?.current == .store(9) && machine.state("hello")?.snapID != nil)
      // A further instance of the same.
      let other = try machine.get("hello_x")
      #expect(try await machine.end(of: other) == .done)
      #expect(machine.state("hello_x")?.current == .store(9))
      let found = try machine.snaps.inconsistencies()
      #expect(found == [])
    }
  }

  private func snaps(of change: ChangeID, _ machine: Machine) -> [String]? {
    machine.store.read { $0.changeData([String].self, SnapManager.affectedSnapsKey, of: change) }
  }

  /// What publishers have been granted follows their declarations.
  @Test func declarations() async throws {
    try await with { machine, store in
      let (id, hello) = (StoreInMemory.snapID(of: "hello"), try InstanceName("hello"))
      try store.declare(
        "hello",
        [
          "aliases": .list([.map(["name": "hi", "target": "hello"])]),
          "plugs": .map(["camera": .map(["allow-auto-connection": "true"])]),
        ])
      try publish(store, machine, 2, yaml: "plugs:\n  camera: null")
      #expect(try await machine.refresh("hello") == .done)
      #expect(machine.state("hello")?.aliases.effective == ["hi": "hello"])
      #expect(machine.exists("snap/bin/hi"))
      #expect(machine.connections.keys.contains { $0.hasPrefix("hello:camera ") })
      // Without another revision too.
      try store.declare("hello", ["aliases": .list([.map(["name": "hey", "target": "hello"])])])
      let outcome = try machine.snaps.refresh(StoreRefreshRequest([]))
      let change = try #require(outcome.change)
      // Nobody is told that the snap has another revision, and nothing else may change it meanwhile.
      #expect(outcome.refreshed.isEmpty && snaps(of: change, machine) == [])
      #expect(machine.whyNot { _ = try machine.snaps.refresh(StoreRefreshRequest([hello])) }.contains("hello"))
      #expect(try await machine.end(of: change) == .done)
      #expect(machine.state("hello")?.aliases.effective == ["hey": "hello"] && !machine.exists("snap/bin/hi"))
      // By its name, the same.
      try store.declare("hello", ["aliases": .list([.map(["name": "ho", "target": "hello"])])])
      let named = try #require(try machine.snaps.refresh(StoreRefreshRequest([hello], isOfOne: true)).change)
      #expect(snaps(of: named, machine) == [])
      #expect(try await machine.end(of: named) == .done)
      #expect(machine.state("hello")?.aliases.effective == ["ho": "hello"])
      // What is declared of other things changes nothing that a change would be for.
      try store.declare(
        "hello", ["aliases": .list([.map(["name": "ho", "target": "hello"])]), "plugs": .map(["home": "true"])])
      let all = try machine.snaps.refresh(StoreRefreshRequest([]))
      #expect(all.refreshed.isEmpty && all.change.map { snaps(of: $0, machine) } ?? [] == [])
      #expect(machine.whyNot { _ = try machine.snaps.refresh(StoreRefreshRequest([hello], isOfOne: true)) } != "")
      try store.addAccount(StoreInMemory.publisher, username: "pub", validation: "verified")
      #expect(machine.snaps.signatures.publisher(of: id)?.validation == "verified")
    }
  }

  /// The daemon stops, tasks are repeated or fail, at every kind of task.
  @Test(arguments: Mischief.allCases) func mischief(_ mischief: Mischief) async throws {
    let kinds: [TaskKind] = [Prerequisites.kind, DownloadSnap.kind, ValidateSnap.kind, MountSnap.kind, LinkSnap.kind]
    for kind in kinds {
      try await with { machine, store in
        try publish(store, machine, 2)
        await machine.stop()
        try await machine.start(rig: { $0.rig([kind], mischief) })
        guard
          let change = try machine.snaps.refresh(
            StoreRefreshRequest([try InstanceName("hello")], isOfOne: true)
          ).change
        else { throw MachineError("no change") }
        if mischief == .isInterrupted {
          let isDoing = await machine.store.wait(timeout: .seconds(30)) { state -> Bool? in
            state.tasks(of: change).contains { $0.kind == kind && $0.status == .doing } ? true : nil
          }
          #expect(isDoing == true)
          await machine.stop()
          try await machine.start()
        }
        let status = try await machine.end(of: change)
        let isDone = mischief == .isRepeated || mischief == .isInterrupted
        #expect(status == (isDone ? .done : status), "\(kind) \(mischief): \(machine.errorText(of: change))")
        let isLinked = machine.linked(by: change) == ["hello 2"]
        #expect(isLinked == isDone, "\(kind) \(mischief)")
        #expect(machine.state("hello")?.current == .store(isLinked ? 2 : 1), "\(kind) \(mischief)")
        #expect(try machine.snaps.inconsistencies().isEmpty, "\(kind) \(mischief)")
      }
    }
  }
}
