import Testing

@testable import LaunchPlan

/// A plan with something in every field.
private func samplePlan() -> LaunchPlan {
  var plan = LaunchPlan(
    securityTag: "snap.hello_x.world", instanceName: "hello_x", snapName: "hello", revision: "x1", version: "1.0-ü")
  plan.kind = .service
  plan.confinement = .devmode
  plan.command = ["/snap/hello/x1/bin/world", "--flag", ""]
  plan.stopCommand = ["/snap/hello/x1/bin/stop"]
  plan.reloadCommand = ["/snap/hello/x1/bin/reload"]
  plan.postStopCommand = ["/snap/hello/x1/bin/post"]
  plan.environment = [.init("SNAP_ARCH", "amd64")]
  plan.declaredEnvironment = [.init("A", "$B"), .init("A", "${A}:x")]
  plan.base = "core22"
  plan.appName = "world"
  plan.commonID = "org.example"
  plan.desktopFile = "/d"
  plan.busName = "org.example.Bus"
  plan.completer = "complete.sh"
  plan.homeDirectories = [".config/thing", "x"]
  plan.namespaceKey = "key"
  plan.rootfs = "/snap/core22/1"
  plan.view = [
    .tmpfs(target: "/tmp", mode: 0o1777, options: [.noExecute]), .directory(target: "/a/b", mode: 0o755),
    .baseTree(source: "/snap/core22/1", target: "/", excluding: ["dev", "proc"], options: [.recursive, .readOnly]),
    .bind(source: "/x", target: "/y", options: [.optional, .followSymlinks]),
    .symlink(target: "/l", content: "../up"), .file(target: "/etc/x", content: "text\n", mode: 0o644),
    .proc(target: "/proc", hidePID: true), .devpts(target: "/dev/pts"), .userData(roots: ["/home", "/root"]),
    .userRuntime(source: "/run/user", target: "/run/user"),
    .privateTmp(source: "/var/lib/snapd/private-tmp/snap.hello_x", target: "/tmp"), .seal(target: "/"),
    .hostRoot(target: "/var/lib/snapd/hostfs", options: .recursive),
  ]
  plan.handledAccess = .all
  plan.pathRules = [PathRule("/snap", [.read, .execute]), PathRule("$HOME/snap/hello_x", .all)]
  plan.grantedKey = "granted"
  plan.grantedSteps = [
    .baseTree(source: "/snap/hello/x1/d", target: "/snap/hello/x1/d", excluding: [], options: .readOnly),
    .bind(source: "/snap/other/1", target: "/snap/hello/x1/d/new", options: [.recursive, .readOnly]),
  ]
  plan.grantedPlaces = [
    GrantedPlace(source: "/dev", pattern: "video[0-9]*", options: [.write, .devices]),
    GrantedPlace(source: "$HOME", pattern: "[^s.]*", options: [.subtree, .owner]),
  ]
  plan.watchedPlaces = ["/dev", "$HOME"]
  plan.grantedRules = [
    GrantedRule("/dev", .read, pattern: "video[0-9]*"), GrantedRule("$HOME/x", .all, subtree: true),
  ]
  plan.deniedNetwork = 1
  plan.scopes = 3
  plan.capabilities = 1 << 40
  plan.noNewPrivileges = false
  plan.systemBus = ["--talk=org.example.A", "--call=org.example.B=org.example.C.D@/e/*"]
  plan.sessionBus = ["--own=org.example.Own", "--broadcast=org.example.B=*"]
  plan.sharesSystemBus = true
  plan.describedMounts = [
    DescribedMount(
      types: ["tmpfs"], flags: [.noSetUID, .noDevices], options: ["size", "mode=755"], source: "none", target: "/a{,/}"),
    DescribedMount(flags: [.bind, .recursive], source: "/b/*", target: "/c"),
    DescribedMount(types: ["nfs", "nfs4"], flags: nil, options: nil, target: "/**"),
  ]
  plan.describedUnmounts = ["/a{,/}"]
  plan.denyFilter = [UInt8](repeating: 1, count: 8)
  plan.allowFilter = [UInt8](repeating: 2, count: 16)
  return plan
}

@Test func whatIsWrittenIsRead() throws {
  let plan = samplePlan()
  let bytes = try plan.encoded()
  #expect(try LaunchPlan(decoding: bytes) == plan)
  #expect(throws: LaunchPlanError.trailingBytes(1)) { try LaunchPlan(decoding: bytes + [0]) }
  #expect(throws: LaunchPlanError.notAPlan) { try LaunchPlan(decoding: []) }
  var other = bytes
  other[8] = 9
  let error = #expect(throws: LaunchPlanError.version(9)) { try LaunchPlan(decoding: other) }
  #expect(error?.description.contains("format version 9") == true)
}

