import Snap
import TestSupport
import Testing

/// What is made of the metadata, and what it costs.
struct SnapInfoTests {
  static let full = """
    name: foo
    version: 1.10
    type: app
    architectures: [amd64, arm64]
    base: core22
    title: A title
    epoch: 2*
    environment: {Z: 1, A: $Z}
    plugs: {x: {interface: iface, label: l, n: 1, f: 1.5, b: true, s: "1", l: [a, ~], m: {k: v}}, all-have: home}
    slots: {d: {interface: dbus, bus: system}}
    apps:
      foo: &app {command: bin/foo a  b, plugs: [x], common-id: org.foo, autostart: foo.desktop}
      bar: {<<: *app, common-id: org.bar}
      svc:
        command: bin/svc
        daemon: notify
        restart-condition: on-failure
        restart-delay: 1m30s
        success-exit-status: [42]
        stop-mode: sigint-all
        activates-on: [d]
        plugs: [network-bind]
        timer: "10:00"
        after: [late]
        sockets: {s: {listen-stream: 8080, socket-mode: 0640}}
      late: {daemon: oneshot, install-mode: disable}
    hooks: {configure: {plugs: [z]}}
    layout: {/opt/x: {type: tmpfs, mode: 1777}}
    components:
      comp: {type: kernel-modules, summary: s, hooks: {install: {plugs: [w]}}}
    links: {website: ["https://x"]}
    system-usernames: {_daemon_: {scope: shared}}
    """

  @Test func metadataIsRead() throws {
    let info = try SnapInfo(yaml: Array(Self.full.utf8))
    try info.validate()
    #expect(info.version.rawValue == "1.10" && info.epoch.read == [1, 2] && info.architectures.count == 2)
    #expect(info.environment.map(\.key) == ["Z", "A"] && info.systemUsernames == ["_daemon_": "shared"])
    #expect(info.apps.map(\.name.rawValue) == ["bar", "foo", "late", "svc"] && info.links["website"] == ["https://x"])
    let (foo, service) = (info.apps[1], info.apps[3])
    #expect(AppInfo.words(of: foo.command) == ["bin/foo", "a", "b"] && info.apps[0].command == foo.command)
    #expect(service.daemon == .notify && service.restartDelay == .seconds(90) && service.stopMode == .sigintAll)
    #expect(
      service.successExitStatus == [42] && service.sockets == [.init(name: "s", listenStream: "8080", mode: 0o640)])
    #expect(service.after.map(\.rawValue) == ["late"] && info.apps[2].installMode == .disable)
    #expect(info.layouts == [Layout(path: "/opt/x", content: .tmpfs, mode: 0o1777)])
    #expect(info.components.map(\.kind) == [.kernelModules] && info.components[0].hooks[0].plugs == ["w"])
    // Plugs that nobody names are everybody's; a slot that activates belongs to its app alone.
    #expect(info.plugs(of: foo).map(\.name.rawValue) == ["all-have", "x"])
    #expect(info.plugs(of: service).map(\.name.rawValue) == ["all-have", "network-bind"])
    #expect(info.plugs(of: info.hooks[0]).map(\.name.rawValue) == ["all-have", "z"])
    #expect(info.slots(of: service).map(\.name.rawValue) == ["d"] && info.slots(of: foo).isEmpty)
    let plug = try #require(info.plugs.first { $0.name.rawValue == "x" })
    #expect(plug.interface == "iface" && plug.label == "l")
    #expect(
      plug.attributes.map(\.value) == [
        .integer(1), .number(1.5), .bool(true), .string("1"), .list([.string("a"), .null]), .map(["k": .string("v")]),
      ])
    let instance = try InstanceName("foo_x")
    #expect(info.commandNames(for: instance) == ["foo_x.bar", "foo_x"])
  }

  @Test func snapdIsSnapd() throws {
    #expect(try SnapInfo(yaml: Array("name: snapd\nversion: 1\ntype: app".utf8)).type == .snapd)
    #expect(try SnapInfo(yaml: Array("name: foo\nversion: 1\ntype: application".utf8)).type == .app)
  }

  /// Many of everything: what is refused or accepted is so in time that grows no faster than the text.
  @Test func largeMetadataIsRead() {
    func many(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined(separator: ", ") }
    let documents = [
      "apps: {\(many(2000) { "a\($0): {daemon: simple, after: [a\(($0 + 1) % 2000)]}" })}",
      "apps: {\(many(2000) { "a\($0): {daemon: simple, before: [\($0 < 1999 ? "a\($0 + 1)" : "")]}" })}",
      "apps: {\(many(2000) { "a\($0): {plugs: [p\($0)], slots: [s\($0)]}" })}",
      "apps: {a: {daemon: simple, plugs: [network-bind], sockets: {\(many(5000) { "s\($0): {listen-stream: 80}" })}}}",
      "layout: {\(many(5000) { "/opt/x\($0): {type: tmpfs}" })}",
      "layout: {/opt\(String(repeating: "/x", count: 2000)): {type: tmpfs}}",
      "plugs: {\(many(8000) { "p\($0): {interface: home}" })}",
      "environment: {\(many(20_000) { "A\($0): b" })}",
      "license: \"\(String(repeating: "(", count: 100_000))\"",
      "apps: {a: {daemon: simple, timer: \"\(String(repeating: "mon,", count: 50_000))\"}}",
      "title: \"\(String(repeating: "e\u{301}", count: 100_000))\"",
    ]
    for document in documents {
      let time = ContinuousClock().measure { _ = SnapYAMLTests.problem(SnapYAMLTests.head + document) }
      #expect(time < .seconds(10), "\(document.prefix(40))")
    }
  }

  /// Mutations of a document that has everything: each is read or refused, none traps, none takes long.
  @Test func noTextTrapsTheReader() {
    var generator = SeededGenerator(seed: 3)
    let good = Array(Self.full.utf8)
    let words = ["~", "[]", "{}", "-1", "x: y", "*app", "&a ", "\"\\0\"", "9999999999", "'", "\n", ": ", "$", "../"]
    var accepted = 0
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert(contentsOf: (words.randomElement(using: &generator) ?? "").utf8, at: place)
        case 2: bytes.removeSubrange(place..<min(place + 8, bytes.count))
        default: bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
        }
      }
      do throws(InvalidText) {
        try SnapInfo(yaml: bytes).validate()
        accepted += 1
      } catch {
        #expect(!error.description.isEmpty && error.description.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
      }
    }
    #expect(accepted > 100 && accepted < 2900)
  }
}
