import Host
import LaunchPlan
import LaunchPlanning
import Permissions
import Snap
import Testing

/// Whole plans: what is run, with which environment, confined how.
struct LaunchPlannerTests {
  @Test func planOfAnApp() throws {
    let plans = try planner().plans(for: subject(), base: core22).plans
    #expect(plans.map(\.securityTag) == ["snap.foo.app", "snap.foo.svc", "snap.foo.hook.configure"])
    let app = plans[0]
    #expect(app.command == ["/snap/foo/7/bin/chain", "/snap/foo/7/bin/app", "--conf", "$SNAP_DATA/x"])
    #expect(
      app.environment.map { "\($0.key)=\($0.value)" } == [
        "SNAP=/snap/foo/7", "SNAP_COMMON=/var/snap/foo/common", "SNAP_DATA=/var/snap/foo/7", "SNAP_NAME=foo",
        "SNAP_INSTANCE_NAME=foo", "SNAP_INSTANCE_KEY=", "SNAP_VERSION=1.0", "SNAP_REVISION=7", "SNAP_ARCH=amd64",
        "SNAP_LIBRARY_PATH=/var/lib/snapd/lib/gl:/var/lib/snapd/lib/gl32", "SNAP_REEXEC=", "SNAP_APP_NAME=app",
        "SNAP_APP_COMMON_ID=org.example.App",
      ])
    #expect(app.declaredEnvironment == [.init("A", "$SNAP/a"), .init("B", "$A/b")])
    #expect(app.rootfs == "/snap/core22/100" && app.base == "core22")
    #expect(app.noNewPrivileges && app.handledAccess == .all && app.scopes == 3 && app.deniedNetwork == 3)
    #expect(app.capabilities == 1 << 14 | 1 << 18)
    #expect(!app.denyFilter.isEmpty && !app.allowFilter.isEmpty)
    #expect(app.pathRules.contains(PathRule("/run/user/$UID/snap.foo", PathAccess(rawValue: FileAccess.own.landlock))))
    #expect(app.pathRules.contains { $0.path == "$HOME/snap/foo/common" && $0.access.contains(.writeFile) })
    #expect(app.pathRules.contains { $0.path == "$HOME/snap/foo" && !$0.access.contains(.writeFile) })
  }

  @Test func planOfAServiceAndAHook() throws {
    let plans = try planner().plans(for: subject(), base: core22).plans
    #expect(plans[1].kind == .service && plans[1].stopCommand == ["/snap/foo/7/bin/stop", "now"])
    #expect(plans[1].reloadCommand.isEmpty && plans[1].deniedNetwork == 0)
    #expect(plans[1].allowFilter != plans[0].allowFilter)
    #expect(plans[2].kind == .hook && plans[2].command == ["/snap/foo/7/meta/hooks/configure"])
    #expect(!plans[2].environment.contains { $0.key == "SNAP_APP_NAME" })
    // One snap, one namespace: all of it is built from the same steps.
    #expect(Set(plans.map(\.namespaceKey)).count == 1 && plans[0].view == plans[2].view)
  }

  @Test func everyPlanCanBeWritten() throws {
    for confinement in [LaunchPlan.Confinement.strict, .devmode, .classic] {
      for instance in ["foo", "foo_bar"] {
        for plan in try planner(prefix: "/tmp/r").plans(for: subject(instance, confinement), base: core22).plans {
          #expect(try LaunchPlan(decoding: plan.encoded()) == plan)
        }
      }
    }
  }

  @Test func classicRunsOnTheHost() throws {
    let plan = try planner(prefix: "/r").plans(for: subject("foo_x", .classic), base: nil).plans[0]
    #expect(plan.view.isEmpty && plan.rootfs.isEmpty && plan.namespaceKey.isEmpty)
    #expect(plan.command.first == "/r/snap/foo_x/7/bin/chain")
    #expect(plan.environment.first == .init("SNAP", "/r/snap/foo_x/7"))
    #expect(plan.denyFilter.isEmpty && plan.allowFilter.isEmpty && plan.handledAccess == [] && plan.scopes == 0)
    #expect(!plan.noNewPrivileges && plan.capabilities == .max)
  }

  @Test func devmodeEnforcesNothing() throws {
    let plan = try planner().plans(for: subject("foo", .devmode), base: core22).plans[0]
    #expect(plan.denyFilter.isEmpty && plan.allowFilter.isEmpty && plan.pathRules.isEmpty && plan.handledAccess == [])
    #expect(!plan.noNewPrivileges && plan.capabilities == .max && plan.deniedNetwork == 0)
    let lines = plan.view.map(\.line)
    for line in [
      "bind /etc /etc r?", "bind /home /home r?", "bind /proc /proc r?", "bind /media /media r?+",
      "bind /var/lib/snapd /var/lib/snapd r", "bind /snap /snap r", "host /var/lib/snapd/hostfs", "devpts /dev/pts",
      "private /var/lib/snapd/private-tmp/snap.foo /tmp",
      "bind /snap/core22/100/etc/nsswitch.conf /etc/nsswitch.conf r?",
    ] where !(line.contains("nsswitch") && baseTree.entry("/etc/nsswitch.conf") == nil) {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func parallelInstance() throws {
    let plan = try planner(prefix: "/r").plans(for: subject("foo_bar"), base: core22).plans[0]
    #expect(plan.securityTag == "snap.foo_bar.app")
    #expect(plan.command.first == "/snap/foo/7/bin/chain")
    let variables = Dictionary(plan.environment.map { ($0.key, $0.value) }) { $1 }
    #expect(variables["SNAP"] == "/snap/foo/7" && variables["SNAP_INSTANCE_KEY"] == "bar")
    let lines = plan.view.map(\.line)
    for line in [
      "bind /r/snap/foo_bar /snap/foo rosd", "bind /r/snap/foo_bar /snap/foo_bar rosd",
      "bind /r/var/snap/foo_bar /var/snap/foo rsd", "bind /r/var/snap/foo_bar /var/snap/foo_bar rsd",
      "private /r/var/lib/snapd/private-tmp/snap.foo_bar /tmp",
    ] { #expect(lines.contains(line), "\(line)") }
    // The plain name is the snap's own place here, never the plain instance's data.
    #expect(!lines.contains { $0.contains("/r/var/snap/foo ") || $0.contains("/r/snap/foo ") })
  }

  @Test func namespaceKeyNamesWhatTheViewIsBuiltFrom() throws {
    func key(_ subject: PlanSubject, _ base: BaseLocation = core22) throws -> String {
      try planner().plans(for: subject, base: base).plans[0].namespaceKey
    }
    let plain = try key(subject())
    #expect(try key(subject()) == plain)
    #expect(try key(subject(), BaseLocation(name: "core22", revision: "101")) != plain)
    #expect(try key(subject("foo", .devmode)) != plain)
    #expect(try key(subject(layouts: [.init(path: "/opt/x", content: .tmpfs)])) != plain)
    var other = subject()
    other.entries.removeLast()
    #expect(try key(other) == plain)
  }

  @Test func basesOfAllKinds() throws {
    #expect(throws: PlanningError.noBase(instance: "foo")) { try planner().plans(for: subject(), base: nil) }
    var nothing = subject()
    nothing.entries = []
    #expect(try planner().plans(for: nothing, base: nil).plans.isEmpty)
    let bare = BaseLocation(name: "bare", revision: "5")
    let view = try planner(image: FakeTree("")).plans(for: subject(), base: bare).plans[0].view.map(\.line)
    #expect(view.filter { $0.hasPrefix("tree ") }.count == 1)
    #expect(view.contains("bind /etc/passwd /etc/passwd osdx?l"))
    #expect(!view.contains { $0.contains("/usr/lib/snapd") })
    let core = BaseLocation(name: "core", revision: "3")
    #expect(try planner().plans(for: subject(), base: core).plans[0].base == "core")
  }

  @Test(arguments: [
    "../../../etc/shadow", "bin/../../../x", "/bin/sh", "", "bin//x", "bin/a\nb", "./x", "bin/\u{7f}",
  ]) func refusesCommandsThatLeaveTheSnap(_ command: String) {
    var hostile = subject()
    hostile.entries[0].command = [command]
    #expect(throws: PlanningError.path(command, of: "snap.foo.app")) {
      try planner().plans(for: hostile, base: core22)
    }
    hostile.entries[0].command = ["bin/app"]
    hostile.entries[0].commandChain = [command]
    #expect(throws: PlanningError.path(command, of: "snap.foo.app")) {
      try planner().plans(for: hostile, base: core22)
    }
  }

  @Test(arguments: [
    "snap.bar.app", "snap.foo_x.app", "snap.foo.a/b", "snap.foo", "snap.foo.", "foo.app", "snap.foo.x.y",
  ])
  func refusesTagsOfOthers(_ tag: String) {
    var hostile = subject()
    hostile.entries[0].securityTag = tag
    #expect(throws: PlanningError.tag(tag)) { try planner().plans(for: hostile, base: core22) }
  }

  @Test func equalGrantsCompileOnce() throws {
    let planner = planner()
    let first = try planner.plans(for: subject(), base: core22).plans
    let clock = ContinuousClock()
    let time = try clock.measure { for _ in 0..<20 { _ = try planner.plans(for: subject("bar"), base: core22) } }
    #expect(time < .seconds(2))
    #expect(try planner.plans(for: subject(), base: core22).plans == first)
  }
}
