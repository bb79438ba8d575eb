import Glibc
@testable import Image
import TestSupport
import Testing

@Suite struct ImagePackerTests {
  /// Those `snap pack --compression` is used with.
  @Test(arguments: ["", "xz", "gzip", "zstd", "lzo", "lz4"]) func packs(name: String) throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree(
      "d",
      [
        "meta/snap.yaml": "name: foo\n", ".git/config": "", ".gitignore": "", "usr/.gitignore": "", "usr/a~": "",
        "usr/.#lock": "", "usr/.a.swp": "", "old.snap": "", "usr/keep.txt": "", "usr/CVS/x": "", "{arch}/x": "",
      ])
    chown("\(tree)/usr/keep.txt", 1000, 1000)
    let target = temporary("foo_1_all.snap")
    try write(Array("what was there before".utf8), to: target)
    try ImagePacker(compression: ImagePacker.compression(named: name)).pack(directory: tree, to: target)

    let reader = try ImageReader(path: target)
    #expect(reader.info.compression.rawValue == (name.isEmpty ? "xz" : name))
    #expect(reader.info.size == ImagePacker.minimumSize)
    #expect(reader.info.bytesUsed < reader.info.size)
    var paths: [String] = []
    try reader.walk(".", limits: WalkLimits()) { (path, status) in
      paths.append(path)
      #expect(status.uid == 0)
      return .continue
    }
    #expect(
      paths == [".", "meta", "meta/snap.yaml", "usr", "usr/.gitignore", "usr/CVS", "usr/CVS/x", "usr/keep.txt"])
    #expect(try DirectoryContainer(path: temporary.path).list(".") == ["d", "foo_1_all.snap"])
  }

  @Test func keepsOwnersOfRootFileSystems() throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["file": "", "a~": ""])
    chown("\(tree)/file", 1000, 1001)
    let through = temporary("link")
    symlink(tree, through)
    let target = temporary("core.snap")
    try ImagePacker(compression: .gzip, keepsOwners: true, excludesDefaults: false).pack(directory: through, to: target)
    let reader = try ImageReader(path: target)
    let status = try #require(try reader.status("file"))
    #expect((status.uid, status.gid) == (1000, 1001))
    #expect(try reader.list(".") == ["a~", "file"])
  }

  @Test func passesTheReferencesOptions() {
    let arguments = ImagePacker(compression: .lzo).arguments(directory: "/d", target: "/t")
    #expect(
      arguments.prefix(11) == [
        "/d/.", "/t", "-noappend", "-comp", "lzo", "-no-fragments", "-no-progress", "-all-root", "-no-xattrs",
        "-wildcards", "-e",
      ])
  }

  /// The tool is a script; the target's directory has to be as before.
  @Test(arguments: [
    ("exit 3", "mksquashfs call failed: exit status 3"),
    ("kill -9 $$", "mksquashfs call failed: signal 9"),
    ("echo half > $2; echo cannot; exit 1", "mksquashfs call failed: cannot"),
    ("echo a; echo b >&2; exit 1", "mksquashfs call failed: \n-----\na\nb\n-----"),
    ("yes | head -c 1000000; exit 0", nil),
  ]) func reportsTheToolsFailure(script: String, message: String?) throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["file": "", "tool": "#!/bin/sh\n\(script)\n"])
    chmod("\(tree)/tool", 0o755)
    var found: PackError?
    do throws(PackError) {
      try ImagePacker(tool: "\(tree)/tool").pack(directory: tree, to: temporary("x.snap"))
    } catch { found = error }
    if let message { #expect(found?.description == message) } else { #expect(found != nil) }
    #expect(try DirectoryContainer(path: temporary.path).list(".") == ["d"])
  }

  @Test func refusesUnknownCompressionAndPlaces() throws {
    let temporary = try TemporaryDirectory()
    #expect(throws: PackError.compression("silly")) { try ImagePacker.compression(named: "silly") }
    #expect(PackError.compression("silly").description == "cannot use compression \"silly\"")
    let tree = try temporary.tree("d", ["file": ""])
    #expect(throws: PackError.self) { try ImagePacker().pack(directory: tree, to: temporary("no/x.snap")) }
    #expect(throws: PackError.self) { try ImagePacker().pack(directory: temporary("none"), to: temporary("x.snap")) }
    #expect(try DirectoryContainer(path: temporary.path).list(".") == ["d"])
  }

  /// The signal is already waiting, in this thread only, when the work begins.
  @Test func leavesNothingBehindWhenInterrupted() throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["tool": "#!/bin/sh\necho half > \"$2\"\nexec sleep 60\n"])
    chmod("\(tree)/tool", 0o755)
    var interrupt = sigset_t()
    var before = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    pthread_sigmask(SIG_BLOCK, &interrupt, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    pthread_kill(pthread_self(), SIGINT)
    #expect(throws: PackError.interrupted(signal: SIGINT)) {
      try ImagePacker(tool: "\(tree)/tool").pack(directory: tree, to: temporary("x.snap"))
    }
    #expect(try DirectoryContainer(path: temporary.path).list(".") == ["d"])
  }
}
