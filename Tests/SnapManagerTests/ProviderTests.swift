import MachineSupport
import Snap
import State
import Testing

@testable import SnapManager

/// Who provides content comes first.
@Suite(.timeLimit(.minutes(5))) struct ProviderTests {
  @Test(arguments: [
    ([[], [], []], [0, 1, 2]), ([[1], [2], []], [2, 1, 0]), ([[2], [], []], [2, 0, 1]), ([[1], [0], []], [1, 0, 2]),
    ([[0], [], []], [0, 1, 2]), ([[1, 2], [2], [0]], [2, 1, 0]),
  ])
  func order(needs: [[Int]], expected: [Int]) {
    #expect(inOrderOfNeed(Array(needs.indices)) { needs[$0] } == expected)
  }

  @Test(arguments: [false, true])
  func theyComeFirst(inTurn: Bool) async throws {
    try await Machine.with { machine in
      let consumer = try machine.pack(
        SnapSource(
          "consumer",
          yaml: "plugs: {shared: {interface: content, content: c, target: $SNAP/c, default-provider: provider:old}}"))
      var source = SnapSource(
        "provider", yaml: "slots: {shared: {interface: content, content: c, read: [$SNAP/c]}}")
      source.files["c/file"] = "x"
      let provider = try machine.pack(source)
      if inTurn {
        // Without the provider it is installed all the same.
        try await machine.install(consumer)
        try await machine.install(provider)
      } else {
        let change = try machine.installing([consumer, provider])
        #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
        let names = machine.store.read { state in
          state.tasks(of: change).filter { $0.kind == LinkSnap.kind }
            .compactMap { try? $0.input(as: SnapSetup.self).instance.description }
        }
        #expect(names == ["provider", "consumer"])
        let setup = machine.store.read { state in
          state.tasks(of: change).compactMap { try? $0.input(as: SnapSetup.self) }.first {
            $0.instance.description == "consumer"
          }
        }
        #expect(setup?.providers == [try InstanceName("provider")])
      }
      // The rules connect content of one publisher only, and nobody has published these: a person does it.
      #expect(machine.connections.filter { $0.key.contains("consumer") } == [:])
      let change = try machine.connect("consumer:shared", to: "provider:shared")
      #expect(try await machine.end(of: change) == .done)
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// One that does not come, or fails, keeps nobody from being installed.
  @Test func aProviderThatFailsIsNotWaitedFor() async throws {
    try await Machine.with { machine in
      let plugs = "plugs: {c: {interface: content, target: $SNAP/c, default-provider: provider}}"
      let consumer = try machine.pack(SnapSource("consumer", yaml: plugs))
      let provider = try machine.pack(SnapSource("provider", hooks: ["install": "exit 1"]))
      let change = try machine.installing([consumer, provider])
      #expect(try await machine.end(of: change) == .error)
      #expect(machine.state("consumer") != nil && machine.state("provider") == nil)
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }
}
