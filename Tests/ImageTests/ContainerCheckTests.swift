import Glibc
import Image
import TestSupport
import Testing

@Suite struct ContainerCheckTests {
  /// A change to a good snap, and what the check then says: the error, and the first line for the log.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var error: String?
    var detail: String?
    var change: @Sendable (String) -> Void
    var testDescription: String { name }

    init(_ name: String, _ error: String?, _ detail: String?, _ change: @escaping @Sendable (String) -> Void) {
      self.name = name
      self.error = error
      self.detail = detail
      self.change = change
    }
  }

  static let missing = "snap is unusable due to missing files"
  static let modes = "snap is unusable due to bad permissions"
  static let links = "snap is unusable due to bad symlinks"

  static let cases = [
    Case("good", nil, nil) { _ in },
    Case("command missing", missing, "in snap \"foo_x\": path \"bin/foo\" does not exist") { unlink("\($0)/bin/foo") },
    Case("completer missing", missing, "in snap \"foo_x\": path \"comp/foo.sh\" does not exist") {
      unlink("\($0)/comp/foo.sh")
    },
    Case("snap.yaml missing", missing, "in snap \"foo_x\": path \"meta/snap.yaml\" does not exist") {
      unlink("\($0)/meta/snap.yaml")
    },
    Case("stop command missing", missing, "in snap \"foo_x\": path \"sub/stop\" does not exist") {
      unlink("\($0)/sub/stop")
    },
    Case(
      "command not executable", modes,
      "in snap \"foo_x\": \"bin/foo\" should be world-readable and executable, and isn't: -rw-r--r--"
    ) { chmod("\($0)/bin/foo", 0o644) },
    Case(
      "directory of a command closed", modes,
      "in snap \"foo_x\": \"bin\" should be world-readable and executable, and isn't: drwx------"
    ) { chmod("\($0)/bin", 0o700) },
    Case(
      "top closed", modes, "in snap \"foo_x\": \".\" should be world-readable and executable, and isn't: drwx------"
    ) { chmod($0, 0o700) },
    Case(
      "meta closed", modes,
      "in snap \"foo_x\": \"meta\" should be world-readable and executable, and isn't: dtrwxr-x---"
    ) { chmod("\($0)/meta", 0o1750) },
    Case("directory of a service closed", nil, nil) { chmod("\($0)/sub", 0o700) },
    Case("service only for its owner", nil, nil) { chmod("\($0)/sub/svc", 0o700) },
    Case(
      "service not executable", modes, "in snap \"foo_x\": \"sub/svc\" should be executable, and isn't: -rw-r--r--"
    ) { chmod("\($0)/sub/svc", 0o644) },
    Case(
      "hook not executable", modes,
      "in snap \"foo_x\": \"meta/hooks/install\" should be executable, and isn't: -rw-r--r--"
    ) { chmod("\($0)/meta/hooks/install", 0o644) },
    Case(
      "snap.yaml secret", modes, "in snap \"foo_x\": \"meta/snap.yaml\" should be world-readable, and isn't: -rw-------"
    ) { chmod("\($0)/meta/snap.yaml", 0o600) },
    Case(
      "icon secret", modes, "in snap \"foo_x\": \"meta/gui/icon.png\" should be world-readable, and isn't: -rw-r-----"
    ) { chmod("\($0)/meta/gui/icon.png", 0o640) },
    Case(
      "completer a pipe", modes, "in snap \"foo_x\": \"comp/foo.sh\" should be a regular file (or a symlink) and isn't"
    ) {
      unlink("\($0)/comp/foo.sh")
      mkfifo("\($0)/comp/foo.sh", 0o644)
    },
    Case(
      "snap.yaml a pipe", modes,
      "in snap \"foo_x\": \"meta/snap.yaml\" should be a regular file (or a symlink) and isn't"
    ) {
      unlink("\($0)/meta/snap.yaml")
      mkfifo("\($0)/meta/snap.yaml", 0o644)
    },
    Case("device in meta", modes, "in snap \"foo_x\": \"meta/null\" should be a regular file (or a symlink) and isn't")
    {
      mknod("\($0)/meta/null", S_IFCHR | 0o666, dev_t(0x103))
    },
    Case(
      "command a directory", modes, "in snap \"foo_x\": \"bin/foo\" should be a regular file (or a symlink) and isn't"
    ) {
      unlink("\($0)/bin/foo")
      mkdir("\($0)/bin/foo", 0o755)
    },
    Case("command a link", nil, nil) {
      unlink("\($0)/bin/foo")
      symlink("/usr/bin/env", "\($0)/bin/foo")
    },
    Case("device elsewhere", nil, nil) { mknod("\($0)/lib/null", S_IFCHR | 0o600, dev_t(0x103)) },
    Case("icon leads out", links, "external symlink found: meta/gui/icon.png -> /etc/shadow") {
      unlink("\($0)/meta/gui/icon.png")
      symlink("/etc/shadow", "\($0)/meta/gui/icon.png")
    },
    Case("icon climbs out", links, "external symlink found: meta/gui/x -> ../../../etc/shadow") {
      symlink("../../../etc/shadow", "\($0)/meta/gui/x")
    },
    Case("hooks elsewhere", links, "meta/hooks directory cannot be a symlink") {
      rename("\($0)/meta/hooks", "\($0)/hooks")
      symlink("../hooks", "\($0)/meta/hooks")
    },
    Case("icon inside", nil, nil) { symlink("../../lib/icon", "\($0)/meta/gui/x") },
    Case(
      "icon inside but secret", modes,
      "in snap \"foo_x\": \"meta/gui/x\" should be world-readable, and isn't: -r--------"
    ) {
      chmod("\($0)/lib/icon", 0o400)
      symlink("../../lib/icon", "\($0)/meta/gui/x")
    },
  ]

  @Test(arguments: cases, [false, true]) func checks(_ item: Case, packed: Bool) throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree(
      "d",
      [
        "meta/snap.yaml": "name: foo\n", "meta/hooks/install": "", "meta/gui/icon.png": "", "bin/foo": "",
        "sub/svc": "", "sub/stop": "", "comp/foo.sh": "", "lib/secret/": "", "lib/icon": "",
      ])
    for file in ["meta/hooks/install", "bin/foo", "sub/svc", "sub/stop"] { chmod("\(tree)/\(file)", 0o755) }
    chmod("\(tree)/lib/secret", 0o700)
    item.change(tree)
    let requirements = ContainerRequirements(
      snap: "foo_x", commands: ["/bin//foo --flag x", "../outside"],
      serviceCommands: ["./sub/svc", "sub/stop now", ""],
      completers: ["comp/foo.sh"])
    var found: ContainerError?
    do {
      if packed {
        let image = try ImageReader(path: temporary.image("x.snap", of: tree, []))
        try ContainerCheck.check(image, requirements: requirements)
      } else {
        try ContainerCheck.check(DirectoryContainer(path: tree), requirements: requirements)
      }
    } catch let error as ContainerError {
      found = error
    }
    #expect(found?.description == item.error)
    #expect(found?.details.first == item.detail)
  }
}
