import Glibc
import Host
import Linux
import SessionAgents
import Synchronization
import TestSupport
import Testing

@testable import UserSession

/// Remembers what it was asked; services called `bad` fail.
private final class FakeHost: SessionServiceHost {
  let log = Mutex<[String]>([])
  private func note(_ action: String, _ name: String) throws {
    log.withLock { $0.append("\(action) \(name.split(separator: ".")[2])") }
    if name.contains(".bad.") { throw ServiceError.failed(action: action, name: name, result: "exit-code") }
  }
  func reloadDefinitions() throws { log.withLock { $0.append("read") } }
  func start(_ name: String) throws { try note("start", name) }
  func stop(_ name: String) throws { try note("stop", name) }
  func restart(_ name: String) throws { try note("restart", name) }
  func reloadOrRestart(_ name: String) throws { try note("reload", name) }
  func enable(_ name: String) throws { try note("enable", name) }
  func disable(_ name: String) throws { try note("disable", name) }
  func status(_ names: [String]) throws -> [UserServiceStatus] {
    names.map { UserServiceStatus(name: $0, installed: true, enabled: false, active: $0.contains(".up.")) }
  }
  var isBusy: Bool { false }
}

@Suite struct AgentTests {
  /// A request, what is done for it, the status, and a part of the answer.
  @Test(
    arguments: [
      ("GET /v1/session-info", "", [], 200, #""version":"1.2""#),
      ("POST /v1/session-info", "", [], 405, "not allowed"),
      ("GET /v2/other", "", [], 404, "not found"),
      ("POST /v1/service-control", #"{"action":"start","services":["snap.a.x.service"]}"#, ["start x"], 200, "sync"),
      (
        "POST /v1/service-control", #"{"action":"start","services":["snap.a.x.service"],"enable":true}"#,
        ["enable x", "start x"], 200, "sync"
      ),
      (
        "POST /v1/service-control", #"{"action":"start","services":["snap.a.x.service","snap.a.bad.service"]}"#,
        ["start x", "start bad", "stop x"], 500, #""start-errors":{"snap.a.bad.service":"cannot start"#
      ),
      (
        "POST /v1/service-control", #"{"action":"stop","services":["snap.a.bad.service","snap.a.x.socket"]}"#,
        ["stop bad", "stop x"], 500, #""message":"some user services failed to stop""#
      ),
      (
        "POST /v1/service-control",
        #"{"action":"restart","services":["snap.a.up.service","snap.a.x.service"],"explicit-services":[]}"#,
        ["restart up"], 200, "sync"
      ),
      (
        "POST /v1/service-control", #"{"action":"reload-or-restart","services":["snap.a.x.service"]}"#, ["reload x"],
        200,
        "sync"
      ),
      ("POST /v1/service-control", #"{"action":"daemon-reload"}"#, ["read"], 200, "sync"),
      (
        "POST /v1/service-control", #"{"action":"daemon-reload","services":["snap.a.x.service"]}"#, [], 400,
        "should not be called with any services"
      ),
      ("POST /v1/service-control", #"{"action":"dance","services":[]}"#, [], 400, "unknown action dance"),
      ("POST /v1/service-control", "nonsense", [], 400, "cannot decode request body into service instruction"),
      (
        "POST /v1/service-control", #"{"action":"start","services":["dbus.service"]}"#, [], 500,
        "cannot start non-snap service dbus.service"
      ),
      (
        "POST /v1/service-control", #"{"action":"stop","services":["snap.a.x.service/../y.service"]}"#, [], 500,
        "cannot stop non-snap service"
      ),
      ("GET /v1/service-status?services=snap.a.up.service", "", [], 200, #""active":true"#),
      (
        "GET /v1/service-status?services=snap.a%2Eup.service,x.service", "", [], 500,
        "cannot query non-snap service x.service"
      ),
      (
        "POST /v1/notifications/pending-refresh", #"{"instance-name":"foo","time-remaining":172800000000000}"#,
        ["Update available for foo.: Close the application to update now. It will update automatically in 2 days."],
        200,
        "sync"
      ),
      (
        "POST /v1/notifications/finish-refresh", #"{"instance-name":"foo"}"#, ["foo was updated.: Ready to launch."],
        200,
        "sync"
      ),
    ] as [(String, String, [String], Int, String)])
  func routes(_ start: String, _ body: String, _ done: [String], _ status: Int, _ said: String) {
    let host = FakeHost()
    let routes = AgentRoutes(version: "1.2", host: { host }) { notification in
      host.log.withLock { $0.append("\(notification.title): \(notification.body)") }
    }
    let answer = routes.answer(
      HTTPMessage("\(start) HTTP/1.1", headers: ["content-type": "application/json"], body: Array(body.utf8)))
    #expect(answer.words[1] == "\(status)")
    #expect(
      String(decoding: answer.body, as: UTF8.self).contains(said), "\(String(decoding: answer.body, as: UTF8.self))")
    #expect(host.log.withLock { $0 } == done)
  }

  @Test func otherContentIsRefused() {
    let routes = AgentRoutes(version: "", host: { FakeHost() }, show: { _ in })
    let answer = routes.answer(HTTPMessage("POST /v1/service-control HTTP/1.1", body: Array("{}".utf8)))
    #expect(answer.words[1] == "400")
    #expect(routes.answer(HTTPMessage("nonsense")).words[1] == "400")
  }

  /// A server with the supervisor behind it: services run, are told of, outlive the agent, and end with their definition.
  @Test func servesAndSupervises() throws {
    try withTemporaryDirectory { root in
      let directories = Directories(root: root)
      var session = Session.forTests(root, uid: geteuid())
      session.environment["XDG_RUNTIME_DIR"] = "\(directories.userRuntimes)/\(geteuid())"
      try Files.makeDirectories(session.runtime)
      let services = UserServices(directories: directories)
      var service = ServiceDefinition(
        instance: "foo", app: "bar",
        command: ["/bin/sh", "-c", "echo $XDG_RUNTIME_DIR $LANG >$HOME/said; exec sleep 1000"])
      service.scope = .user
      try Files.makeDirectories(root + "/home")
      try services.define([service], of: "foo")
      try services.setEnabled(true, [service.name], of: "foo")
      func withAgent(_ body: () throws -> Void) throws {
        let host = try SupervisedSession(session)
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let server = AgentServer(
          socket: try UnixSockets.listen("\(session.runtime)/\(SessionAgentClient.socketName)"),
          routes: AgentRoutes(version: "1", host: { host }, show: { _ in }), uid: geteuid(), isBusy: { host.isBusy })
        let done = Mutex(false)
        let flag = Flag()
        let stop = ends[0]
        try startThread(named: "server") {
          server.run(idle: .seconds(60), stop: stop)
          flag.raise()
        }
        defer {
          close(ends[1])
          flag.wait()
          close(ends[0])
          _ = done
        }
        try body()
      }
      let uid = geteuid()
      func status() -> UserServiceStatus? { services.status([service.name], of: uid)?.first }
      try withAgent {
        // What is enabled starts with the session.
        #expect(status() == UserServiceStatus(name: service.name, installed: true, enabled: true, active: true))
        #expect(services.stop([service.name], users: .only([uid]), disable: true, within: .seconds(20)).isEmpty)
        #expect(status()?.active == false && status()?.enabled == false)
        #expect(services.start([service.name], users: .all, enable: true, within: .seconds(20)).isEmpty)
        #expect(status()?.active == true)
        let unknown = services.start(["snap.foo.other.service"], users: .all, within: .seconds(20))
        #expect(unknown.map(\.reason) == ["cannot find service snap.foo.other.service"])
      }
      #expect(services.status([service.name], of: uid) == nil)
      try withAgent {
        #expect(status()?.active == true)
        try services.define([], of: "foo")
        #expect(status()?.active == false && status()?.installed == false)
      }
      let said = String(decoding: try Files.read(root + "/home/said", limit: 4096), as: UTF8.self)
      #expect(said.hasPrefix("\(session.runtime) "))
    }
  }
}

/// Raised once.
final class Flag: Sendable {
  private let ends: (Int32, Int32)
  init() {
    var pair: [Int32] = [-1, -1]
    _ = pipe(&pair)
    ends = (pair[0], pair[1])
  }
  deinit { close(ends.0) }
  func raise() { close(ends.1) }
  func wait() {
    var byte: UInt8 = 0
    _ = read(ends.0, &byte, 1)
  }
}
