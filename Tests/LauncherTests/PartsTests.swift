import Glibc
import LaunchPlan
import Linux
import Testing

@testable import Launcher

@Suite struct PartsTests {
  @Test(arguments: [
    ("snap.hello.app", true), ("snap.hello_key1.app-2", true), ("snap.hello.hook.configure", true),
    ("snap.hello+comp.hook.install", true), ("snap.h2-a.App", true), ("", false), ("snap", false), ("snap.a", false),
    ("snap.1.a", false), ("snap.a.", false), ("snap.a.b.c", false), ("snap.a/b.c", false), ("snap...", false),
    ("snap.a.../x", false), ("snap.a_.b", false), ("snap.a_b_c.d", false), ("snap.a_B.d", false),
    ("snap.a_12345678901.d", false), ("snap.-a.b", false), ("snap.a-.b", false), ("snap.a--b.c", false),
    ("snap.a+b.c", false), ("snap.A.b", false), ("snap.a.hook.1", false), ("snap.a.b\n", false), ("snap.a.b ", false),
    ("snap." + String(repeating: "a", count: 41) + ".b", false), ("nap.a.b", false),
  ])
  func tags(tag: String, isValid: Bool) {
    #expect(SecurityTag.isValid(tag) == isValid)
  }

  @Test func instances() {
    #expect(SecurityTag.instance(of: "snap.hello_k.app") == "hello_k")
    #expect(SecurityTag.instance(of: "snap.hello+comp.hook.install") == "hello")
  }

  @Test func requests() throws {
    let request = try Request(["c", "--root", "/r", "--home", "/home/a", "snap.a.b", "--", "/bin/x", "--root"])
    #expect(request.root == "/r")
    #expect(request.home == "/home/a")
    #expect(request.tag == "snap.a.b")
    #expect(request.commandIndex == 7)
    for bad in [
      ["c"], ["c", "snap.a.b"], ["c", "snap.a.b", "--"], ["c", "--home"],
      ["c", "--bogus", "x", "snap.a.b", "--", "/x"],
      ["c", "--home", "/a/../b", "snap.a.b", "--", "/x"], ["c", "../x", "--", "/x"],
    ] {
      #expect(throws: LaunchError.self) { try Request(bad) }
    }
  }

