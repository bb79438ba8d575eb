import API
import HTTP
import Host
import JSONValues
import Linux
import Logging
import MachineSupport
import Overlord
import Snap
import SnapManager
import State
import Testing

@testable import Daemon

/// What `snapctl` takes, whom it obeys, and what comes of it.
@Suite struct SnapctlTests {
  private static let options: [SnapctlOption] = [.short("d"), .flag("list"), .value("code", short: "c")]

  @Test(
    arguments: [
      (["a", "-d", "b"], ["d": ""], ["a", "b"], nil), (["--code=x", "--list"], ["code": "x", "list": ""], [], nil),
      (["--code", "-h"], ["code": "-h"], [], nil), (["-dcx"], ["d": "", "code": "x"], [], nil),
      (["-c", "x"], ["code": "x"], [], nil), (["-cx=y"], ["code": "x=y"], [], nil), (["--", "-d"], [:], ["-d"], nil),
      (["-"], [:], ["-"], nil), (["--d"], [:], [], "unknown flag `d'"), (["-x"], [:], [], "unknown flag `x'"),
      (["--list=1"], [:], [], "bool flag `--list' cannot have an argument"),
      (["--code"], [:], [], "expected argument for flag `-c, --code'"),
    ] as [([String], [String: String], [String], String?)])
  func arguments(words: [String], values: [String: String], positionals: [String], refusal: String?) {
    do {
      let arguments = try SnapctlArguments(words, options: Self.options)
      #expect(arguments.values == values)
      #expect(arguments.positionals == positionals)
      #expect(refusal == nil)
    } catch { #expect("\(error)" == refusal) }
  }

  @Test(arguments: [["-h"], ["--help"], ["a", "-h"], ["-dh"]])
  func help(words: [String]) {
    #expect(throws: SnapctlArguments.HelpWanted.self) { try SnapctlArguments(words, options: Self.options) }
  }

  private struct Call: Sendable {
    var words: [String]
    var status = 200
    /// Standard output, or what is said against it.
    var answer = ""
    var uid: UInt32 = 0
    var cookie: String?
    var isOwn = true
  }

  private static let calls: [Call] = [
    Call(words: ["set", "a.b=1", "c=x", "n=1.0"]), Call(words: ["get", "c"], answer: "x\n"),
    Call(words: ["get", "-t", "c"], answer: "\"x\"\n"), Call(words: ["get", "n"], answer: "1.0\n"),
    Call(words: ["get", "none"], answer: "\n"), Call(words: ["get", "--default=3", "none"], answer: "3\n"),
    Call(words: ["get", "a", "c"], answer: "{\n\t\"a\": {\n\t\t\"b\": 1\n\t},\n\t\"c\": \"x\"\n}\n"),
    Call(words: ["get", "c"], answer: "x\n", uid: 1000),
    Call(words: ["set", "c=y"], status: 403, answer: "cannot use \"set\" with uid 1000, try with sudo", uid: 1000),
    Call(words: ["set", "-t", "-h"], answer: SnapctlCatalogue.help(of: SnapctlSet.self), uid: 1000),
    // A word that only looks like a request for help.
    Call(
      words: ["set", "--", "-h"], status: 403, answer: "cannot use \"set\" with uid 1000, try with sudo", uid: 1000),
    Call(words: ["set", "c.d=1"], status: 400, answer: "snap \"told\" option \"c\" is not a map"),
    Call(words: ["set", "a=1", "c.d=1"], status: 400, answer: "snap \"told\" option \"c\" is not a map"),
    Call(words: ["get", "-d", "a"], answer: "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n"),
    Call(words: ["unset", "a.b"]), Call(words: ["get", "a"], answer: "{}\n"),
    Call(
      words: ["get", "c"], status: 400,
      answer: "cannot invoke snapctl operation commands (here \"get\") from outside of a snap", cookie: "guess"),
    Call(
      words: ["get", "c"], status: 403,
      answer: "cannot use the cookie of snap \"told\": the calling process is not of that snap", isOwn: false),
    Call(words: [], status: 400, answer: "snapctl cannot run without args"),
    Call(words: ["is-connected", "x"], status: 400, answer: "snap \"told\" has no plug or slot named \"x\""),
    Call(words: ["set-health", "unknown"], status: 400, answer: "status cannot be manually set to \"unknown\""),
    Call(
      words: ["set-health", "okay", "something"], status: 400,
      answer: "when status is \"okay\", message and code must be empty"),
    Call(
      words: ["set-health", "--code=x", "error", "something"], status: 400,
      answer: "code must have between 3 and 30 characters, got 1"),
    Call(words: ["set-health", "error"], status: 400, answer: "when status is not \"okay\", message is required"),
    Call(words: ["set-health", "--code=bad-day", "error", "nothing works here"]),
  ]

  @Test func calls() async throws {
    try await Machine.with { machine in
      try await machine.install(machine.pack(SnapSource("told")))
      let cookie = try #require(machine.text("var/lib/snapd/cookie/snap.told"))
      let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      for call in Self.calls {
        let owners = ProcessOwners(confined: { _ in nil }, isProcess: { _, _ in call.isOwn })
        let service = DaemonService(overlord: machine.overlord, logger: silent, owners: owners)
        let body = JSONValue.object([
          "context-id": .string(call.cookie ?? cookie), "args": .array(call.words.map { .string($0) }),
        ])
        let target = try #require(RequestTarget("/v2/snapctl"))
        let peer = Peer(pid: 1, uid: call.uid, gid: 0, socket: ListeningSocket.snap.rawValue)
        do {
          let request = Request(method: "POST", target: target, peer: peer, body: body.bytes)
          guard case .sync(let bytes) = try await service.runSnapctl(request) else { throw MachineError("no answer") }
          #expect(call.status == 200)
          #expect(try JSONValue(parsing: bytes)["stdout"]?.string == call.answer, "\(call.words)")
        } catch let failure as APIFailure {
          #expect(failure.status == call.status, "\(call.words)")
          #expect(failure.message == call.answer)
        }
      }
      let health = machine.store.read { $0[RecordKind<SnapHealth>.health, "told"] }
      #expect(health?.code == "bad-day")
      #expect(health?.revision == .local(1))
      try await machine.end(of: machine.snaps.remove([InstanceName("told")]))
      #expect(!machine.exists("var/lib/snapd/cookie/snap.told"))
      #expect(machine.store.read { $0.all(RecordKind<SnapHealth>.health) }.isEmpty)
    }
  }

  /// Who may call what on which socket.
  @Test(arguments: [
    (Access.open, "main", 1000, false, Access.Verdict.allowed), (.open, "snap", 0, false, .forbidden),
    (.open.orSnaps(with: "x"), "snap", 0, false, .forbidden), (.open.orSnaps(with: "x"), "snap", 1000, true, .allowed),
    (.open, "snap", 0, true, .forbidden), (.manage.orSnaps(with: "x"), "snap", 1000, true, .unauthorized),
    (.manage.orSnaps(with: "x"), "snap", 0, true, .allowed), (.manage, "main", 1000, false, .unauthorized),
    (.root, "main", 1000, false, .forbidden), (.root, "main", 0, false, .allowed),
    (.snap, "main", 0, true, .forbidden), (.snap, "snap", 1000, false, .allowed), (.open, "other", 0, true, .forbidden),
  ])
  func access(access: Access, socket: String, uid: UInt32, hasPlug: Bool, verdict: Access.Verdict) {
    let peer = Peer(pid: 1, uid: uid, gid: uid, socket: socket)
    #expect(access.allows(peer) { _ in hasPlug } == verdict)
  }
}
