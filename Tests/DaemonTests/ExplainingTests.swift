import API
import Explaining
import HTTP
import LaunchPlan
import Permissions
import Testing

@testable import Daemon

/// From records and failed calls to refusals.
@Suite struct ExplainingTests {
  private static func refused(_ line: String) -> [Denial] {
    var reader = AuditReader()
    reader.read(line)
    return reader.records.flatMap { AuditReading.refusals($0).map(\.denial) }
  }

  @Test(
    arguments: [
      (
        #"apparmor="DENIED" operation="open" profile="snap.a.b" name="/etc/x" requested_mask="wc" denied_mask="wc" fsuid=0 ouid=0"#,
        .file(path: "/etc/x", access: .write, isOwn: true)
      ),
      (
        #"apparmor="DENIED" operation="exec" profile="snap.a.b" name="/bin/x" denied_mask="x" fsuid=5 ouid=0"#,
        .file(path: "/bin/x", access: .execute, isOwn: false)
      ),
      (
        #"apparmor="DENIED" operation="capable" class="cap" profile="snap.a.b" capability=25 capname="sys_time""#,
        .capability(.sysTime)
      ),
      (
        #"apparmor="DENIED" operation="create" class="net" profile="snap.a.b" family="inet" sock_type="stream" protocol=6 requested_mask="create" denied_mask="create""#,
        .socket(family: .inet, type: .stream, protocol: nil)
      ),
      (
        #"apparmor="DENIED" operation="ptrace" profile="snap.a.b" requested_mask="read" denied_mask="read" peer="unconfined""#,
        .ptrace(operation: .read, peer: "unconfined")
      ),
      (
        #"apparmor="DENIED" operation="signal" profile="snap.a.b" requested_mask="send" denied_mask="send" signal=term peer="unconfined""#,
        .signal(name: "term", operation: .send, peer: "unconfined")
      ),
      (
        #"apparmor="DENIED" operation="mount" profile="snap.a.b" name="/mnt/" fstype="tmpfs" srcname="none""#,
        .mount(type: "tmpfs", source: "none", target: "/mnt/")
      ),
      (
        #"apparmor="DENIED" operation="dbus_method_call" bus="system" path="/org/bluez" interface="org.bluez.A" member="B" mask="send" name="org.bluez" label="snap.a.b" peer_label="unconfined""#,
        .message(.init(bus: .system, peerName: "org.bluez", path: "/org/bluez", interface: "org.bluez.A", member: "B"))
      ),
      (
        #"apparmor="DENIED" operation="dbus_bind" bus="session" name="org.x.Y" mask="bind" label="snap.a.b""#,
        .busName(bus: .session, name: "org.x.Y")
      ),
      (
        #"apparmor="DENIED" operation="connect" class="net" profile="snap.a.b" family="unix" sock_type="stream" protocol=0 requested_mask="send receive connect" denied_mask="connect" addr=none peer_addr="@/tmp/.X11-unix/X0" peer="unconfined""#,
        .abstractSocket(address: "@/tmp/.X11-unix/X0", operation: .connect)
      ),
      (
        #"apparmor="DENIED" operation="userns_create" class="namespace" profile="snap.a.b""#, .userNamespace
      ),
    ] as [(String, Denial)]) func appArmor(_ text: String, _ denial: Denial)
  {
    #expect(Self.refused("audit: type=1400 audit(1.0:1): " + text) == [denial])
  }

  @Test(
    arguments: [
      ("blockers=fs.read_file path=\"/etc/x\"", [.file(path: "/etc/x", access: .read, isOwn: true)]),
      ("blockers=fs.read_dir path=\"/etc\"", [.file(path: "/etc/", access: .read, isOwn: true)]),
      ("blockers=fs.make_reg,fs.refer path=\"/a\"", [.file(path: "/a/x", access: .write, isOwn: true)]),
      ("blockers=net.connect_tcp daddr=127.0.0.1 dest=80", [.socket(family: .inet, type: .stream, protocol: nil)]),
      (
        "blockers=scope.abstract_unix_socket path=0061", [.abstractSocket(address: "@a", operation: .connect)]
      ),
      ("blockers=ptrace opid=1 ocomm=\"init\"", [.ptrace(operation: .trace, peer: nil)]),
      ("blockers=fs.unknown path=\"/a\"", []), ("blockers=fs.read_file path=\"a\"", []),
    ] as [(String, [Denial])]) func landlock(_ text: String, _ denials: [Denial])
  {
    #expect(Self.refused("audit: type=1423 audit(1.0:1): domain=1 " + text) == denials)
  }

