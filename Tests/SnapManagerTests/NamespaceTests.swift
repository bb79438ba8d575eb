import Host
import LaunchPlanning
import Linux
import MachineSupport
import Snap
import State
import Testing

@testable import SnapManager

/// When kept namespaces go: one that stays keeps images mounted that nobody needs.
@Suite(.timeLimit(.minutes(5))) struct NamespaceTests {
  /// Keeps a namespace, if not one of mounts: it cannot be joined, but looks and behaves like one that is not in use.
  private func keep(_ machine: Machine, _ name: String, builtFrom key: String) throws -> String {
    let path = "\(machine.directories.namespaces)/\(name).mnt"
    try machine.write("", to: "run/snapd/ns/\(name).mnt")
    try machine.write("key \(key)\nuser 0\n", to: "run/snapd/ns/\(name).info")
    try Mounts.bind(from: "/proc/self/ns/uts", at: path, readOnly: false)
    return path
  }

  private func isKept(_ path: String) throws -> Bool {
    try ProcessTable.namespaceNumber(atFile: path) != nil || Files.status(path) != nil
  }

  @Test func onlyWhatALaunchWouldJoinIsKept() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      try await machine.install(machine.pack(SnapSource("hello")))
      let key = try #require(try PlanStore(directories: machine.directories).namespaceKey(of: hello))
      let wanted = try keep(machine, "hello", builtFrom: key)
      let stale = try keep(machine, "hello.1000", builtFrom: "another")
      #expect(try machine.snaps.inconsistencies() == ["\(stale) keeps a namespace that no launch would join"])
      machine.snaps.sweepNamespaces()
      #expect(try isKept(wanted))
      #expect(try !isKept(stale) && !machine.exists("run/snapd/ns/hello.1000.info"))

      // The base moves, and the namespace was built from the one before.
      try await machine.install(machine.pack(SnapSource("core", version: "2", type: "os")))
      #expect(try !isKept(wanted))
      let moved = try #require(try PlanStore(directories: machine.directories).namespaceKey(of: hello))
      let next = try keep(machine, "hello", builtFrom: moved)
      try await machine.end(of: machine.snaps.disable(hello))
      #expect(try !isKept(next))

      // Of a snap that is not there, and after a kill in the middle.
      let foreign = try keep(machine, "gone.7", builtFrom: key)
      #expect(
        try machine.snaps.inconsistencies().sorted() == [
          "\(foreign.dropLast(4)).info belongs to no installed snap", "\(foreign) belongs to no installed snap",
        ])
      await machine.stop()
      try await machine.start()
      #expect(try !isKept(foreign))
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// A hook has run in one, and the snap goes as if it had never been there.
  @Test func nothingIsKeptOfAnInstallThatFails() async throws {
    try await Machine.with { machine in
      let source = SnapSource("hello", hooks: ["install": "test -e $ROOT/run/snapd/ns/hello.mnt && exit 3"])
      let change = try machine.installing([machine.pack(source)])
      #expect(try await machine.end(of: change) == .error)
      #expect(try machine.snaps.inconsistencies() == [])
      #expect(!machine.exists("run/snapd/ns/hello.mnt"))
    }
  }
}
