import Explaining
import Testing

/// Lines as kernels, audit daemons and journals write them.
struct AuditTests {
  private static func record(_ lines: String...) -> AuditRecord? {
    var reader = AuditReader()
    for line in lines { reader.read(line) }
    return reader.records.last
  }

  @Test(
    arguments: [
      // The ring buffer of Linux 6.18.
      #"audit: type=1326 audit(1795278608.820:25539): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=29736 comm="perl" exe="/usr/bin/perl" sig=0 arch=c000003e syscall=227 compat=0 ip=0x7f46abfbc829 code=0x50000"#,
      // The audit daemon's file, with its text for people behind a group separator.
      "type=SECCOMP msg=audit(1795278608.820:25539): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=29736 comm=\"perl\""
        + " exe=\"/usr/bin/perl\" sig=0 arch=c000003e syscall=227 compat=0 ip=0x7f46abfbc829 code=0x50000\u{1d}ARCH=x86_64"
        + " SYSCALL=clock_settime AUID=\"unset\" UID=\"root\"",
      // The journal, `journalctl -o cat _TRANSPORT=audit`.
      #"SECCOMP auid=4294967295 uid=0 gid=0 ses=4294967295 pid=29736 comm="perl" exe="/usr/bin/perl" sig=0 arch=c000003e syscall=227 compat=0 ip=0x7f46abfbc829 code=0x50000"#,
    ]) func seccomp(_ line: String)
  {
    let record = Self.record(line)
    #expect(record?.what == .seccomp(arch: 0xc000_003e, number: 227, action: 0x50000))
    #expect(record?.pid == 29736 && record?.uid == 0 && record?.command == "perl")
    #expect(record?.program == "/usr/bin/perl")
    if line.contains("audit(") { #expect(record?.time == 1_795_278_608.820) }
  }

  @Test func landlockDomainsTellWhose() {
    let allocated =
      #"audit: type=1424 audit(1729738800.268:30): domain=1a6fdc66f status=allocated mode=enforcing pid=286 uid=0 exe="/usr/lib/snapd/snap-confine" comm="hello.sh""#
    let denied =
      #"audit: type=1423 audit(1729738800.268:30): domain=1a6fdc66f blockers=fs.write_file,fs.truncate path="/dev/tty" dev="devtmpfs" ino=9"#
    let record = Self.record(allocated, denied)
    #expect(record?.command == "hello.sh" && record?.pid == 286 && record?.uid == 0)
    guard case .landlock(let blockers, let fields)? = record?.what else {
      Issue.record("no Landlock record")
      return
    }
    #expect(blockers == ["fs.write_file", "fs.truncate"])
    #expect(fields["path"] == "/dev/tty")
    // The domain of another boot, or before the log begins.
    #expect(Self.record(denied)?.command == nil)
    #expect(
      Self.record("audit: type=1424 audit(1729738800.268:31): domain=1a6fdc66f status=deallocated denials=3") == nil)
  }

  @Test func textsInHexadecimal() {
    let record = Self.record(
      "type=1423 audit(1.0:1): domain=1 blockers=scope.abstract_unix_socket path=002F746D702F2E5831312D756E69782F5830")
    guard case .landlock(_, let fields)? = record?.what else {
      Issue.record("no Landlock record")
      return
    }
    #expect(fields["path"] == "@/tmp/.X11-unix/X0")
    #expect(AuditLine("type=1326 comm=61206220C3A4 exe=cafe")?.fields == ["comm": "a b ä", "exe": "cafe"])
  }

  @Test func appArmor() {
    let record = Self.record(
      #"audit: type=1400 audit(1521214240.220:4313): apparmor="DENIED" operation="open" profile="snap.hello.sh" name="/etc/shadow" pid=18110 comm="cat" requested_mask="r" denied_mask="r" fsuid=1000 ouid=0"#
    )
    #expect(record?.label == "snap.hello.sh" && record?.uid == 1000 && record?.pid == 18110)
    guard case .appArmor("open", let fields)? = record?.what else {
      Issue.record("no AppArmor record")
      return
    }
    #expect(fields["name"] == "/etc/shadow" && fields["denied_mask"] == "r")
    // What was let through is no refusal, nor is what was only logged.
    for line in [
      #"audit: type=1400 audit(1.0:1): apparmor="ALLOWED" operation="open" profile="snap.hello.sh" name="/x""#,
      #"audit: type=1400 audit(1.0:1): apparmor="STATUS" operation="profile_load" name="snap.hello.sh""#,
      "audit: type=1326 audit(1.0:1): pid=1 arch=c000003e syscall=1 code=0x7ffc0000",
      "audit: type=1300 audit(1.0:1): arch=c000003e syscall=1",
    ] { #expect(Self.record(line) == nil) }
  }

  @Test(
    arguments: [
      "", "audit:", "type=", "type=x audit(1:2)", "type=1326", "type=1326 audit(", "type=1326 audit()",
      "type=1326 audit(nan:x): arch=zz syscall=-1", "type=1326 audit(1:1): arch=c000003e syscall=99999999999999999999",
      "type=1423 blockers=", "type=1424 domain=", "type=1400 apparmor=\"DENIED\" operation=\"",
      "type=99999999999999999999 audit(1:1): a=b", "SECCOMP", "type=1423 audit(1:1): blockers=fs.x path=\"",
    ]) func hostileLines(_ line: String)
  {
    var reader = AuditReader()
    reader.read(line)
    for record in reader.records { #expect(record.pid == nil) }
  }

  /// Every prefix and every damaged byte of real lines, and noise: nothing traps, and nothing grows.
  @Test func damagedLines() {
    let line = Array(
      #"audit: type=1423 audit(1729738800.268:30): domain=1a6f blockers=fs.read_file path="/a b" dev="x" ino=9 comm=6162"#
        .utf8)
    var reader = AuditReader(limit: 10)
    for count in 0...line.count { reader.read(String(decoding: line[..<count], as: UTF8.self)) }
    for index in line.indices {
      for byte: UInt8 in [0, 0x1d, 0x20, 0x22, 0x3d, 0xff] {
        var damaged = line
        damaged[index] = byte
        reader.read(String(decoding: damaged, as: UTF8.self))
      }
    }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let noise = (0..<Int.random(in: 0..<300, using: &generator)).map { _ in UInt8.random(in: 0...255) }
      reader.read("type=1423 " + String(decoding: noise, as: UTF8.self))
    }
    reader.read("type=1326 " + String(repeating: "a=b ", count: 100_000))
    let many = AuditLine("type=1326 " + (0..<2000).map { "k\($0)=v" }.joined(separator: " "))
    #expect((many?.fields.count ?? 0) <= 128)
    #expect(reader.records.count <= 10)
  }
}