  @Test func savedVariablesAreRestored() {
    let given = ["A=1", "SNAP_SAVED_LD_X=/l", "LD_X=old", "SNAP_COOKIE=forged"].map { Array($0.utf8) }
    let odd: [UInt8] = [0x42, 0x3d, 0xff]
    let result = Surroundings.environment(given + [odd], adding: [("SNAP_COOKIE", "real")])
    #expect(result.contains(odd), "what is no text is passed on")
    #expect(
      result.filter { $0 != odd }.map { String(decoding: $0, as: UTF8.self) } == ["A=1", "LD_X=/l", "SNAP_COOKIE=real"])
    #expect(Surroundings.passedDescriptors(["LISTEN_FDS=2", "LISTEN_PID=1"].map { Array($0.utf8) }) == 0)
    // An empty element would be the working directory (CVE-2020-27348).
    for (given, passed) in [
      ("/l:", "/l"), (":/l", "/l"), ("/a::/b", "/a:/b"), (":", ""), ("", ""), ("/a;;/b:", "/a:/b"), ("/a:/b", "/a:/b"),
    ] {
      let result = Surroundings.environment([Array(("SNAP_SAVED_LD_LIBRARY_PATH=" + given).utf8)], adding: [])
      #expect(result == [Array(("LD_LIBRARY_PATH=" + passed).utf8)])
    }
  }

  @Test(arguments: [
    ("/a/b", "/a/b", false), ("$HOME/snap/x", "/home/u/snap/x", true), ("/run/user/$UID/x", "/run/user/5/x", false),
    ("/a/../b", nil, false), ("a", nil, false), ("$OTHER/x", nil, false),
  ])
  func pathRulesAreFilledIn(path: String, expected: String?, isUsers: Bool) {
    let result = Enforcement.expand(path, home: "/home/u", uid: 5)
    #expect(result?.path == expected)
    #expect(result?.isUsers ?? false == isUsers)
  }

  @Test func whatIsKnownOfTheDeviceTreeHoldsUntilADeviceChanges() {
    let place = GrantedPlace(source: "/sys/devices", pattern: "*/**/bluetooth", options: [.write, .subtree])
    let files = GrantedPlace(source: "/sys/devices", pattern: "*/**/bluetooth", options: .write)
    let isFor = [
      ("/sys/devices", "*/**/x", true), ("/sys", "**/x", true), ("/sys/devices", "*/x**", false),
      ("/system", "**/x", false), ("/run", "**/x", false), ("$HOME", "**/x", false),
    ]
    for (source, pattern, expected) in isFor {
      #expect(DeviceTreeMatches.isFor(GrantedPlace(source: source, pattern: pattern, options: [])) == expected)
    }
    let event = Array("12\n".utf8)
    var known = DeviceTreeMatches(nil, sequence: event)
    #expect(known.paths(of: place, stamp: []) == nil)
    known.remember(["/sys/devices/a b/bluetooth", "/sys/devices/c/bluetooth"], of: place, stamp: [])
    known.remember([], of: files, stamp: [])
    let again = DeviceTreeMatches(known.encoded, sequence: event)
    #expect(again.paths(of: place, stamp: []) == ["/sys/devices/a b/bluetooth", "/sys/devices/c/bluetooth"])
    #expect(again.paths(of: files, stamp: []) == [])
    #expect(known.isChanged && !again.isChanged)
    // Another event, none that is known, or what is no such file: everything is looked for.
    for (bytes, sequence) in [
      (known.encoded, "13\n"), (known.encoded, "1"), (known.encoded, ""), ([], "12"), (Array("12".utf8), "12"),
      (Array("x\n\n \n".utf8), "12"),
    ] {
      #expect(DeviceTreeMatches(bytes, sequence: Array(sequence.utf8)).paths(of: place, stamp: []) == nil)
    }
    // Nothing outside of /sys comes from it.
    let forged = known.encoded.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    let line = forged[1].prefix { $0 != UInt8(ascii: " ") } + Array(" - /etc/shadow /sys/../etc /sys/x".utf8)
    #expect(DeviceTreeMatches(forged[0] + [10] + line, sequence: event).paths(of: place, stamp: []) == ["/sys/x"])
  }

  @Test func whatIsKnownOfAClassHoldsUntilItsDevicesChange() throws {
    let classes = "/tmp/launcher-classes.\(UInt64.random(in: 0...UInt64.max))"
    try Files.makeDirectories(classes + "/leds", mode: 0o755)
    defer { try? Files.removeTree(classes) }
    let place = { (pattern: String, options: GrantedPlace.Options) in
      GrantedPlace(source: "/sys/devices", pattern: pattern, options: options)
    }
    let matches = { (bytes: [UInt8]?, event: String) in
      DeviceTreeMatches(bytes, sequence: Array(event.utf8), classes: classes)
    }
    let patterns: [(String, GrantedPlace.Options, Bool)] = [
      ("**/leds", .subtree, true), ("**/leds", [], false), ("*/**/leds/*/brightness", [], true),
      ("**/leds/*/device/*/x", [], false), ("**/leds/**/x", [], false), ("**/x/leds", .subtree, false),
      ("**/force_ro", [], false), ("**/l*", .subtree, false), ("**", .subtree, false),
    ]
    for (pattern, options, isOfClass) in patterns {
      #expect(matches(nil, "1").stamp(of: place(pattern, options)).isEmpty != isOfClass, "\(pattern)")
    }
    let leds = place("**/leds", .subtree)
    var known = matches(nil, "1")
    known.remember(["/sys/devices/a/leds"], of: leds, stamp: known.stamp(of: leds))
    known.remember(["/sys/devices/b"], of: place("**/b", .subtree), stamp: [])
    // Any other event changes nothing; what no class has is looked for.
    var later = matches(known.encoded, "2")
    #expect(later.paths(of: leds, stamp: later.stamp(of: leds)) == ["/sys/devices/a/leds"])
    #expect(later.paths(of: place("**/b", .subtree), stamp: []) == nil)
    // A device that comes, and one of the same name at another place.
    for target in ["../../devices/a/leds/one", "../../devices/b/leds/one"] {
      try Files.replaceSymlink(at: classes + "/leds/one", target: target)
      #expect(later.paths(of: leds, stamp: later.stamp(of: leds)) == nil)
      later.remember([], of: leds, stamp: later.stamp(of: leds))
      #expect(later.paths(of: leds, stamp: later.stamp(of: leds)) == [])
    }
    // The class itself.
    try Files.removeTree(classes)
    #expect(later.paths(of: leds, stamp: later.stamp(of: leds)) == nil)
  }

  @Test func whatIsKnownOfADirectoryHoldsUntilItChanges() throws {
    let path = "/tmp/launcher-found.\(UInt64.random(in: 0...UInt64.max))"
    try Files.makeDirectories(path, mode: 0o755)
    defer { try? Files.removeTree(path) }
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    let component = try #require(PathGlob("a*").map { $0.components[0] })
    let place = {
      (component: PathGlob.Component, kind: UInt8) in
      DirectoryMatches.Place(component, kind: kind, directory, path)
    }
    let before = try #require(place(component, 1))
    // What has just changed may change again without another time.
    #expect(!before.isSteady)
    var memory = DirectoryMatches(nil)
    #expect(memory.names(in: before, component) == nil)
    memory.remember(["a", "a b"], in: before, directory)
    #expect(memory.isChanged)
    let again = DirectoryMatches(memory.encoded)
    #expect(again.names(in: before, component) == ["a", "a b"])
    #expect(!again.isChanged)
    // Another pattern, another kind of match, and what is no such file.
    let other = try #require(PathGlob("b*").map { $0.components[0] })
    #expect(again.names(in: try #require(place(other, 1)), other) == nil)
    #expect(again.names(in: try #require(place(component, 2)), component) == nil)
    for text in ["", "x", "1 2 3", "1 2 x 4 a", "\n\n"] {
      #expect(DirectoryMatches(Array(text.utf8)).names(in: before, component) == nil)
    }
    // Names that are none, or do not match, come from nobody's file.
    memory.remember(["..", "a/b", ".", "", "b", "ab"], in: before, directory)
    #expect(DirectoryMatches(memory.encoded).names(in: before, component) == ["ab"])
    let any = try #require(PathGlob("*").map { $0.components[0] })
    let all = try #require(place(any, 1))
    memory.remember(["..", ".", "x"], in: all, directory)
    #expect(memory.names(in: all, any) == ["x"])
    try Files.makeDirectories(path + "/a", mode: 0o755)
    #expect(again.names(in: try #require(place(component, 1)), component) == nil)
    // A directory that others can change is not remembered.
    try Files.removeTree(path)
    try Files.makeDirectories(path, mode: 0o755)
    let shared = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(shared) }
    #expect(chmod(path, 0o777) == 0)
    #expect(DirectoryMatches.Place(component, kind: 1, shared, path) == nil)
  }

  @Test(arguments: [(0, 0, 0, 0), (1, 0x1fff, 0, 0), (2, 0x3fff, 0, 0), (4, 0x7fff, 3, 0), (7, 0xffff, 3, 3)])
  func landlockTakesWhatTheKernelKnows(abi: Int32, files: UInt64, network: UInt64, scopes: UInt64) {
    let known = Enforcement.Landlock(abi: abi)
    #expect(known.files == files)
    #expect(known.network == network)
    #expect(known.scopes == scopes)
  }
}
