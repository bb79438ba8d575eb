import Glibc
import Host
import Linux
import TestSupport
import Testing

@testable import SessionAgents

/// A service for sessions.
private func service(_ app: String, timer: Bool = false) -> ServiceDefinition {
  var service = ServiceDefinition(instance: "foo", app: app, command: ["/bin/true"])
  service.scope = .user
  if timer { service.timer = try? TimerDefinition(schedule: "10:00", of: "foo.\(app)") }
  return service
}

/// Takes one connection after the other and answers each with the next of some texts; an empty one is silence.
private final class FakeAgent: Sendable {
  let path: String
  private let end: OwnedFD

  init(_ path: String, _ answers: [String]) throws {
    self.path = path
    let socket = try UnixSockets.listen(path)
    end = try socket.duplicate()
    let raw = socket.release()
    try startThread(named: "agent") {
      var open: [Int32] = []
      for answer in answers {
        let peer = accept(raw, nil, nil)
        guard peer >= 0 else { break }
        open.append(peer)
        guard !answer.isEmpty else { continue }
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = recv(peer, &bytes, bytes.count, 0)
        _ = answer.withCString { send(peer, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        close(open.removeLast())
      }
      // Until nobody waits any more.
      var poll = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
      while Glibc.poll(&poll, 1, -1) < 0 {}
      for peer in open { close(peer) }
      close(raw)
    }
  }

  func stop() { shutdown(end.raw, Int32(SHUT_RDWR)) }
}

@Suite struct UserServicesTests {
  private static func answer(_ status: Int, _ body: String) -> String {
    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test func definitionsAndWhatIsEnabled() throws {
    try withTemporaryDirectory { root in
      let directories = Directories(root: root)
      let services = UserServices(directories: directories)
      var system = service("system")
      system.scope = .system
      try services.define([service("a"), service("b", timer: true), system], of: "foo")
      #expect(try services.services(of: "foo") == ["snap.foo.a.service", "snap.foo.b.service"])
      #expect(try services.units(of: "foo") == ["snap.foo.a.service", "snap.foo.b.timer"])
      #expect(try Files.status(directories.userServices + "/foo.json")?.mode == 0o644)
      try services.setEnabled(true, ["snap.foo.a.service", "snap.foo.b.timer", "snap.bar.x.service"], of: "foo")
      #expect(try services.enabled(of: "foo") == ["snap.foo.a.service", "snap.foo.b.timer"])
      // What stays is enabled still; what is gone is forgotten.
      try services.define([service("a")], of: "foo")
      #expect(try services.enabled(of: "foo") == ["snap.foo.a.service"])
      try services.setEnabled(false, ["snap.foo.a.service"], of: "foo")
      #expect(try services.enabled(of: "foo") == [])
      #expect(try UserServiceRecord.instances(directories) == ["foo"])
      try services.define([], of: "foo")
      #expect(try UserServiceRecord.instances(directories) == [])
      #expect(throws: ServiceError.self) { try services.define([service("a")], of: "../foo") }
      // Where systemd has units, what starts with sessions is a link as well.
      try Files.makeDirectories(directories.userUnits)
      try Files.writeAtomically([], to: directories.userUnits + "/snap.foo.a.service", mode: 0o644)
      try services.define([service("a")], of: "foo")
      try services.setEnabled(true, ["snap.foo.a.service"], of: "foo")
      let link = directories.userUnits + "/default.target.wants/snap.foo.a.service"
      #expect(try Files.readSymlink(link) == "/etc/systemd/user/snap.foo.a.service")
      try services.define([], of: "foo")
      #expect(try Files.status(link, followSymlinks: false) == nil)
    }
  }

  /// What agents say, and what becomes of it.
  @Test(arguments: [
    (answer(200, "{}"), []),
    (
      answer(
        500,
        #"{"type":"error","status-code":500,"status":"X","result":{"message":"m","kind":"service-control","value":"#
          + #"{"start-errors":{"snap.foo.a.service":"it broke"}}}}"#),
      ["cannot start service snap.foo.a.service for user 0: it broke"]
    ),
    (
      answer(403, #"{"type":"error","status-code":403,"status":"X","result":{"message":"forbidden"}}"#),
      ["cannot ask the session agent of user 0: forbidden"]
    ),
    (answer(500, "nonsense"), [#"cannot ask the session agent of user 0: it answered "HTTP/1.1 500 X""#]),
    ("garbage\r\n\r\n", [#"cannot ask the session agent of user 0: it answered "garbage""#]),
    ("HTTP/1.1 200 OK\r\n", ["cannot ask the session agent of user 0: it hung up"]),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n",
      ["cannot ask the session agent of user 0: cannot read the message: it is too large"]
    ),
    ("", ["cannot ask the session agent of user 0: timeout"]),
  ])
  func answers(_ answer: String, _ failures: [String]) throws {
    try withTemporaryDirectory { root in
      let directories = Directories(root: root)
      try Files.makeDirectories(directories.userRuntimes + "/0")
      let agent = try FakeAgent("\(directories.userRuntimes)/0/\(SessionAgentClient.socketName)", [answer])
      defer { agent.stop() }
      let found = UserServices(directories: directories).start(
        ["snap.foo.a.service"], users: .all, within: .milliseconds(answer.isEmpty ? 200 : 10_000))
      #expect(found.map(\.description) == failures)
    }
  }

  /// Nobody is spoken to who is not the user whose session it is, and nobody is missed who was not named.
  @Test func strangers() throws {
    try withTemporaryDirectory { root in
      let directories = Directories(root: root)
      let services = UserServices(directories: directories)
      for name in ["0", "4242", "x", "4243"] { try Files.makeDirectories("\(directories.userRuntimes)/\(name)") }
      let own = "\(directories.userRuntimes)/0/\(SessionAgentClient.socketName)"
      // Somebody's socket that looks like another user's: the kernel knows who listens.
      let foreign = "\(directories.userRuntimes)/4242/\(SessionAgentClient.socketName)"
      let agent = try FakeAgent(foreign, [""])
      defer { agent.stop() }
      #expect(chown(foreign, 4242, 4242) == 0)
      #expect(symlink(own, "\(directories.userRuntimes)/4243/\(SessionAgentClient.socketName)") == 0)
      #expect(SessionAgentClient(directories: directories).users() == [4242])
      let told = services.stop(["snap.foo.a.service"], users: .all, within: .seconds(10))
      #expect(told.map(\.description) == ["cannot ask the session agent of user 4242: it is somebody else's"])
      let missing = services.stop(["snap.foo.a.service"], users: .only([7]), within: .seconds(10))
      #expect(missing.map(\.description) == ["cannot find a session agent of user 7"])
      #expect(services.status(["snap.foo.a.service"], of: 7) == nil)
      #expect(services.start([], users: .all, within: .seconds(1)).isEmpty)
    }
  }
}
