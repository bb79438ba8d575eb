import LaunchPlan
import Testing

@testable import Running

@Suite struct EnvironmentTests {
  static func plan(_ confinement: LaunchPlan.Confinement = .strict) -> LaunchPlan {
    var plan = LaunchPlan(
      securityTag: "snap.hello_k.app", instanceName: "hello_k", snapName: "hello", revision: "7", version: "1.2")
    plan.confinement = confinement
    plan.appName = "app"
    plan.commonID = "org.example.app"
    plan.environment = [.init("SNAP_ARCH", "amd64"), .init("SNAP_LIBRARY_PATH", "/var/lib/snapd/lib/gl")]
    plan.declaredEnvironment = [
      .init("ONE", "$SNAP/bin"), .init("TWO", "${ONE}:$NONE:$"), .init("ONE", "$ONE-again"),
      .init("LD_LIBRARY_PATH", "$SNAP/lib:$LD_LIBRARY_PATH"),
    ]
    return plan
  }

  static let given = ["A=b=c", "PATH=/evil", "LD_PRELOAD=/evil.so", "HOME=/elsewhere", "SNAP_COOKIE=stolen", "broken"]
  static let user = RunUser(uid: 1000, home: "/home/ann")

  /// Made from texts, or from bytes that are no text.
  static func environment(
    _ plan: LaunchPlan, given: [String] = Self.given, bytes: [UInt8] = [], root: String = ""
  ) -> RunEnvironment {
    let copies = (given.map { Array($0.utf8) } + (bytes.isEmpty ? [] : [bytes])).map { bytes in
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
      _ = copy.initialize(from: bytes)
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    return RunEnvironment(plan: plan, given: copies.map { UnsafeBufferPointer($0) }, user: user, root: root)
  }

  @Test(arguments: [
    ("A", "b=c"), ("SNAP", "/snap/hello/7"), ("SNAP_COMMON", "/var/snap/hello/common"),
    ("SNAP_DATA", "/var/snap/hello/7"), ("SNAP_NAME", "hello"), ("SNAP_INSTANCE_NAME", "hello_k"),
    ("SNAP_INSTANCE_KEY", "k"), ("SNAP_VERSION", "1.2"), ("SNAP_REVISION", "7"), ("SNAP_UID", "1000"),
    ("SNAP_USER_DATA", "/home/ann/snap/hello_k/7"), ("SNAP_USER_COMMON", "/home/ann/snap/hello_k/common"),
    ("HOME", "/home/ann/snap/hello_k/7"), ("SNAP_REAL_HOME", "/home/ann"), ("PATH", RunEnvironment.path),
    ("XDG_RUNTIME_DIR", "/run/user/1000/snap.hello_k"), ("TMPDIR", "/tmp"), ("SNAP_APP_NAME", "app"),
    ("SNAP_APP_COMMON_ID", "org.example.app"), ("SNAP_APP_BUS_NAME", nil), ("SNAP_ARCH", "amd64"),
    ("LD_PRELOAD", nil), ("SNAP_COOKIE", nil), ("ONE", "/snap/hello/7/bin-again"), ("TWO", "/snap/hello/7/bin::$"),
    ("LD_LIBRARY_PATH", "/snap/hello/7/lib:"),
  ])
  func strict(key: String, value: String?) {
    let environment = Self.environment(Self.plan())
    #expect(environment.variables[key] == value)
  }

  /// Where the supervisor listens is the same place inside, without the root before it.
  @Test(arguments: [
    ("/r/run/s", "/r", LaunchPlan.Confinement.strict, "/run/s"), ("/r/run/s", "/r", .classic, "/r/run/s"),
    ("/r/run/s", "/r", .devmode, "/r/run/s"), ("/rr/run/s", "/r", .strict, "/rr/run/s"),
    ("/run/systemd/notify", "", .strict, "/run/systemd/notify"),
  ])
  func notifySocket(given: String, root: String, confinement: LaunchPlan.Confinement, seen: String) {
    let environment = Self.environment(Self.plan(confinement), given: ["NOTIFY_SOCKET=" + given], root: root)
    #expect(environment.variables["NOTIFY_SOCKET"] == seen)
  }

  @Test(arguments: [
    ("SNAP", "/r/snap/hello_k/7"), ("HOME", "/elsewhere"), ("PATH", "/evil"), ("LD_PRELOAD", "/evil.so"),
    ("XDG_RUNTIME_DIR", nil), ("SNAP_REAL_HOME", "/home/ann"),
  ])
  func classic(key: String, value: String?) {
    let environment = Self.environment(Self.plan(.classic), root: "/r")
    #expect(environment.variables[key] == value)
  }

  @Test func whatTheLoaderWouldDropIsSaved() {
    let environment = Self.environment(Self.plan()).forLauncher.texts
    #expect(environment.contains("SNAP_SAVED_LD_LIBRARY_PATH=/snap/hello/7/lib:"))
    #expect(environment.contains("SNAP_SAVED_TMPDIR=/tmp"))
    #expect(!environment.contains { $0.hasPrefix("LD_") || $0.hasPrefix("TMPDIR=") })
  }

  @Test(arguments: [
    ("$A", "a"), ("${A}b", "ab"), ("$AB", ""), ("x$", "x$"), ("$/", "$/"), ("${A", "A"), ("${}", ""), ("$A$A", "aa"),
    ("é$A", "éa"), ("$1A", "A"), ("$$A", "A"), ("$-", ""), ("${A}$", "a$"), ("${}A", "A"), ("$_", ""), ("$A-$A", "a-a"),
  ])
  func expansion(text: String, expected: String) {
    let environment = Self.environment(Self.plan(), given: ["A=a"])
    #expect(String(decoding: environment.expand(text), as: UTF8.self) == expected)
  }

  @Test func whatIsNoTextIsPassedOn() {
    let odd = Array("ODD=".utf8) + [0xff, 0xfe, UInt8(ascii: "=")]
    let environment = Self.environment(Self.plan(), bytes: odd)
    #expect(environment.variables.value(of: "ODD").map(Array.init) == [0xff, 0xfe, UInt8(ascii: "=")])
    var block = environment.forLauncher
    #expect(block.bytes.firstRange(of: odd + [0]) != nil)
    let count = block.offsets.count
    block.withPointers { pointers in #expect(pointers.count == count + 1 && pointers[count] == nil) }
  }
}