  @Test func ownersOfRecords() {
    let owners = DenialOwners(tags: [
      "hello": ["snap.hello.hello", "snap.hello.sh"],
      "other": ["snap.other.very-long-name-one", "snap.other.very-long-name-two"],
    ])
    func owner(_ record: AuditRecord) -> DenialOwners.Owner? { owners.owner(of: record) }
    let what = AuditRecord.What.seccomp(arch: FilterMachine.x86_64, number: 1, action: 0x50000)
    #expect(owner(AuditRecord(what, label: "snap.hello.sh (enforce)"))?.tag == "snap.hello.sh")
    #expect(owner(AuditRecord(what, label: "snap.evil.sh")) == nil)
    #expect(owner(AuditRecord(what, label: "unconfined")) == nil)
    let launcher = "/usr/lib/snapd/snap-confine"
    #expect(owner(AuditRecord(what, command: "hello.sh", program: launcher))?.tag == "snap.hello.sh")
    let cut = owner(AuditRecord(what, command: "other.very-long", program: launcher))
    #expect(cut?.instance == "other" && cut?.tag == nil)
    #expect(owner(AuditRecord(what, program: "/snap/hello/x1/bin/a"))?.instance == "hello")
    let perl = AuditRecord(what, pid: Int32.max, command: "perl", program: "/usr/bin/perl")
    #expect(owner(perl) == nil)
    #expect(owners.guess(perl, "hello")?.isGuess == true && owners.guess(perl, "") == nil)
    #expect(owners.guess(AuditRecord(what, program: "/opt/browser"), "hello") == nil)
  }

  private static func call(_ kind: String, _ errno: Int, _ change: (inout FailedCallJSON) -> Void = { _ in })
    -> FailedCallJSON
  {
    var call = FailedCallJSON(
      arch: FilterMachine.x86_64, number: 257, arguments: [0, 0, 0, 0, 0, 0], errno: errno, uid: 0, command: "x")
    call.kind = kind
    change(&call)
    return call
  }

  @Test func failedCalls() {
    var plan = LaunchPlan(securityTag: "snap.a.b", instanceName: "a", snapName: "a", revision: "1", version: "1")
    plan.handledAccess = .all
    // Answers with EPERM to call 165 (mount), and lets all others through.
    plan.allowFilter = [
      0x20, 0, 0, 0, 0, 0, 0, 0, 0x15, 0, 0, 1, 165, 0, 0, 0, 0x06, 0, 0, 0, 1, 0, 5, 0, 0x06, 0, 0, 0, 0, 0, 0xff,
      0x7f,
    ]
    let reading = TraceReading(plan: plan) { $0 == .file(path: "/allowed", access: .read, isOwn: false) }
    func refused(_ call: FailedCallJSON) -> AppRefusal? { reading.refusal(call) }
    func path(_ path: String, _ access: String, _ errno: Int) -> AppRefusal? {
      refused(Self.call("path", errno) { ($0.path, $0.access) = (path, access) })
    }
    #expect(path("/x", "r", 13)?.layer == "Landlock")
    #expect(path("/x", "rw", 2)?.isMissing == true)
    #expect(path("/x", "w", 30)?.layer == "read-only")
    #expect(path("/allowed", "r", 13) == nil)
    #expect(path("x", "r", 13) == nil && path("/x", "?", 13) == nil && path("/x", "", 13) == nil)
    let mount = refused(Self.call("mount", 1) { $0.number = 165 })
    #expect(mount?.layer == "seccomp" && mount?.denial == .syscall(name: "mount", arguments: [0, 0, 0, 0, 0, 0]))
    #expect(refused(Self.call("", 1) { $0.number = 164 })?.denial == .capability(.sysTime))
    #expect(refused(Self.call("", 1) { ($0.number, $0.uid) = (164, 1000) }) == nil)
    #expect(
      refused(Self.call("signal", 1) { $0.signal = 15 })?.denial == .signal(name: "term", operation: .send, peer: nil))
    #expect(refused(Self.call("signal", 1) { $0.signal = -5 }) == nil)
    // What a client made up.
    #expect(refused(Self.call("address", 13) { $0.family = -1 }) == nil)
    #expect(refused(Self.call("path", Int.max) { ($0.path, $0.access) = ("/x", "r") }) == nil)
    #expect(refused(Self.call("", 1) { $0.arguments = Array(repeating: 0, count: 7) }) == nil)
    plan.allowFilter = [0x15, 0, 9, 9, 0]
    #expect(TraceReading(plan: plan) { _ in false }.refusal(Self.call("", 1)) == nil)
  }

  @Test(arguments: [
    ("hello", "snap.hello.hello"), ("hello_key", "snap.hello_key.hello"), ("hello.sh", "snap.hello.sh"),
    ("hello.hook.install", "snap.hello.hook.install"),
  ]) func namesOfApps(_ name: String, _ tag: String) {
    #expect(Explanations.tag(name) == tag)
    #expect(Explanations.appName(tag) == name)
  }
}
