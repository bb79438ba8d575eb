import LaunchPlan
import LaunchPlanning
import Permissions
import Snap
import Testing

/// From `snap.yaml` to plans.
struct SnapInfoTests {
  static let yaml = """
    name: foo
    version: "1.0"
    base: core22
    environment: {A: one}
    system-usernames: {_daemon_: shared}
    layout:
      /opt/foo: {bind: $SNAP_DATA/opt}
    apps:
      foo: {command: bin/foo --x}
      server: {command: bin/server, daemon: simple, plugs: [network-bind], stop-command: bin/stop, command-chain: [bin/w]}
    hooks:
      configure: {}
    """

  @Test func plansFollowTheMetadata() throws {
    let info = try SnapInfo(yaml: Array(Self.yaml.utf8))
    let instance = try InstanceName("foo_two")
    let plans = try planner().plans(
      for: info, instance: instance, revision: Revision("x3"), confinement: .strict, base: core22)
    #expect(plans.map(\.securityTag) == ["snap.foo_two.foo", "snap.foo_two.server", "snap.foo_two.hook.configure"])
    #expect(plans[0].command == ["/snap/foo/x3/bin/foo", "--x"] && plans[0].kind == .app)
    #expect(plans[1].command == ["/snap/foo/x3/bin/w", "/snap/foo/x3/bin/server"] && plans[1].kind == .service)
    #expect(plans[1].stopCommand == ["/snap/foo/x3/bin/w", "/snap/foo/x3/bin/stop"])
    // Plugs grant nothing: connections do.
    #expect(plans.allSatisfy { $0.deniedNetwork == 3 })
    #expect(plans[0].capabilities & Capability.setuid.mask != 0)
    #expect(plans[0].declaredEnvironment == [.init("A", "one")])
    let sources = try planner().layoutSources(
      for: info, instance: instance, revision: Revision("x3"), confinement: .strict, base: core22)
    #expect(sources.map { $0.place + $0.path } == ["/var/snap/foo_two/x3/opt"])
  }
}
