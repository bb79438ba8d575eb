import Glibc
import Host
import LaunchPlan
import LaunchPlanning
import Linux
import Snap
import TestSupport
import Testing

/// Plans on disk.
struct PlanStoreTests {
  static func withStore(_ body: (PlanStore, String) throws -> Void) throws {
    try withTemporaryDirectory { root in
      let directories = Directories(root: root)
      try body(PlanStore(directories: directories), directories.launchPlans)
    }
  }

  @Test func writesAnExactSet() throws {
    try Self.withStore { store, directory in
      let plans = try planner().plans(for: subject(), base: core22).plans
      let others = try planner().plans(for: subject("foo_x"), base: core22).plans
      try store.remove(instance: "foo")
      try store.write(plans, instance: "foo")
      try store.write(others, instance: "foo_x")
      #expect(try store.read("snap.foo.svc") == plans[1])
      let status = try #require(try Files.status(directory + "/snap.foo.svc.plan"))
      #expect(status.mode & 0o7777 == 0o644)
      try store.write([plans[0]], instance: "foo")
      #expect(try store.tags(of: "foo") == ["snap.foo.app"])
      #expect(try store.read("snap.foo.svc") == nil)
      #expect(try store.tags(of: "foo_x").count == 3)
      try store.write([], instance: "foo")
      #expect(try store.tags(of: "foo").isEmpty)
      try store.remove(instance: "foo_x")
      try store.remove(instance: "foo_x")
      #expect(try Files.list(directory).isEmpty)
    }
  }

  @Test func refusesPlansOfOthersAndLeavesEverything() throws {
    try Self.withStore { store, _ in
      let plans = try planner().plans(for: subject(), base: core22).plans
      try store.write(plans, instance: "foo")
      #expect(throws: PlanningError.self) { try store.write(plans, instance: "foo_x") }
      var bad = plans[0]
      bad.securityTag = "snap.foo.../../x"
      #expect(throws: PlanningError.self) { try store.write([bad], instance: "foo") }
      bad = plans[0]
      bad.version = "a\0b"
      #expect(throws: PlanningError.self) { try store.write([bad], instance: "foo") }
      #expect(try store.tags(of: "foo").count == 3)
      for tag in ["../x", "snap.foo.app/../../x", "", "snap..app"] {
        #expect(throws: PlanningError.self) { try store.read(tag) }
      }
    }
  }

  @Test func refusesDamagedFiles() throws {
    try Self.withStore { store, directory in
      let plans = try planner().plans(for: subject(), base: core22).plans
      try store.write(plans, instance: "foo")
      try Files.writeAtomically([1, 2, 3], to: directory + "/snap.foo.app.plan", mode: 0o644)
      #expect(throws: PlanningError.self) { try store.read("snap.foo.app") }
      try store.write(plans, instance: "foo")
      #expect(try store.read("snap.foo.app") == plans[0])
    }
  }
}
