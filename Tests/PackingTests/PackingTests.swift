import Image
import Linux
import Packing
import Snap
import TestSupport
import Testing

/// Real directories, packed and checked.
struct PackingTests {
  static let yaml = """
    name: foo
    version: "1.0"
    base: core22
    apps:
      foo: {command: bin/foo --flag, completer: comp/foo.sh}
      svc: {command: sbin/svc, daemon: simple, stop-command: sbin/stop}
    """

  /// A change of a good tree by shell commands, and what is said of it.
  struct Case: Sendable, CustomTestStringConvertible {
    var change: String
    var problem: String?
    var testDescription: String { change }

    init(_ change: String, _ problem: String? = nil) {
      self.change = change
      self.problem = problem
    }
  }

  static let missing = "snap is unusable due to missing files"
  static let modes = "snap is unusable due to bad permissions"
  static let links = "snap is unusable due to bad symlinks"

  static let cases = [
    Case("true"),
    Case("rm bin/foo", missing), Case("rm -r sbin", missing), Case("rm sbin/stop", missing),
    Case("rm comp/foo.sh", missing),
    Case("chmod 644 bin/foo", modes), Case("chmod 711 bin/foo", modes), Case("chmod 644 sbin/stop", modes),
    // A service is root's: others need not read it, nor enter where it lies.
    Case("chmod 700 sbin/svc sbin"),
    Case("chmod 700 bin", modes), Case("chmod 700 .", modes), Case("chmod 700 meta", modes),
    Case("chmod 600 meta/snap.yaml", modes), Case("chmod 600 comp/foo.sh", modes),
    Case("rm bin/foo; mkdir bin/foo", modes), Case("rm bin/foo; mkfifo -m 755 bin/foo", modes),
    Case("mkfifo -m 644 meta/pipe", modes), Case("mknod -m 644 meta/null c 1 3", modes),
    Case("mkdir meta/hooks; touch meta/hooks/install", modes),
    Case("mkdir meta/hooks; install -m 755 bin/foo meta/hooks/install"),
    Case("ln -s /etc/passwd meta/icon.png", links), Case("ln -s ../../x meta/icon.png", links),
    Case("ln -s ../bin/foo meta/icon.png"), Case("ln -sf other bin/foo"),
    Case("mkfifo data"), Case("mknod dev c 1 3"),
    Case("rm meta/snap.yaml; mkfifo meta/snap.yaml", "meta/snap.yaml"),
    Case("rm meta/snap.yaml; mkdir meta/snap.yaml", "meta/snap.yaml"),
    Case("rm meta/snap.yaml; ln -s /etc/passwd meta/snap.yaml", "meta/snap.yaml"),
    Case("rm meta/snap.yaml; ln -s snap.yaml meta/snap.yaml", "meta/snap.yaml"),
    Case("rm meta/snap.yaml", "meta/snap.yaml"), Case("rm -r meta", "meta"),
    Case("truncate -s 5M meta/snap.yaml", "meta/snap.yaml"),
    Case("echo 'name: _' > meta/snap.yaml", "invalid snap name: \"_\""),
    Case("echo '{' > meta/snap.yaml", "cannot parse snap.yaml: yaml: line"),
    Case(
      "printf 'base: none\\nname: foo\\nversion: 1\\n' > meta/snap.yaml; mkdir meta/hooks; cp -a bin/foo meta/hooks/remove",
      "cannot have apps or hooks with base \"none\""),
  ]

  private static func tree(_ change: String = "true", _ body: (String) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let top = directory.path
    try Files.makeDirectories(top + "/foo/meta", mode: 0o755)
    try Files.writeAtomically(Array(yaml.utf8), to: top + "/foo/meta/snap.yaml", mode: 0o644)
    let script = """
      umask 022; cd \(top)/foo; mkdir bin sbin comp; printf '#!/bin/sh\\n' > bin/foo
      cp bin/foo sbin/svc; cp bin/foo sbin/stop; chmod 755 */*; cp bin/foo comp/foo.sh; chmod 644 comp/foo.sh meta/*
      \(change)
      """
    let made = try ChildProcess.run(["/bin/bash", "-euc", script], timeout: .seconds(30))
    #expect(made.status == .exited(0))
    try body(top)
  }

  @Test(arguments: cases) func aDirectoryIsChecked(_ example: Case) throws {
    try Self.tree(example.change) { top in
      let problem: String?
      do {
        let container = try DirectoryContainer(path: top + "/foo")
        try SnapInfo(in: container).check(container)
        problem = nil
      } catch {
        problem = "\(error)"
      }
      if let expected = example.problem {
        #expect(problem?.contains(expected) == true, "\(problem ?? "nothing")")
      } else {
        #expect(problem == nil)
      }
    }
  }

  @Test func hooksOfTheDirectoryBelongToTheSnap() throws {
    let hooks = "mkdir meta/hooks; for h in install configure NoHook nothing; do cp -a bin/foo meta/hooks/$h; done"
    try Self.tree(hooks) { top in
      let info = try SnapInfo(in: DirectoryContainer(path: top + "/foo"))
      #expect(info.hooks.map(\.name.rawValue) == ["configure", "install"])
    }
  }

  @Test func aPackedDirectoryIsTheSameSnap() throws {
    try Self.tree { top in
      let packer = SnapPacker(directory: top + "/foo")
      #expect(try packer.checkSkeleton() == [])
      let path = try packer.pack(into: top, fileName: nil, compression: "lzo")
      #expect(path == top + "/foo_1.0_all.snap")
      let image = try ImageReader(path: path)
      let info = try SnapInfo(in: image)
      try info.check(image)
      #expect(info.name.rawValue == "foo" && info.apps.count == 2)
      #expect(try packer.pack(into: top, fileName: "other.snap", compression: nil) == top + "/other.snap")
      #expect(throws: (any Error).self) { try packer.pack(into: top, fileName: nil, compression: "rar") }
    }
  }

  @Test func aSkeletonMayMissWhatIsBuiltLater() throws {
    try Self.tree("rm bin/foo sbin/stop") { top in
      let missing = try SnapPacker(directory: top + "/foo").checkSkeleton()
      #expect(missing.count == 2 && missing.allSatisfy { $0.contains("does not exist") })
    }
    try Self.tree("chmod 644 bin/foo") { top in
      #expect(throws: (any Error).self) { try SnapPacker(directory: top + "/foo").checkSkeleton() }
    }
  }
}
