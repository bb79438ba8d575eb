import Glibc
import Permissions
import TestSupport
import Testing

/// The compiled file's format, and the program that writes it.
struct SeccompProgramsTests {
  static let sample = SeccompPrograms(deny: Array(repeating: 1, count: 16), allow: Array(repeating: 2, count: 8))

  @Test func headerIsTheReferences() {
    let bytes = Self.sample.encoded()
    #expect(bytes.count == 128 + 24)
    #expect(Array(bytes[..<16]) == [0x53, 0x43, 1, 0, 0, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0])
    #expect(bytes[16..<128].allSatisfy { $0 == 0 })
    #expect(bytes[128] == 2 && bytes[136] == 1)
    #expect(SeccompPrograms.none.encoded()[3] == 1)
  }

  @Test func readsBack() throws {
    #expect(try SeccompPrograms(decoding: Self.sample.encoded()) == Self.sample)
    #expect(try SeccompPrograms(decoding: SeccompPrograms.none.encoded()) == .none)
    let real = try SeccompCompiler().compile(SyscallTemplate().source)
    #expect(try SeccompPrograms(decoding: real.encoded()) == real)
  }

  @Test(
    arguments: [
      (0, 0x54), (1, 0), (2, 2), (3, 1), (3, 2), (8, 9), (8, 16), (11, 0xff), (12, 0), (13, 0x80), (15, 0xff), (8, 0),
    ] as [(Int, UInt8)]) func refusesAChangedHeader(_ offset: Int, _ value: UInt8)
  {
    var bytes = Self.sample.encoded()
    bytes[offset] = value
    #expect(throws: SeccompError.self) { try SeccompPrograms(decoding: bytes) }
  }

  @Test func refusesEveryTruncationAndAddition() {
    let bytes = Self.sample.encoded()
    for length in 0..<bytes.count {
      #expect(throws: SeccompError.self) { try SeccompPrograms(decoding: Array(bytes[..<length])) }
    }
    #expect(throws: SeccompError.self) { try SeccompPrograms(decoding: bytes + [0]) }
  }

  @Test func programCompilesDumpsAndFails() throws {
    let temporary = try TemporaryDirectory()
    defer { withExtendedLifetime(temporary) {} }
    let directory = temporary.path
    func write(_ text: String, _ name: String) {
      let file = open(directory + name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      defer { close(file) }
      _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
    }
    write("# comment\nread\n~ptrace\n", "/a.src")
    #expect(FilterCommand.run(["compile", directory + "/a.src", directory + "/a.bin2"]).status == 0)
    let dump = FilterCommand.run(["dump", directory + "/a.bin2"])
    #expect(dump.status == 0 && dump.output.contains("deny:") && dump.output.contains("allow:"))
    write("read bad!", "/bad.src")
    let failed = FilterCommand.run(["compile", directory + "/bad.src", directory + "/a.bin2"])
    #expect(failed.status == 1)
    #expect(failed.errors == "error: cannot parse line: cannot parse token \"bad!\" (line \"read bad!\")\n")
    #expect(FilterCommand.run(["dump", directory + "/a.bin2"]) == dump, "a failure leaves the old file")
    #expect(FilterCommand.run(["dump", directory + "/bad.src"]).status == 1)
    #expect(mkfifo(directory + "/fifo", 0o600) == 0)
    #expect(FilterCommand.run(["dump", directory + "/fifo"]).status == 1)
    #expect(FilterCommand.run(["compile"]).status == 1)
    #expect(FilterCommand.run([]).status == 1)
    #expect(FilterCommand.run(["library-version"]).output.utf8.contains(UInt8(ascii: ".")))
    #expect(FilterCommand.run(["version-info"]).output.contains("bpf-actlog"))
  }

  @Test func boundingSetIsWhatTheTableGrants() {
    #expect(PermissionSet().capabilityMask(users: []) == 1 << 14 | 1 << 18)
    #expect(PermissionSet().capabilityMask(users: [.daemon]) == 1 << 14 | 1 << 18 | 1 << 7 | 1 << 6 | 1 << 0)
  }

  @Test func defaultFilesKeepRevisionsApart() {
    let rules = DefaultFileGrants(name: "foo", instance: "foo_x", revision: "7", base: "core22").rules
    func access(_ path: String, _ anchor: DefaultFileGrants.Anchor = .root) -> UInt64? {
      rules.last { $0.path == path && $0.anchor == anchor }?.access
    }
    #expect(access("/var/snap/foo").map { $0 & Landlock.writeFile } == 0)
    #expect(access("/var/snap/foo/7").map { $0 & Landlock.writeFile } != 0)
    #expect(access("snap/foo_x", .home).map { $0 & Landlock.writeFile } == 0)
    #expect(access("snap/foo_x/common", .home).map { $0 & Landlock.writeFile } != 0)
    #expect(access("/proc").map { $0 & Landlock.writeFile } == 0)
    #expect(access("/") == Landlock.readDirectory)
    let nodes = Landlock.makeCharacterDevice | Landlock.makeBlockDevice
    #expect(rules.allSatisfy { $0.access & nodes == 0 })
  }

  @Test(arguments: ["foo", "", "/a/../b", "/a//b", "/a\nb", "/a\"b", "$HOME", "$HOMEX/a", "/./a"])
  func refusesBadPatterns(_ text: String) {
    #expect(throws: PathPattern.Invalid.self) { try PathPattern(text) }
  }

  @Test(arguments: ["/a/**", "$HOME/.x/*", "/dev/video[0-9]*", "/{,usr/}bin/", "/"])
  func takesPatterns(_ text: String) throws { #expect(try PathPattern(text).rawValue == text) }
}
