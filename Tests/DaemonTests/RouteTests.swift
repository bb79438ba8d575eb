import API
import FoundationEssentials
import Glibc
import HTTP
import Host
import Linux
import Logging
import MachineSupport
import Overlord
import Snap
import SnapManager
import State
import Testing

@testable import Daemon

/// A daemon on sockets of its own, in the process of the test.
private func withDaemon(base: Bool = true, _ body: (Machine) async throws -> Void) async throws {
  try await Machine.with(base: base) { machine in
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let service = DaemonService(overlord: machine.overlord, logger: silent)
    let server = try await HTTPServer.start(
      [
        .path(machine.directories.socket, name: ListeningSocket.main.rawValue),
        .path(machine.directories.snapSocket, name: ListeningSocket.snap.rawValue),
      ], router: service.router, render: { service.render($0) })
    do {
      try await body(machine)
    } catch {
      await server.shutdown(grace: .zero)
      throw error
    }
    await server.shutdown(grace: .seconds(5))
  }
}

/// An answer of the API.
private struct Reply: CustomStringConvertible {
  let status: Int
  let json: JSONValue
  let text: String

  var result: JSONValue { json["result"] ?? .null }
  var message: String { result["message"]?.string ?? "" }
  var kind: String? { result["kind"]?.string }
  var description: String { text }

  init(_ output: String) throws {
    // curl is asked to write the status after the body.
    let cut = output.lastIndex(of: "\n") ?? output.startIndex
    status = Int(output[cut...].drop { $0 == "\n" }) ?? 0
    text = String(output[..<cut])
    json = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .null
  }
}

extension Machine {
  fileprivate func call(
    _ method: String = "GET", _ path: String, _ body: String? = nil, as user: UInt32? = nil, snapSocket: Bool = false,
    options: [String] = []
  ) throws -> Reply {
    var arguments: [String] = []
    if let user {
      arguments += ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"]
    }
    arguments += [
      "/usr/bin/curl", "-sS", "--max-time", "30", "--unix-socket",
      snapSocket ? directories.snapSocket : directories.socket, "-w", "\n%{http_code}", "-X", method,
    ]
    if let body { arguments += ["-H", "Content-Type: application/json", "-d", body] }
    let result = try ChildProcess.run(arguments + options + ["http://localhost\(path)"], timeout: .seconds(40))
    return try Reply(String(decoding: result.output, as: UTF8.self))
  }

  /// Installs through the API, with form fields.
  fileprivate func send(_ image: String, _ fields: [String] = ["dangerous=true"]) throws -> Reply {
    try call("POST", "/v2/snaps", options: fields.flatMap { ["-F", $0] } + ["-F", "snap=@\(image)"])
  }

  fileprivate func wait(_ reply: Reply) async throws -> Status {
    guard let id = reply.json["change"]?.string.flatMap({ ChangeID($0) }) else { throw MachineError("\(reply)") }
    return try await end(of: id)
  }
}

/// A request that is refused, and how.
struct Refused: Sendable, CustomTestStringConvertible {
  var method = "POST"
  let path: String
  var body: String?
  let status: Int
  var kind: String?
  let message: String
  var testDescription: String { "\(method) \(path) \(body ?? "")" }

  static func get(_ path: String, _ status: Int, _ message: String, kind: String? = nil) -> Refused {
    Refused(method: "GET", path: path, status: status, kind: kind, message: message)
  }

  static func post(
    _ path: String, _ body: String, _ status: Int, _ message: String, kind: String? = nil
  ) -> Refused {
    Refused(path: path, body: body, status: status, kind: kind, message: message)
  }

