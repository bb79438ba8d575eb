import Glibc
import Host
import Linux
import SnapProcesses
import Synchronization
import TestSupport
import Testing

@testable import UserSession

/// A call as it comes from a bus.
private func call(
  _ interface: String, _ member: String, _ arguments: [BusValue], _ signature: String? = nil,
  owner: SnapProcess? = SnapProcess(instance: "foo", app: "bar")
) -> BusCall {
  let letters = arguments.map { value in
    switch value {
    case .file: "h"
    case .texts: "as"
    case .dictionary: "a{ss}"
    default: "s"
    }
  }
  return BusCall(
    sender: ":1.1", path: "/", interface: interface, member: member, signature: signature ?? letters.joined(),
    arguments: arguments, pid: 1, owner: owner)
}

@Suite struct BusServiceTests {
  private static let snap = SnapCallers()

  /// A session whose programs write down what they are asked.
  private func withPrograms(answer: Int = 0, _ body: (Session, () -> [String]) throws -> Void) throws {
    try withTemporaryDirectory { root in
      let log = root + "/log"
      let scripts = [
        "xdg-open": "echo open \"$@\" >>\(log)", "zenity": "echo ask >>\(log); exit \(answer)",
        "xdg-settings": "echo settings \"$@\" >>\(log); case $1 in check) echo yes;; get) echo foo_a.desktop;; esac",
        "xdg-mime": "case $3 in */known) echo x.desktop;; esac",
      ]
      for (name, text) in scripts {
        try Files.writeAtomically(Array("#!/bin/sh\n\(text)\n".utf8), to: "\(root)/\(name)", mode: 0o755)
      }
      try body(Session.forTests(root, path: "\(root):/usr/bin:/bin")) {
        String(decoding: (try? Files.read(log, limit: 1 << 16)) ?? [], as: UTF8.self).split(separator: "\n").map(
          String.init)
      }
    }
  }

  @Test(
    arguments: [
      ("https://x", nil), ("HTTP://x", nil), ("mailto:a@b", nil), ("known:x", nil),
      ("unknown:x", "Supplied URL scheme \"unknown\" is not allowed"),
      ("file:///etc/passwd", "Supplied URL scheme \"file\" is not allowed"),
      ("javascript:x", "Supplied URL scheme \"javascript\" is not allowed"), ("--help", "Invalid arguments"),
      ("/etc/passwd", "Invalid arguments"), ("", "Invalid arguments"), (":x", "Invalid arguments"),
      ("https://a b", "Invalid arguments"), ("https://a\nb", "Invalid arguments"),
      ("https\u{301}://x", "Invalid arguments"),
    ] as [(String, String?)])
  func urls(_ url: String, _ refusal: String?) throws {
    try withPrograms { session, log in
      let service = LauncherService(session: session, callers: Self.snap)
      do {
        _ = try service.answer(call(LauncherService.interface, "OpenURL", [.text(url)]))
        #expect(refusal == nil && log() == ["open \(url)"])
      } catch {
        #expect("\(error)" == refusal && log().isEmpty)
      }
    }
  }

  /// A file is opened when the caller has it open, a person agrees, and its name leads to it.
  @Test func files() throws {
    for answer in [0, 1] {
      try withPrograms(answer: answer) { session, log in
        let service = LauncherService(session: session, callers: Self.snap)
        let root = session.directories.root
        func open(_ path: String, _ flags: Int32) throws -> String {
          let file = try OwnedFD.open(path, flags | O_CLOEXEC)
          do {
            _ = try service.answer(call(LauncherService.interface, "OpenFile", [.text(""), .file(file.raw)]))
            return "opened"
          } catch { return "\(error)" }
        }
        for name in ["a", "b.desktop", "gone"] { try Files.writeAtomically([], to: "\(root)/\(name)", mode: 0o600) }
        #expect(try open(root + "/a", O_RDONLY) == (answer == 0 ? "opened" : "permission denied"))
        #expect(log() == (answer == 0 ? ["ask", "open \(root)/a"] : ["ask"]))
        #expect(try open(root + "/a", 0o10000000) == "cannot use file descriptors opened using O_PATH")
        #expect(try open(root + "/b.desktop", O_RDONLY) == "cannot open desktop entries")
        #expect(try open("/dev/null", O_RDONLY) == "cannot open anything other than regular files or directories")
        let gone = try OwnedFD.open(root + "/gone", O_RDONLY)
        try Files.remove(root + "/gone")
        #expect(throws: BusFailure("cannot determine file name")) { try LauncherService.path(of: gone.raw) }
      }
    }
  }

