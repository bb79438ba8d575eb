import Glibc
import Host
import LaunchPlan
import LaunchPlanning
import Linux
import MachineSupport
import Overlord
import Snap
import State
import Testing

@testable import SnapManager

/// Whole operations, each on a system of its own, and what is refused.
@Suite(.timeLimit(.minutes(5))) struct OperationTests {
  private static let hello = "hello"

  private func expectRefusal(
    _ text: String, _ machine: Machine, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) throws {
    let changes = machine.store.read { $0.changes.count }
    do {
      try body()
      Issue.record("not refused: \(text)", sourceLocation: sourceLocation)
    } catch {
      #expect("\(error)" == text, sourceLocation: sourceLocation)
    }
    #expect(machine.store.read { $0.changes.count } == changes, sourceLocation: sourceLocation)
  }

  /// Why a snap is not installed; empty when it is.
  private func whyNot(_ machine: Machine, _ source: SnapSource) throws -> String {
    let image = try machine.pack(source)
    do {
      _ = try machine.installing([image])
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// The main job: two revisions, data carried over, back again, and nothing is left in the end.
  @Test func dataFollowsTheRevision() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName(Self.hello)
      try await Operation.refresh.prepare(machine)
      #expect(
        machine.text("hooks.hello")
          == "install x1\nconfigure x1\ncheck-health x1\npre-refresh x1\npost-refresh x2\nconfigure x2\ncheck-health x2\n"
      )
      #expect(machine.state("hello")?.sequence.map(\.revision) == [.local(1), .local(2)])
      try await machine.end(of: machine.snaps.revert(hello))
      #expect(machine.text("var/snap/hello/current/file") == "one")
      #expect(machine.text("home/alice/snap/hello/x2/file") == "two")
      // To a revision by name, forward again.
      try await machine.end(of: machine.snaps.revert(hello, to: .local(2)))
      #expect(machine.text("var/snap/hello/current/file") == "two")
      try await machine.end(of: machine.snaps.revert(hello))
      // A refresh after a revert starts from the data in use, and drops what was abandoned.
      try await machine.install(machine.pack(Operation.source("3")))
      #expect(machine.state("hello")?.sequence.map(\.revision) == [.local(1), .local(3)])
      #expect(machine.text("home/alice/snap/hello/x3/file") == "one")
      #expect(!machine.exists("var/snap/hello/x2"))
      try await machine.install(machine.pack(Operation.source("4")))
      #expect(machine.state("hello")?.sequence.map(\.revision) == [.local(3), .local(4)])
      #expect(try machine.snaps.inconsistencies() == [])
      try await machine.end(of: machine.snaps.remove([hello]))
      #expect(machine.state("hello") == nil)
      for left in ["var/snap/hello", "snap/hello", "home/alice/snap/hello", "var/lib/snapd/inhibit/hello.lock"] {
        #expect(!machine.exists(left), "\(left)")
      }
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// A failing hook takes the whole refresh back, data included, also after old revisions were discarded.
  @Test(arguments: ["pre-refresh", "post-refresh", "configure"])
  func aFailingHookTakesTheRefreshBack(_ hook: String) async throws {
    try await Machine.with { machine in
      try await Operation.refresh.prepare(machine)
      if hook == "pre-refresh" {
        var failing = Operation.source("2b")
        failing.hooks[hook] = "echo oh no; exit 3"
        try await machine.install(machine.pack(failing))
      }
      let before = try Facts(machine)
      var source = Operation.source("3")
      source.hooks[hook] = "echo spoilt >$ROOT/var/snap/hello/x3/file; echo oh no >&2; exit 3"
      let change = try machine.installing([machine.pack(source)])
      #expect(try await machine.end(of: change) == .error)
      #expect(machine.errorText(of: change).contains("run hook \"\(hook)\": \n-----\noh no\n-----"))
      #expect(try machine.snaps.inconsistencies() == [])
      let after = try Facts(machine)
      #expect(after.record?.current == before.record?.current)
      #expect(after.services == before.services)
      #expect(after.texts["var/snap/hello/current"] == "two")
      #expect(after.texts["var/snap/hello/x3"] == nil || hook == "pre-refresh")
      // `configure` runs after the oldest revision is discarded: it does not come back, and is not listed.
      if hook == "configure" { #expect(after.record?.sequence.map(\.revision) == [.local(2)]) }
    }
  }

  /// A hook that hangs does not keep an abort, or the end of the daemon, waiting.
  @Test(arguments: [true, false])
  func aHookIsEndedWhenNobodyWantsIt(byAbort: Bool) async throws {
    try await Machine.with { machine in
      var source = Operation.source("1")
      source.hooks["install"] = "test -e $ROOT/quick || { touch $ROOT/begun; exec sleep 600; }"
      let change = try machine.installing([machine.pack(source)])
      for _ in 0..<2000 where !machine.exists("begun") { try await Task.sleep(for: .milliseconds(5)) }
      if byAbort {
        try machine.store.write { $0.abort(change) }
        #expect(try await machine.end(of: change) == .undone)
        #expect(machine.state("hello") == nil)
      } else {
        await machine.stop()
        try machine.write("", to: "quick")
        try await machine.start()
        #expect(try await machine.end(of: change) == .done)
      }
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// With `transaction` snaps stand and fall together; without, each for itself.
  @Test(arguments: [true, false])
  func manyTogether(transaction: Bool) async throws {
    try await Machine.with { machine in
      let good = try machine.pack(SnapSource("good"))
      let bad = try machine.pack(SnapSource("bad", hooks: ["install": "exit 1"]))
      let change = try machine.installing([good, bad], transaction: transaction)
      #expect(try await machine.end(of: change) == .error)
      #expect((machine.state("good") != nil) == !transaction)
      #expect(machine.state("bad") == nil)
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// A base, and snaps on it, in one request in the wrong order; removed together too; and the base moves under them.
  @Test func basesComeFirstAndGoLast() async throws {
    try await Machine.with(base: false) { machine in
      let base = try machine.pack(SnapSource("core22", type: "base"))
      let app = try machine.pack(SnapSource("app", yaml: "base: core22"))
      let other = try machine.pack(SnapSource("other", yaml: "base: core22"))
      #expect(try await machine.end(of: machine.installing([app, base])) == .done)
      // Both at once: whichever comes first, the plans name the base's new revision.
      let changes = [try machine.installing([base]), try machine.installing([other])]
      for change in changes { #expect(try await machine.end(of: change) == .done) }
      for snap in ["app", "other"] {
        let plan = try machine.snaps.plans.read("snap.\(snap).\(snap)")
        #expect(plan?.rootfs == "\(machine.root)/snap/core22/x2")
      }
      #expect(try machine.snaps.inconsistencies() == [])
      let names = try ["core22", "app", "other", "app"].map { try InstanceName($0) }
      try expectRefusal(
        "snap \"core22\" is not removable: snap is being used by snaps app and other.", machine
      ) { _ = try machine.snaps.remove([names[0]]) }
      #expect(try await machine.end(of: machine.snaps.remove(names)) == .done)
      #expect(try machine.snaps.inconsistencies() == [])
      #expect(machine.store.read { $0.all(RecordKind<SnapState>.snaps) }.isEmpty)
    }
  }

  /// Instances of one snap have each their own image, data and commands.
  @Test func parallelInstances() async throws {
    try await Machine.with { machine in
      let image = try machine.pack(Operation.source("1"))
      try await machine.install(image)
      try await machine.install(image, as: "hello_two")
      try machine.write("mine", to: "var/snap/hello_two/x1/file")
      #expect(machine.exists("snap/bin/hello_two") && machine.exists("snap/bin/hello"))
      #expect(try machine.overlord.services.services(of: "hello_two") == ["snap.hello_two.svc.service"])
      try await machine.end(of: machine.snaps.remove([InstanceName("hello")]))
      #expect(try machine.snaps.inconsistencies() == [])
      #expect(machine.text("var/snap/hello_two/current/file") == "mine")
      #expect(machine.exists("snap/bin/hello_two") && !machine.exists("snap/bin/hello"))
      try expectRefusal("cannot install snap of type os as \"core_x\"", machine) {
        _ = try machine.installing([machine.pack(SnapSource("core", type: "os"))], as: "core_x")
      }
      try expectRefusal("instance name \"other_x\" does not match snap name \"hello\"", machine) {
        _ = try machine.installing([image], as: "other_x")
      }
    }
  }

  /// A directory being tried shows what its developer makes of it; reverting leads to an image again, and a directory
  /// that has gone can still be removed.
  @Test func tryFollowsTheDirectory() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      try await machine.install(machine.pack(Operation.source("1")))
      try await machine.end(of: Operation.tryDirectory.begin(machine))
      #expect(machine.state("hello")?.flags.trymode == true)
      #expect(try machine.snaps.info(of: hello, .local(2)).version.description == "3")
      var changed = Operation.source("4")
      changed.files["bin/new"] = "x"
      try changed.write(to: "\(machine.root)/tried")
      #expect(try machine.snaps.info(of: hello, .local(2)).version.description == "4")
      #expect(machine.exists("snap/hello/current/bin/new"))
      try await machine.end(of: machine.snaps.revert(hello))
      #expect(machine.state("hello")?.flags.trymode == false)
      try await machine.end(of: machine.snaps.revert(hello, to: .local(2)))
      #expect(machine.state("hello")?.flags.trymode == true)
      await machine.stop()
      try Leak.unmount("\(machine.root)/snap/hello/x2")
      try Files.removeTree("\(machine.root)/tried")
      try await machine.start()
      #expect(try machine.snaps.inconsistencies() != [])
      let change = try machine.snaps.remove([hello])
      #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// A running program stands in the way of a refresh: it is refused by name, and nothing has changed. A removal
  /// with `--terminate` ends it.
  @Test func runningPrograms() async throws {
    try await Machine.with { machine in
      let source = Operation.source("1")
      let directory = "\(machine.root)/sources/running"
      try source.write(to: directory)
      try Copying.copyFile(from: "/bin/sleep", to: "\(directory)/bin/napper", mode: 0o755)
      let image = "\(machine.root)/sources/running.snap"
      let packed = try ChildProcess.run(["/usr/bin/mksquashfs", directory, image, "-quiet", "-no-progress"])
      #expect(packed.status == .exited(0))
      try await machine.install(image)
      let before = try Facts(machine)
      let child = try ChildProcess.spawn(["\(machine.root)/snap/hello/x1/bin/napper", "1000"])
      let change = try machine.installing([image])
      #expect(try await machine.end(of: change) == .error)
      #expect(
        machine.errorText(of: change).contains("snap \"hello\" has running apps or hooks, pids: \(child.pid)"))
      #expect(try Facts(machine) == before)
      #expect(try machine.snaps.isInhibited(InstanceName("hello")) == false)
      #expect(try machine.snaps.inconsistencies() == [])
      let removal = try machine.snaps.remove([InstanceName("hello")], terminate: true)
      #expect(try await machine.end(of: removal) == .done)
      #expect(try child.wait() == .signalled(SIGKILL))
    }
  }

  /// What a user makes of the own directories leads the daemon nowhere else.
  @Test func linksInHomesAreNotFollowed() async throws {
    try await Machine.with { machine in
      try await machine.install(machine.pack(Operation.source("1")))
      try machine.write("secret", to: "outside/x1/file")
      try Files.makeDirectories("\(machine.root)/home/alice/snap")
      try Files.replaceSymlink(at: "\(machine.root)/home/alice/snap/hello", target: "\(machine.root)/outside")
      try Files.makeDirectories("\(machine.root)/home/bob")
      try Files.replaceSymlink(at: "\(machine.root)/home/bob/snap", target: "\(machine.root)/outside")
      try await machine.install(machine.pack(Operation.source("2")))
      #expect(!machine.exists("outside/x2"))
      try await machine.end(of: machine.snaps.remove([InstanceName("hello")]))
      #expect(machine.text("outside/x1/file") == "secret")
      #expect(!machine.exists("home/alice/snap/hello"))
    }
  }

  /// A base that is not there, nor on its way, is missed before anything is done.
  @Test func aMissingBaseIsRefused() async throws {
    try await Machine.with(base: false) { machine in
      let why = try whyNot(machine, SnapSource("app", yaml: "base: core22"))
      #expect(why == "cannot install snap \"app\": cannot find required base \"core22\"")
      #expect(machine.store.read { $0.changes.isEmpty })
    }
  }

  /// Which services an administrator has switched off survives a refresh, one that fails, and disabling.
  @Test func switchedOffServicesStayOff() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      let name = "snap.hello.svc.service"
      func isOff() throws -> Bool {
        let status = try machine.overlord.services.status([name])
        return status.first?.isEnabled == false && status.first?.isActive == false
      }
      try await machine.install(machine.pack(Operation.source("1")))
      #expect(try !isOff())
      try machine.overlord.services.disable([name])
      try machine.overlord.services.stop([name])
      try await machine.install(machine.pack(Operation.source("2")))
      #expect(try isOff())
      var failing = Operation.source("3")
      failing.hooks["post-refresh"] = "exit 1"
      #expect(try await machine.end(of: machine.installing([machine.pack(failing)])) == .error)
      #expect(try isOff())
      try await machine.end(of: machine.snaps.disable(hello))
      try await machine.end(of: machine.snaps.enable(hello))
      #expect(try isOff())
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// Refusals come before a change exists, in the reference's words.
  @Test func refusals() async throws {
    try await Machine.with { machine in
      let (hello, core, none) = (try InstanceName("hello"), try InstanceName("core"), try InstanceName("none"))
      let image = try machine.pack(Operation.source("1"))
      try await machine.install(image)
      let snaps = machine.snaps
      try expectRefusal("snap \"none\" is not installed", machine) { _ = try snaps.remove([hello, none]) }
      try expectRefusal("snap \"none\" is not installed", machine) { _ = try snaps.revert(none) }
      try expectRefusal("no revision to revert to", machine) { _ = try snaps.revert(hello) }
      try expectRefusal("already on requested revision", machine) { _ = try snaps.revert(hello, to: .local(1)) }
      try expectRefusal("cannot find revision x9 for snap \"hello\"", machine) {
        _ = try snaps.revert(hello, to: .local(9))
      }
      try expectRefusal("revision x9 of snap \"hello\" is not installed", machine) {
        _ = try snaps.remove([hello], revision: .local(9))
      }
      try expectRefusal("snap \"hello\" already enabled", machine) { _ = try snaps.enable(hello) }
      try expectRefusal("snap \"core\" cannot be disabled because it is of type os", machine) {
        _ = try snaps.disable(core)
      }
      try expectRefusal("snap \"core\" is not removable: snap is being used by snap hello.", machine) {
        _ = try snaps.remove([core])
      }
      try expectRefusal("cannot install snap \"hello\" more than once at a time", machine) {
        _ = try machine.installing([image, image])
      }
      for (yaml, text) in [
        ("architectures: [sparc]", "supported architectures (sparc) are incompatible with this system ("),
        ("assumes: [warp-drive]", "assumes unsupported features: warp-drive (try to refresh snapd)"),
        ("confinement: devmode", "requires devmode or confinement override"),
        ("confinement: classic", "requires classic confinement"),
      ] {
        #expect(try whyNot(machine, SnapSource("odd", yaml: yaml)).contains(text))
      }
      try await machine.install(machine.pack(Operation.source("2")))
      try expectRefusal("cannot remove active revision x2 of snap \"hello\" (revert first?)", machine) {
        _ = try snaps.remove([hello], revision: .local(2))
      }
      try expectRefusal("cannot replace snap \"hello\" of type app with one of type base", machine) {
        _ = try machine.installing([machine.pack(SnapSource("hello", type: "base"))])
      }
      try await machine.end(of: snaps.disable(hello))
      try expectRefusal("snap \"hello\" already disabled", machine) { _ = try snaps.disable(hello) }
      try expectRefusal("cannot revert inactive snaps", machine) { _ = try snaps.revert(hello) }
      try expectRefusal("refreshing disabled snap \"hello\" not supported", machine) {
        _ = try machine.installing([image])
      }
    }
  }

  /// Two operations on one snap: the second is refused as long as the first goes on, also as one of many.
  @Test func conflicts() async throws {
    try await Machine.with { machine in
      let (hello, core) = (try InstanceName("hello"), try InstanceName("core"))
      var slow = Operation.source("1")
      slow.hooks["install"] = "while test ! -e $ROOT/go; do sleep 0.01; done"
      let image = try machine.pack(slow)
      let other = try machine.pack(SnapSource("other"))
      let change = try machine.installing([image])
      let text = "snap \"hello\" has \"install-snap\" change in progress"
      try expectRefusal(text, machine) { _ = try machine.installing([image]) }
      try expectRefusal(text, machine) { _ = try machine.installing([other, image]) }
      try expectRefusal(text, machine) { _ = try machine.snaps.remove([hello]) }
      try expectRefusal(text, machine) { _ = try machine.snaps.disable(hello) }
      // The base of a snap that is on its way is in use already.
      try expectRefusal("snap \"core\" is not removable: snap is being used by snap hello.", machine) {
        _ = try machine.snaps.remove([core])
      }
      try machine.write("", to: "go")
      #expect(try await machine.end(of: change) == .done)
      #expect(machine.state("other") == nil)
    }
  }
}

enum Leak {
  static func unmount(_ path: String) throws { try Mounts.unmount(path, lazy: true) }
}