  static let all: [Refused] = [
    .get("/v2/nothing", 404, "not found"),
    Refused(method: "PUT", path: "/v2/snaps", status: 405, message: "method \"PUT\" not allowed"),
    .get("/v2/snaps?select=bogus", 400, "invalid select parameter: \"bogus\""),
    .get("/v2/snaps/none", 404, "snap not installed", kind: "snap-not-found"),
    .get("/v2/snaps/No%2FName", 404, "snap not installed", kind: "snap-not-found"),
    .get("/v2/apps?select=bogus", 400, "invalid select parameter: \"bogus\""),
    .get("/v2/apps?names=none", 404, "snap \"none\" not found", kind: "snap-not-found"),
    .get("/v2/apps?names=hello.none", 404, "snap \"hello\" has no app \"none\"", kind: "app-not-found"),
    .get(
      "/v2/apps?select=service&names=hello.hello", 404, "snap \"hello\" has no service \"hello\"", kind: "app-not-found"
    ),
    .get("/v2/apps?select=service&names=core", 404, "snap \"core\" has no services", kind: "app-not-found"),
    .get(
      "/v2/logs?n=x", 400, "invalid value for n: \"x\": strconv.ParseInt: parsing \"x\": invalid syntax"),
    .get(
      "/v2/logs?follow=x", 400, "invalid value for follow: \"x\": strconv.ParseBool: parsing \"x\": invalid syntax"),
    .get("/v2/logs?names=core", 404, "snap \"core\" has no services", kind: "app-not-found"),
    .get("/v2/apps?names=none.app", 404, "snap \"none\" has no app \"app\"", kind: "app-not-found"),
    .get("/v2/icons/none/icon", 404, "cannot find snap \"none\"", kind: "snap-not-found"),
    .get("/v2/icons/hello/icon", 404, "local snap has no icon"),
    .get("/v2/changes?select=bogus", 400, "select should be one of: all,in-progress,ready"),
    .get("/v2/changes/999999", 404, "cannot find change with id \"999999\""),
    .get("/v2/changes/x", 404, "cannot find change with id \"x\""),
    .get("/v2/warnings?select=bogus", 400, "invalid select parameter: \"bogus\""),
    .get("/v2/notices?after=yesterday", 400, "invalid \"after\" timestamp: yesterday"),
    .get("/v2/notices?timeout=long", 400, "invalid timeout: long"),
    .get("/v2/notices/999999", 404, "cannot find notice with id \"999999\""),
    .get("/v2/debug?aspect=bogus", 400, "unknown debug aspect \"bogus\""),
    .post("/v2/snaps/hello", "no json", 400, "cannot decode request body into snap instruction: invalid JSON"),
    .post(
      "/v2/snaps/hello", "[]", 400, "cannot decode request body into snap instruction: expected object, found array"),
    .post("/v2/snaps/hello", #"{"action":"bogus"}"#, 400, "unknown action bogus"),
    .post("/v2/snaps/hello", #"{"action":"remove","revision":"bogus"}"#, 400, "invalid snap revision: \"bogus\""),
    .post(
      "/v2/snaps/none", #"{"action":"remove"}"#, 400, "snap \"none\" is not installed", kind: "snap-not-installed"),
    .post(
      "/v2/snaps/hello", #"{"action":"remove","revision":"x9"}"#, 400, "revision x9 of snap \"hello\" is not installed",
      kind: "snap-not-installed"),
    .post(
      "/v2/snaps/hello", #"{"action":"install"}"#, 400, "snap \"hello\" is already installed",
      kind: "snap-already-installed"),
    .post(
      "/v2/snaps/hello", #"{"action":"refresh"}"#, 400,
      "local snap \"hello\" is unknown to the store, use --amend to proceed anyway", kind: "snap-local"),
    .post(
      "/v2/snaps/hello", #"{"action":"revert","devmode":true,"jailmode":true}"#, 400,
      "cannot use devmode and jailmode flags together"),
    .post(
      "/v2/snaps/hello", #"{"action":"revert","cohort-key":"k"}"#, 400,
      "cohort-key can only be specified for install, refresh, or switch"),
    .post("/v2/snaps", #"{"action":"bogus","snaps":["hello"]}"#, 400, "unsupported multi-snap operation \"bogus\""),
    .post(
      "/v2/snaps", #"{"action":"remove","snaps":["hello"],"revision":"x1"}"#, 400,
      "unsupported option provided for multi-snap operation"),
    .post("/v2/snaps", #"{"action":"remove"}"#, 400, "no snaps given to remove"),
    .post("/v2/changes/1", #"{"action":"abort"}"#, 400, "cannot abort change 1 with nothing pending"),
    .post("/v2/changes/1", #"{"action":"bogus"}"#, 400, "change action \"bogus\" is unsupported"),
    .post(
      "/v2/warnings", #"{"action":"bogus","timestamp":"2026-01-01T00:00:00Z"}"#, 400, "unknown warning action \"bogus\""
    ),
    .post(
      "/v2/notices", #"{"action":"add","type":"snap-run-inhibit","key":"hello"}"#, 403,
      "only snap command can record notices", kind: nil),
    .post("/v2/debug", #"{"action":"bogus"}"#, 400, "unknown debug action: bogus"),
    .post("/v2/apps", #"{"action":"bogus","names":["hello"]}"#, 400, "unknown action \"bogus\""),
  ]
}

@Suite(.timeLimit(.minutes(2))) struct RouteTests {
  /// Whatever cannot be done says so in the reference's envelope, and changes nothing.
  @Test func refusals() async throws {
    try await withDaemon { machine in
      try await machine.install(machine.pack(SnapSource("hello", service: true)))
      let changes = machine.store.read { $0.changes.count }
      for refused in Refused.all {
        let reply = try machine.call(refused.method, refused.path, refused.body)
        let name = refused.testDescription
        #expect(reply.status == refused.status, "\(name): \(reply)")
        #expect(reply.message == refused.message, "\(name): \(reply)")
        #expect(reply.kind == refused.kind, "\(name): \(reply)")
        #expect(reply.json["type"] == "error" && reply.json["status-code"]?.integer == Int64(refused.status), "\(name)")
      }
      #expect(machine.store.read { $0.changes.count } == changes)
    }
  }

  /// Who may do what: the kernel says who asks.
  @Test func access() async throws {
    try await withDaemon(base: false) { machine in
      let nobody: UInt32 = 65534
      for path in ["/", "/v2/system-info", "/v2/snaps", "/v2/apps", "/v2/changes", "/v2/warnings", "/v2/notices"] {
        #expect(try machine.call("GET", path, as: nobody).status == 200, "\(path)")
        let fromSnap = try machine.call("GET", path, snapSocket: true)
        #expect(fromSnap.status == 403 && fromSnap.kind == "login-required", "\(path)")
      }
      for path in ["/v2/snaps", "/v2/snaps/core", "/v2/apps", "/v2/changes/1", "/v2/warnings"] {
        let reply = try machine.call("POST", path, "{}", as: nobody)
        #expect(reply.status == 401 && reply.kind == "login-required" && reply.message == "access denied", "\(path)")
      }
      let debug = try machine.call("POST", "/v2/debug", #"{"action":"prune"}"#, as: nobody)
      #expect(debug.status == 403)
      let all = try machine.call("GET", "/v2/notices?users=all", as: nobody)
      #expect(all.status == 403 && all.message == "only admins may use the \"users\" filter")
    }
  }

  /// From a file to a list: what the main job says over the API.
  @Test func installListAndRemove() async throws {
    try await withDaemon { machine in
      var source = SnapSource("hello", service: true)
      source.yaml = "title: Hello\nlicense: MIT"
      source.files["meta/gui/icon.svg"] = "<svg/>"
      let image = try machine.pack(source)
      let reply = try machine.send(image)
      #expect(reply.status == 202 && reply.json["type"] == "async" && reply.result == .null)
      #expect(try await machine.wait(reply) == .done)
      let change = try machine.call("GET", "/v2/changes/\(reply.json["change"]?.string ?? "")").result
      #expect(change["kind"] == "install-snap" && change["ready"] == true && change["status"] == "Done")
      #expect(change["data"]?["snap-names"] == ["hello"])
      #expect(change["tasks"]?.array?.first?["data"]?["affected-snaps"] == ["hello"])
      #expect(try machine.call("GET", "/v2/changes?select=all&for=hello").result.array?.count == 1)
      #expect(try machine.call("GET", "/v2/changes?for=hello").result.array?.isEmpty == true)

      // The services are asked about each time.
      func service() throws -> JSONValue? {
        try machine.call("GET", "/v2/snaps/hello").result["apps"]?.array?.first { $0["name"] == "svc" }
      }
      #expect(try service()?["active"] == true)
      #expect(try service()?["enabled"] == true)
      let name = "snap.hello.svc.service"
      try machine.overlord.services.stop([name])
      try machine.overlord.services.disable([name])
      #expect(try service()?["active"] == nil)
      #expect(try service()?["enabled"] == nil)
      let snap = try machine.call("GET", "/v2/snaps/hello").result
      #expect(snap["revision"] == "x1" && snap["status"] == "active" && snap["title"] == "Hello")
      #expect(snap["mounted-from"]?.string == "\(machine.root)/var/lib/snapd/snaps/hello_x1.snap")
      #expect(try machine.call("GET", "/v2/icons/hello/icon").text == "<svg/>")
      #expect(try machine.call("GET", "/v2/apps?names=hello").result.array?.map { $0["name"] } == ["hello", "svc"])
      #expect(try machine.call("GET", "/v2/apps?select=service").result.array?.count == 1)

      // A disabled snap is listed, unless the enabled ones are asked for; older revisions with `all`.
      #expect(try await machine.wait(machine.send(image)) == .done)
      #expect(try await machine.wait(machine.call("POST", "/v2/snaps/hello", #"{"action":"disable"}"#)) == .done)
      for (query, names) in [
        ("", ["core x1", "hello x2"]), ("?select=enabled", ["core x1"]),
        ("?select=all", ["core x1", "hello x1", "hello x2"]), ("?snaps=hello,none", ["hello x2"]),
      ] {
        let list = try machine.call("GET", "/v2/snaps\(query)").result.array ?? []
        #expect(list.map { "\($0["name"]?.string ?? "") \($0["revision"]?.string ?? "")" } == names, "\(query)")
      }
      let removal = try machine.call("POST", "/v2/snaps", #"{"action":"remove","snaps":["hello","core"]}"#)
      #expect(try await machine.wait(removal) == .done)
      #expect(try machine.call("GET", "/v2/debug?aspect=consistency").result == [])
    }
  }

  /// Images and forms that are none, all refused before anything is made of them, and nothing of them kept.
  @Test func badUploads() async throws {
    try await withDaemon { machine in
      let image = try machine.pack(SnapSource("hello"))
      try machine.write("no image", to: "bad.snap")
      let cases: [(reply: Reply, status: Int, text: String)] = [
        (try machine.send("\(machine.root)/bad.snap"), 400, "cannot read snap file: cannot process snap or snapdir"),
        (try machine.send(image, ["a=b"]), 400, "cannot find signatures with metadata for snap/component"),
        (try machine.send(image, ["dangerous=true", "name=Bad_"]), 400, "invalid"),
        (try machine.send(image, ["dangerous=true", "transaction=x"]), 400, "transaction must be either"),
        (try machine.send(image, ["devmode=true", "classic=true"]), 400, "cannot use classic and devmode flags"),
        (try machine.send(image, ["action=bogus"]), 400, "unknown action \"bogus\""),
        (
          try machine.call("POST", "/v2/snaps", options: ["-F", "dangerous=true"]), 400,
          "cannot find \"snap\" file field"
        ),
        (
          try machine.call("POST", "/v2/snaps", options: ["-F", "action=try", "-F", "snap-path=relative"]), 400,
          "cannot try \"relative\": need an absolute path"
        ),
        (
          try machine.call("POST", "/v2/snaps", options: ["-F", "action=try", "-F", "snap-path=/none"]), 400,
          "cannot try \"/none\": not a snap directory"
        ),
        (
          try machine.call(
            "POST", "/v2/snaps",
            options: ["-H", "Content-Type: multipart/form-data; boundary=b", "-d", "--b\r\nbroken"]),
          400, "cannot read form"
        ),
        (
          try machine.call("POST", "/v2/snaps", options: ["-H", "Content-Type: text/plain", "-d", "x"]), 400,
          "unknown content type: text/plain"
        ),
      ]
      for (reply, status, text) in cases {
        #expect(reply.status == status && reply.message.contains(text), "\(text): \(reply)")
      }
      #expect(try Files.list(machine.directories.blobs) == ["core_x1.snap"])
    }
  }

  /// A disk that fills up while an image arrives is told of, and the part that came is not kept.
  @Test func fullDisk() async throws {
    try await withDaemon(base: false) { machine in
      let disk = try Mounts.detached(type: "tmpfs", source: "none", options: [("size", "64k")], about: "full disk")
      try Mounts.place(disk, at: machine.directories.blobs)
      try machine.write(String(repeating: "x", count: 1 << 20), to: "large.snap")
      let reply = try machine.send("\(machine.root)/large.snap")
      #expect(reply.status == 507 && reply.kind == "insufficient-disk-space", "\(reply)")
      #expect(try Files.list(machine.directories.blobs) == [])
    }
  }

  /// A snap that is removed and installed anew within a moment is shown as it is now.
  @Test func listsAreNeverStale() async throws {
    try await withDaemon { machine in
      for version in ["1", "2", "3"] {
        #expect(try await machine.wait(machine.send(machine.pack(SnapSource("hello", version: version)))) == .done)
        let list = try machine.call("GET", "/v2/snaps?snaps=hello").result.array
        #expect(list?.first?["version"]?.string == version && list?.first?["revision"] == "x1")
        let removal = try machine.call("POST", "/v2/snaps/hello", #"{"action":"remove"}"#)
        #expect(try await machine.wait(removal) == .done)
      }
    }
  }

  /// A second operation on a snap is told what it conflicts with; an abort takes the first back.
  @Test func conflictAndAbort() async throws {
    try await withDaemon { machine in
      let image = try machine.pack(SnapSource("hello", hooks: ["install": "sleep 600"]))
      let first = try machine.send(image)
      let second = try machine.send(image)
      #expect(second.status == 409 && second.kind == "snap-change-conflict")
      #expect(second.message == "snap \"hello\" has \"install-snap\" change in progress")
      #expect(second.result["value"] == ["change-kind": "install-snap", "snap-name": "hello"])
      let id = first.json["change"]?.string ?? ""
      let abort = try machine.call("POST", "/v2/changes/\(id)", #"{"action":"abort"}"#)
      #expect(abort.status == 200 && abort.result["id"]?.string == id)
      #expect([.undone, .hold].contains(try await machine.wait(first)))
      #expect(machine.state("hello") == nil)
      #expect(try Files.list(machine.directories.blobs) == ["core_x1.snap"])
    }
  }

  /// Warnings are counted in every envelope until they are okayed; notices wake who waits for them.
  @Test func warningsAndNotices() async throws {
    try await withDaemon(base: false) { machine in
      let added = try machine.call("POST", "/v2/debug", #"{"action":"add-warning","message":"beware"}"#)
      #expect(added.status == 200)
      let info = try machine.call("GET", "/v2/system-info")
      #expect(info.json["warning-count"]?.integer == 1)
      let stamp = info.json["warning-timestamp"]?.string ?? ""
      #expect(try machine.call("GET", "/v2/warnings").result.array?.first?["message"] == "beware")
      let okay = try machine.call("POST", "/v2/warnings", #"{"action":"okay","timestamp":"\#(stamp)"}"#)
      #expect(okay.result.integer == 1)
      #expect(try machine.call("GET", "/v2/warnings").result.array?.isEmpty == true)
      #expect(try machine.call("GET", "/v2/warnings?select=all").result.array?.count == 1)
      #expect(try machine.call("GET", "/v2/snaps").json["warning-count"] == nil)

      #expect(try machine.call("GET", "/v2/notices?types=bogus&timeout=10s").result.array?.isEmpty == true)
      async let waiting = Task.detached {
        try machine.call("GET", "/v2/notices?types=warning&keys=late&timeout=20s")
      }.value
      try await Task.sleep(for: .milliseconds(100))
      try machine.store.write { $0.addWarning("late") }
      let notices = try await waiting.result.array
      #expect(notices?.count == 1 && notices?.first?["key"] == "late" && notices?.first?["user-id"] == .some(.null))
      let id = notices?.first?["id"]?.string ?? ""
      #expect(try machine.call("GET", "/v2/notices/\(id)").result["type"] == "warning")
    }
  }
}