  @Test(
    arguments: [
      ("Check", ["default-web-browser", "a.desktop"], ["settings check default-web-browser foo_a.desktop"], nil),
      ("Get", ["default-web-browser"], ["settings get default-web-browser"], nil),
      (
        "SetSub", ["default-url-scheme-handler", "irc", "a.desktop"],
        ["ask", "settings set default-url-scheme-handler irc foo_a.desktop"], nil
      ),
      ("Set", ["default-web-browser", "none.desktop"], [], "cannot find desktop file \"foo_none.desktop\""),
      ("Get", ["other"], [], "invalid setting \"other\""),
      ("Get", ["default-url-scheme-handler"], [], "invalid url scheme \"\""),
      (
        "Check", ["default-web-browser", "../a.desktop"], [],
        "cannot set \"default-web-browser\" setting to invalid value \"../a.desktop\""
      ),
      (
        "Check", ["default-web-browser", "a"], [], "cannot set \"default-web-browser\" setting to invalid value \"a\""
      ),
      ("CheckSub", ["default-url-scheme-handler", "-x", "a.desktop"], [], "invalid url scheme \"-x\""),
    ] as [(String, [String], [String], String?)])
  func settings(_ member: String, _ texts: [String], _ done: [String], _ refusal: String?) throws {
    try withPrograms { session, log in
      try Files.makeDirectories(session.directories.desktopFiles)
      try Files.writeAtomically([], to: session.directories.desktopFiles + "/foo_a.desktop", mode: 0o644)
      let service = SettingsService(session: session, callers: Self.snap)
      do {
        let answer = try service.answer(call(SettingsService.interface, member, texts.map { .text($0) }))
        #expect(refusal == nil)
        if member == "Get" { #expect(answer == [.text("a.desktop")]) }
        if member == "Check" { #expect(answer == [.text("yes")]) }
      } catch {
        #expect("\(error)" == refusal)
      }
      #expect(log() == done)
    }
  }

  @Test(
    arguments: [
      ("foo_a.desktop", "", [], ["/snap/bin/foo.a", "-x"], nil),
      ("foo_a.desktop", "new", ["https://u"], ["/snap/bin/foo.a", "https://u"], nil),
      ("bad.desktop", "", [], [], "it is not a snap's"), ("../foo_a.desktop", "", [], [], "cannot find desktop file"),
      ("none.desktop", "", [], [], "cannot find desktop file"),
      ("foo_a.desktop", "other", [], [], "cannot find a command"),
      ("foo_a.desktop", "", ["-x"], [], "Invalid arguments"),
    ] as [(String, String, [String], [String], String?)])
  func desktopEntries(
    _ id: String, _ action: String, _ uris: [String], _ words: [String], _ refusal: String?
  ) throws {
    try withTemporaryDirectory { root in
      let session = Session.forTests(root)
      let folder = session.directories.desktopFiles
      try Files.makeDirectories(folder)
      let entry =
        "[Desktop Entry]\nExec=env BAMF_DESKTOP_FILE_HINT=/x /snap/bin/foo.a -x %U\n"
        + "[Desktop Action new]\nExec=/snap/bin/foo.a %u\n"
      try Files.writeAtomically(Array(entry.utf8), to: folder + "/foo_a.desktop", mode: 0o644)
      try Files.writeAtomically(Array("[Desktop Entry]\nExec=/bin/sh\n".utf8), to: folder + "/bad.desktop", mode: 0o644)
      let launched = Mutex<[String]>([])
      let service = DesktopLauncherService(session: session, callers: Self.snap) { words, _ in
        launched.withLock { $0 = words }
      }
      do {
        _ = try service.answer(
          call(
            DesktopLauncherService.interface, "OpenDesktopEntry2",
            [.text(id), .text(action), .texts(uris), .dictionary([:])]))
        #expect(refusal == nil)
      } catch {
        #expect("\(error)".contains(refusal ?? "nothing"), "\(error)")
      }
      #expect(launched.withLock { $0 } == words)
      #expect(throws: BusFailure("cannot set environment variable \"LD_PRELOAD\"")) {
        try service.answer(
          call(
            DesktopLauncherService.interface, "OpenDesktopEntry2",
            [.text("foo_a.desktop"), .text(""), .texts([]), .dictionary(["LD_PRELOAD": "/x"])]))
      }
    }
  }

  @Test func nobodyButSnaps() throws {
    try withPrograms { session, log in
      let url = call(LauncherService.interface, "OpenURL", [.text("https://x")], owner: nil)
      let doubtful = SnapProcess(instance: "foo", isCertain: false)
      #expect(throws: BusFailure.self) {
        try SnapCallers(areCertain: true).snap(call("x", "y", [], owner: doubtful))
      }
      #expect(throws: BusFailure("cannot find snap for connection: process 1 is no snap's")) {
        try LauncherService(session: session, callers: Self.snap).answer(url)
      }
      #expect(throws: BusFailure.self) {
        try SettingsService(session: session, callers: Self.snap).answer(
          call(SettingsService.interface, "Get", [.text("default-web-browser")], owner: nil))
      }
      #expect(throws: BusFailure.self) {
        try LauncherService(session: session, callers: Self.snap).answer(
          call(LauncherService.interface, "OpenURL", [.texts(["https://x"])]))
      }
      #expect(log().isEmpty)
    }
  }

  /// Over a real bus: names are taken, calls get their answers and errors, and the caller's process is known.
  @Test func bus() throws {
    try withTemporaryDirectory { root in
      var session = Session.forTests(root)
      let address = "unix:path=\(root)/bus"
      session.environment["DBUS_SESSION_BUS_ADDRESS"] = address
      let daemon = try ChildProcess.spawn([
        "/usr/bin/dbus-daemon", "--session", "--address=\(address)", "--nofork", "--nopidfile",
      ])
      defer {
        try? daemon.kill(SIGTERM)
        _ = try? daemon.wait()
      }
      let end = ContinuousClock.now + .seconds(10)
      // It has a name before it listens.
      while (try? SessionBus(session)) == nil, ContinuousClock.now < end { usleep(1000) }
      let own = session
      let (ready, ended) = (Flag(), Flag())
      var ends: [Int32] = [-1, -1]
      #expect(pipe(&ends) == 0)
      let stop = ends[0]
      try startThread(named: "service") {
        defer { ended.raise() }
        guard let bus = try? SessionBus(own, identify: { SnapProcess(instance: "p\($0)") }) else {
          return ready.raise()
        }
        try? bus.serve("/test") { call in
          if call.member == "Refuse" { throw BusFailure("refused \(call.arguments)") }
          return [.number(call.owner?.instance == "p\(call.pid)" ? UInt32(call.pid) : 0)]
        }
        try? bus.own("org.example.Test")
        ready.raise()
        bus.run(idle: .seconds(60), stop: stop)
      }
      ready.wait()
      let client = try SessionBus(session)
      let name = "org.example.Test"
      #expect(
        try client.call(name, "/test", name, "Ask", [.text("x"), .texts(["y"]), .hints(["k": .byte(1)])])
          == UInt32(getpid()))
      #expect(throws: BusFailure("refused [UserSession.BusValue.text(\"x\")]")) {
        _ = try client.call(name, "/test", name, "Refuse", [.text("x")])
      }
      #expect(throws: BusFailure.self) { _ = try client.call(name, "/other", name, "Ask", []) }
      #expect(throws: BusFailure.self) { try client.own(name) }
      #expect(throws: BusFailure.self) {
        try Notifications(session).show(.init(identifier: "x", title: "t", body: "b", icon: "", desktopEntry: ""))
      }
      close(ends[1])
      ended.wait()
      close(ends[0])
    }
  }
}