/// What `snap run` reads is the same as in the whole plan, and does not depend on what the launcher reads.
@Test func theUnprivilegedHalfIsReadAlone() throws {
  let plan = samplePlan()
  let bytes = try plan.encoded()
  let half = try LaunchPlan(decodingUnprivileged: bytes)
  #expect(half.securityTag == plan.securityTag && half.kind == plan.kind && half.confinement == plan.confinement)
  #expect(half.command == plan.command && half.stopCommand == plan.stopCommand)
  #expect(half.environment == plan.environment && half.declaredEnvironment == plan.declaredEnvironment)
  #expect(half.view.isEmpty && half.allowFilter.isEmpty)
  #expect(throws: LaunchPlanError.notAPlan) { try LaunchPlan(decodingUnprivileged: []) }
  var longest = 0
  for count in bytes.indices where (try? LaunchPlan(decodingUnprivileged: Array(bytes.prefix(count)))) == nil {
    longest = count
  }
  #expect(longest < bytes.count - plan.allowFilter.count)
}

@Test func everyPrefixAndEveryDamagedByteIsHandled() throws {
  let bytes = try samplePlan().encoded()
  for count in 0..<bytes.count {
    #expect(throws: LaunchPlanError.self) { try LaunchPlan(decoding: Array(bytes.prefix(count))) }
  }
  var accepted = 0
  for index in bytes.indices {
    for value in [0, 1, 0x7f, 0xff, bytes[index] ^ 0x80] as [UInt8] {
      var damaged = bytes
      damaged[index] = value
      if (try? LaunchPlan(decoding: damaged)) != nil { accepted += 1 }
    }
  }
  #expect(accepted > 0)
}

@Test func randomBytesAreHandled() throws {
  var generator = SystemRandomNumberGenerator()
  let good = try samplePlan().encoded()
  for _ in 0..<20_000 {
    var bytes = Array(good.prefix(12))
    for _ in 0..<Int.random(in: 0..<200, using: &generator) {
      // Small numbers are plausible lengths, so they reach deeper than uniform bytes.
      bytes.append(Bool.random(using: &generator) ? UInt8.random(in: 0...3) : UInt8.random(in: 0...255))
    }
    _ = try? LaunchPlan(decoding: bytes)
    var mutated = good
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      mutated[Int.random(in: 12..<mutated.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    }
    _ = try? LaunchPlan(decoding: mutated)
  }
}

@Test(arguments: [
  ("/", true), ("/a", true), ("/a/b.c", true), ("/...", true), ("/.a/..b", true), ("", false), ("a", false),
  ("/a/", false), ("//", false), ("/a//b", false), ("/.", false), ("/..", false), ("/a/../b", false),
  ("/a/./b", false),
])
func cleanPaths(path: String, isClean: Bool) {
  #expect(LaunchPlan.isCleanAbsolute(path) == isClean)
}

@Test func unreadablePlansAreNotWritten() {
  var plan = samplePlan()
  plan.command = ["a\0b"]
  #expect(throws: LaunchPlanError.invalid(field: "command")) { try plan.encoded() }
  plan = samplePlan()
  plan.view = [.bind(source: "/a/../b", target: "/x", options: [])]
  #expect(throws: LaunchPlanError.invalid(field: "bind")) { try plan.encoded() }
  plan = samplePlan()
  plan.grantedSteps = [.proc(target: "/proc", hidePID: false)]
  #expect(throws: LaunchPlanError.invalid(field: "grantedSteps")) { try plan.encoded() }
  for source in ["$HOME/../x", "$HOMEx", "x", "/a/"] {
    plan = samplePlan()
    plan.grantedPlaces = [GrantedPlace(source: source, pattern: "x")]
    #expect(throws: LaunchPlanError.invalid(field: "grantedPlaces")) { try plan.encoded() }
  }
  plan = samplePlan()
  plan.allowFilter = [1, 2, 3]
  #expect(throws: LaunchPlanError.invalid(field: "allowFilter")) { try plan.encoded() }
  plan = samplePlan()
  plan.version = String(repeating: "v", count: LaunchPlan.Limit.text + 1)
  #expect(throws: LaunchPlanError.tooLarge(field: "version")) { try plan.encoded() }
}

/// Words that the proxy would take for something else than a grant.
@Test(arguments: [
  "unix:path=/x", "--log", "--filter", "--fd=3", "--args=0", "--talk=", "--see=org.example.A", "--talk=a b", "",
  "--talk=a\u{7f}", "--sloppy-names",
])
func onlyGrantsAreWordsForTheProxy(word: String) {
  var plan = samplePlan()
  plan.sessionBus = [word]
  #expect(throws: LaunchPlanError.invalid(field: "sessionBus")) { try plan.encoded() }
}
