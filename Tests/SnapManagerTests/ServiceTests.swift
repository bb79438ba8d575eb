import Host
import Linux
import MachineSupport
import Overlord
import Snap
import State
import Testing
import Time

@testable import SnapManager

/// What services of snaps become on the host, and what is done to them.
@Suite(.timeLimit(.minutes(5))) struct ServiceTests {
  private static let yaml = """
    apps:
      many:
        command: bin/x
        daemon: dbus
        activates-on: [bus]
        stop-command: bin/x stop
        reload-command: bin/x reload
        post-stop-command: bin/x post
        after: [timed]
        plugs: [network-bind]
        sockets:
          one: {listen-stream: $SNAP_DATA/one.sock, socket-mode: 0640}
          two: {listen-stream: $SNAP_COMMON/two.sock}
          three: {listen-stream: $XDG_RUNTIME_DIR/three.sock}
          four: {listen-stream: "@snap.foo.four"}
          five: {listen-stream: "127.0.0.1:8080"}
      timed:
        command: bin/x
        daemon: oneshot
        timer: mon,10:00
      session:
        command: bin/x
        daemon: simple
        daemon-scope: user
        plugs: [network-bind]
        sockets:
          one: {listen-stream: $SNAP_USER_DATA/one.sock}
          two: {listen-stream: $SNAP_USER_COMMON/two.sock}
          three: {listen-stream: $XDG_RUNTIME_DIR/three.sock}
    slots:
      bus: {interface: dbus, bus: system, name: org.example.Foo}
    plugs:
      network-bind: null
    """

  @Test func definitionsSayWhatTheSnapSays() async throws {
    try await Machine.with(base: false) { machine in
      let info = try SnapInfo(
        yaml: Array("name: foo\nversion: '1'\nsummary: s\ndescription: d\n\(Self.yaml)\n".utf8))
      let foo = try InstanceName("foo")
      let definitions = try machine.snaps.serviceDefinitions(
        info, in: foo, .local(7), SnapFlags(), parts: [], vitalityRank: 3)
      let many = try #require(definitions.first { $0.app == "many" })
      #expect(
        Set(many.sockets.map(\.listenStream)) == [
          "127.0.0.1:8080", "@snap.foo.four", "/var/snap/foo/x7/one.sock", "/run/user/0/snap.foo/three.sock",
          "/var/snap/foo/common/two.sock",
        ])
      #expect(many.sockets.first { $0.name == "one" }?.mode == 0o640)
      #expect(many.busName == "org.example.Foo" && many.activatesOn == ["org.example.Foo"])
      #expect(many.oomScoreAdjust == -897 && many.after == ["snap.foo.timed.service"])
      #expect(many.stopCommand?.suffix(2) == ["--command=stop", "foo.many"])
      #expect(many.reloadCommand?.suffix(2) == ["--command=reload", "foo.many"])
      #expect(many.postStopCommand?.suffix(2) == ["--command=post-stop", "foo.many"])
      let timed = try #require(definitions.first { $0.app == "timed" })
      #expect(timed.command.suffix(2) == ["--timer=mon,10:00", "foo.timed"])
      #expect(timed.timer?.calendar == ["Mon *-*-* 10:00"] && timed.mountUnit == "snap-foo-x7.mount")
      let session = try #require(definitions.first { $0.app == "session" })
      #expect(session.scope == .user && session.mountUnit == nil)
      #expect(
        Set(session.sockets.map(\.listenStream)) == [
          "%h/snap/foo/x7/one.sock", "%h/snap/foo/common/two.sock", "%t/snap.foo/three.sock",
        ])
      let units = machine.snaps.serviceUnits(info, in: foo)
      #expect(units.map(\.app).sorted() == ["many", "timed"])
      let timer = try #require(units.first { $0.app == "timed" })
      #expect(timer.wanted == ["snap.foo.timed.timer"])
      #expect(!timer.isEnabled(["snap.foo.timed.service": ServiceStatus(name: "", isInstalled: true, isEnabled: true)]))
      #expect(units.first { $0.app == "many" }?.isEnabled([:]) == true)
    }
  }

  private static func source(_ version: String, _ services: [String: String]) -> SnapSource {
    var source = SnapSource("hello", version: version)
    source.services = services
    return source
  }

  /// Which services are enabled and run: `a: on up`.
  private func facts(_ machine: Machine) throws -> String {
    let names = try machine.overlord.services.services(of: "hello")
    return try machine.overlord.services.status(names).map { status in
      let app = status.name.split(separator: ".").dropFirst(2).first ?? ""
      return "\(app): \(status.isEnabled ? "on" : "off") \(status.isActive ? "up" : "down")"
    }.joined(separator: ", ")
  }

  private func control(
    _ machine: Machine, _ verb: ServiceAction.Verb, _ names: String..., enables: Bool = false, disables: Bool = false
  ) async throws {
    let request = ServiceRequest(verb, names, enables: enables, disables: disables)
    let change = try machine.snaps.controlServices(request, caller: 0)
    #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
  }

  /// What a person switched off stays off: over a revision that does not have the service, and back again; and a
  /// service that begins switched off is asked about once.
  @Test func whatIsSwitchedOffStaysOff() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      let off = "install-mode: disable"
      try await machine.install(machine.pack(Self.source("1", ["a": "", "b": "", "d": off])))
      #expect(try facts(machine) == "a: on up, b: on up, d: off down")
      try await control(machine, .stop, "hello.b", disables: true)
      try await control(machine, .start, "hello.d", enables: true)
      #expect(try facts(machine) == "a: on up, b: off down, d: on up")
      try await machine.install(machine.pack(Self.source("2", ["a": "", "c": off, "d": off])))
      #expect(try facts(machine) == "a: on up, c: off down, d: on up")
      #expect(machine.state("hello")?.disabledServices == ["b"])
      try await machine.install(machine.pack(Self.source("3", ["a": "", "b": "", "c": ""])))
      #expect(try facts(machine) == "a: on up, b: off down, c: off down")
      try await machine.end(of: machine.snaps.disable(hello))
      #expect(machine.state("hello")?.disabledServices == ["b", "c"])
      #expect(throws: ServiceRefusal.inactive(hello)) {
        try machine.snaps.controlServices(ServiceRequest(.start, ["hello"]), caller: 0)
      }
      try await machine.end(of: machine.snaps.enable(hello))
      #expect(try facts(machine) == "a: on up, b: off down, c: off down")
      // `d` is new to who comes from a revision without it.
      try await machine.end(of: machine.snaps.revert(hello))
      #expect(try facts(machine) == "a: on up, c: off down, d: off down")
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// A service that endures is the same process after a refresh, also after one that was taken back.
  @Test(arguments: [true, false])
  func whatEnduresGoesOn(fails: Bool) async throws {
    try await Machine.with { machine in
      let services = ["stays": "refresh-mode: endure", "goes": ""]
      try await machine.install(machine.pack(Self.source("1", services)))
      func processes() throws -> [Int32?] {
        try machine.overlord.services.status(["snap.hello.stays.service", "snap.hello.goes.service"]).map(\.mainPID)
      }
      let before = try processes()
      var next = Self.source("2", services)
      if fails { next.hooks["configure"] = "exit 1" }
      let change = try machine.installing([machine.pack(next)])
      #expect(try await machine.end(of: change) == (fails ? .error : .done))
      let after = try processes()
      #expect(after[0] == before[0] && after[0] != nil)
      #expect(after[1] != before[1] && after[1] != nil)
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// Names that stand for nothing, and what the tasks of a change say.
  @Test func requestsAreChecked() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      try await machine.install(machine.pack(Self.source("1", ["a": "", "b": "", "u": "daemon-scope: user"])))
      try await machine.install(machine.pack(SnapSource("other", service: true)))
      func refusal(_ request: ServiceRequest, isRoot: Bool = true) -> String {
        do {
          _ = try machine.snaps.controlServices(request, caller: isRoot ? 0 : 4242)
          return ""
        } catch { return "\(error)" }
      }
      for (names, text) in [
        (["none"], "snap \"none\" not found"), (["none.x"], "snap \"none\" has no service \"x\""),
        (["hello.hello"], "snap \"hello\" has no service \"hello\""), (["core"], "snap \"core\" has no services"),
      ] {
        #expect(refusal(ServiceRequest(.start, names)) == text)
      }
      #expect(
        refusal(ServiceRequest(.start, ["hello"]), isRoot: false)
          == "non-root users must specify service scope when targeting user services")
      #expect(refusal(ServiceRequest(.start, ["hello"], users: .own)) == "cannot use \"self\" for root user")
      #expect(
        refusal(ServiceRequest(.stop, ["hello.u"], users: .named(["nobody-here"]))) == "unknown user: \"nobody-here\"")
      let change = try machine.snaps.controlServices(
        ServiceRequest(.reload, ["other.svc", "hello", "hello.b"], scopes: [.system]), caller: 0)
      #expect(throws: Refusal.changeInProgress(hello, kind: "service-control")) {
        try machine.snaps.controlServices(ServiceRequest(.stop, ["hello"]), caller: 0)
      }
      #expect(try await machine.end(of: change) == .done)
      let tasks = machine.store.read { $0.tasks(of: change) }
      #expect(
        tasks.map(\.summary) == [
          "Run service command \"reload-or-restart\" for services [\"a\" \"b\"] of snap \"hello\"",
          "Run service command \"reload-or-restart\" for services [\"svc\"] of snap \"other\"",
        ])
      #expect(try tasks[0].input(as: ServiceAction.self).explicit == ["b"] && tasks[1].waitTasks == [tasks[0].id])
      let record = machine.store.read { $0.change(change) }
      #expect(record?.kind == "service-control" && record?.summary == "Running service command")
    }
  }

  /// What a snap asks for itself: its own services only; from a hook, behind what the hook is part of.
  @Test func aSnapControlsItsOwn() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      try await machine.install(machine.pack(Self.source("1", ["a": "", "b": ""])))
      try await machine.install(machine.pack(SnapSource("other", service: true)))
      for name in ["other", "other.svc", "hello.none", "hello.hello"] {
        #expect(throws: ServiceRefusal.unknown(name)) {
          try machine.snaps.controlServices(ServiceRequest(.stop, [name]), of: hello, from: nil)
        }
      }
      let direct = try #require(
        try machine.snaps.controlServices(ServiceRequest(.stop, ["hello.a"]), of: hello, from: nil))
      #expect(try await machine.end(of: direct) == .done)
      #expect(
        machine.store.read { $0.change(direct)?.summary } == "Running service command for snap \"hello\"")
      #expect(try facts(machine) == "a: on down, b: on up")

      var next = Self.source("2", ["a": "", "b": ""])
      next.hooks["post-refresh"] = "touch $ROOT/begun; while ! test -e $ROOT/answered; do sleep 0.02; done"
      let change = try machine.installing([machine.pack(next)])
      for _ in 0..<2000 where !machine.exists("begun") { try await Task.sleep(for: .milliseconds(5)) }
      let others = machine.store.read { $0.tasks(of: change) }
      let running = try #require(others.first { $0.kind == RunHook.kind && $0.status == .doing })
      let hook = RunningHook(change: change, task: running.id, name: try HookName("post-refresh"))
      #expect(
        try machine.snaps.controlServices(
          ServiceRequest(.stop, [], disables: true), of: hello, from: hook) == nil)
      try machine.write("", to: "answered")
      #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
      let task = try #require(machine.store.read { $0.tasks(of: change).last })
      #expect(task.kind == ServiceControl.kind && Set(task.waitTasks) == Set(others.map(\.id)))
      #expect(task.lanes == running.lanes)
      #expect(try facts(machine) == "a: off down, b: off down")
    }
  }
}
