import Glibc
import Host
import Image
import Linux
import Snap
import Synchronization
import TestSupport
import Testing

@testable import Desktop

/// A machine's directories, and a snap's content.
final class DesktopMachine: Sendable {
  let temporary: TemporaryDirectory
  let directories: Directories
  /// The commands that were run.
  let commands = Mutex<[[String]]>([])

  init() throws {
    temporary = try TemporaryDirectory()
    directories = Directories(root: temporary.path + "/root")
    try Files.makeDirectories(directories.library)
  }

  func integration(hasTools: Bool = true, fails: Bool = false) -> DesktopIntegration {
    DesktopIntegration(
      directories: directories,
      caches: DesktopCaches { [self] (command) throws(SyscallError) in
        commands.withLock { $0.append(command) }
        guard hasTools else { return nil }
        return ProcessResult(status: .exited(fails ? 1 : 0))
      },
      serviceCommand: { scope, name in "/usr/bin/snap run \(name)" })
  }

  func run() -> [[String]] {
    commands.withLock { list in
      defer { list = [] }; return list
    }
  }

  /// A content with these files: text by path.
  func content(_ files: [String: String]) throws -> DirectoryContainer {
    let place = temporary.path + "/content-\(UInt64.random(in: 0 ... .max))"
    try Files.makeDirectories(place)
    for (path, text) in files {
      let whole = place + "/" + path
      try Files.makeDirectories(String(whole[..<(whole.lastIndex(of: "/") ?? whole.endIndex)]))
      if text.hasPrefix("-> ") {
        symlink(String(text.dropFirst(3)), whole)
      } else {
        try Files.writeAtomically(Array(text.utf8), to: whole, mode: 0o644, durable: false)
      }
    }
    return try DirectoryContainer(path: place)
  }

  /// What is below a directory of the library: paths and contents, or targets of links.
  func tree(_ directory: String) throws -> [String: String] {
    guard try Files.status(directory) != nil else { return [:] }
    var found: [String: String] = [:]
    for name in try Files.list(directory) {
      let path = "\(directory)/\(name)"
      switch try Files.status(path, followSymlinks: false)?.kind {
      case .directory: for (inner, text) in try tree(path) { found["\(name)/\(inner)"] = text }
      case .symlink: found[name] = "-> " + (try Files.readSymlink(path))
      default: found[name] = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
      }
    }
    return found
  }
}

@Suite struct DesktopIntegrationTests {
  static let yaml = """
    name: foo
    version: 1
    plugs:
      desktop:
        desktop-file-ids: [org.example.Foo]
    slots:
      one: {interface: dbus, bus: system, name: org.example.One}
      two: {interface: dbus, bus: session, name: org.example.Two}
    apps:
      foo: {command: bin/foo, completer: complete.bash, common-id: org.example.Foo}
      bar: {command: bin/bar}
      one: {command: bin/one, daemon: simple, activates-on: [one], completer: complete.bash}
      two: {command: bin/two, daemon: simple, daemon-scope: user, activates-on: [two]}
    """
  let info: SnapInfo
  let foo: InstanceName

  init() throws {
    info = try SnapInfo(yaml: Array(Self.yaml.utf8))
    foo = try InstanceName("foo")
  }

  static let files = [
    "meta/gui/bar.desktop": "[Desktop Entry]\nName=Bar\nExec=foo.bar %f\nIcon=snap.foo.bar\nTryExec=sh\n",
    "meta/gui/org.example.Foo.desktop": "[Desktop Entry]\nName=Foo\nExec=foo\n",
    "meta/gui/a b.desktop": "[Desktop Entry]\nName=Odd\n",
    "meta/gui/icon.png": "icon",
    "meta/gui/icons/hicolor/48x48/apps/snap.foo.bar.png": "png",
    "meta/gui/icons/hicolor/scalable/apps/snap.foo.bar.svg": "svg",
    // What is no icon of the snap's.
    "meta/gui/icons/hicolor/48x48/apps/bar.png": "x", "meta/gui/icons/hicolor/48x48/apps/snap.other.bar.png": "x",
    "meta/gui/icons/hicolor/48x48/apps/snap.foo.bar.gif": "x", "meta/gui/icons/snap.foo/snap.foo.x.png": "x",
  ]

  @Test func everythingOfASnapComesAndGoes() throws {
    let machine = try DesktopMachine()
    let desktop = machine.integration()
    let container = try machine.content(Self.files)
    #expect(try desktop.set(info, of: foo, in: container) == [])
    let library = machine.directories.library
    let applications = try machine.tree(machine.directories.desktopFiles)
    #expect(
      applications == [
        "foo_bar.desktop":
          "[Desktop Entry]\nX-SnapInstanceName=foo\nName=Bar\nX-SnapAppName=bar\nExec=/snap/bin/foo.bar %f\n"
          + "Icon=snap.foo.bar\n",
        "org.example.Foo.desktop":
          "[Desktop Entry]\nX-SnapInstanceName=foo\nName=Foo\nX-SnapAppName=foo\nX-SnapCommonID=org.example.Foo\n"
          + "Exec=/snap/bin/foo\n",
        "foo_a_b.desktop": "[Desktop Entry]\nX-SnapInstanceName=foo\nName=Odd\n",
      ])
    #expect(
      try machine.tree(machine.directories.desktopIcons) == [
        "hicolor/48x48/apps/snap.foo.bar.png": "png", "hicolor/scalable/apps/snap.foo.bar.svg": "svg",
      ])
    #expect(
      try machine.tree(machine.directories.completions) == ["foo": "-> ../../../../../../usr/lib/snapd/complete.sh"])
    #expect(
      try machine.tree(library + "/dbus-1") == [
        "system-services/org.example.One.service": """
        [D-BUS Service]
        Name=org.example.One
        Comment=Bus name for snap application foo.one
        SystemdService=snap.foo.one.service
        Exec=/usr/bin/snap run foo.one
        AssumedAppArmorLabel=snap.foo.one
        User=root
        X-Snap=foo

        """,
        "services/org.example.Two.service": """
        [D-BUS Service]
        Name=org.example.Two
        Comment=Bus name for snap application foo.two
        SystemdService=snap.foo.two.service
        Exec=/usr/bin/snap run foo.two
        AssumedAppArmorLabel=snap.foo.two
        X-Snap=foo

        """,
      ])
    // One run for each index, and none when nothing changes.
    let icons = machine.directories.desktopIcons + "/hicolor"
    #expect(
      machine.run() == [
        ["update-desktop-database", "--quiet", machine.directories.desktopFiles],
        ["gtk-update-icon-cache", "--force", "--quiet", "--ignore-theme-index", "--index-only", icons],
      ])
    #expect(try desktop.set(info, of: foo, in: container) == [])
    #expect(machine.run() == [])
    #expect(try desktop.inconsistencies(info, of: foo, in: container) == [])
    let place = "/var/lib/snapd/desktop/applications"
    #expect(
      try desktop.installedDesktopFiles() == [
        "foo": [
          "foo": place + "/org.example.Foo.desktop", "bar": place + "/foo_bar.desktop",
          "a_b": place + "/foo_a_b.desktop",
        ]
      ])

    // While it is replaced nothing of it can be started by a bus or completed, and menus stay as they are.
    try CompletionLinks(directories: machine.directories).setAliases(["f": "foo", "b": "foo.bar"], of: "foo")
    #expect(try machine.tree(machine.directories.completions)["f"] == "-> foo")
    #expect(try machine.tree(machine.directories.completions)["b"] == nil)
    try desktop.suspend(foo)
    #expect(try machine.tree(library + "/dbus-1") == [:])
    #expect(try machine.tree(machine.directories.completions) == [:])
    #expect(try machine.tree(machine.directories.desktopFiles) == applications)

    // Another revision has another set; an index of the machine goes with the last icon of a theme.
    let next = try machine.content(["meta/gui/bar.desktop": "[Desktop Entry]\nName=New\nExec=foo.bar\n"])
    try Files.writeAtomically([], to: icons + "/icon-theme.cache", mode: 0o644)
    #expect(try desktop.set(info, of: foo, in: next) == [])
    #expect(try machine.tree(machine.directories.desktopFiles).keys.sorted() == ["foo_bar.desktop"])
    #expect(try Files.list(machine.directories.desktopIcons) == [])
    #expect(machine.run().count == 1)
    #expect(try desktop.strangers([]).count == 4)
    #expect(try desktop.strangers(["foo"]) == [])
    #expect(try desktop.remove(foo) == [])
    #expect(try desktop.strangers([]) == [])
    #expect(try Files.list(machine.directories.pendingArtefacts) == [])
  }

  @Test func parallelInstancesHaveNamesOfTheirOwn() throws {
    let machine = try DesktopMachine()
    let desktop = machine.integration(hasTools: false)
    let key = try InstanceName("foo_key")
    let plain = try SnapInfo(yaml: Array("name: foo\nversion: 1\napps: {foo: {command: x, completer: y}}".utf8))
    let container = try machine.content([
      "meta/gui/foo.desktop": "[Desktop Entry]\nExec=foo\nIcon=snap.foo.x\n", "meta/gui/icons/t/snap.foo.x.svg": "",
    ])
    for instance in [foo, key] { #expect(try desktop.set(plain, of: instance, in: container) == []) }
    #expect(
      try machine.tree(machine.directories.desktopFiles).keys.sorted() == ["foo+key_foo.desktop", "foo_foo.desktop"])
    #expect(
      try machine.tree(machine.directories.desktopFiles)["foo+key_foo.desktop"]
        == "[Desktop Entry]\nX-SnapInstanceName=foo_key\nX-SnapAppName=foo\nExec=/snap/bin/foo_key\n"
        + "Icon=snap.foo_key.x\n")
    #expect(
      try machine.tree(machine.directories.desktopIcons).keys.sorted() == ["t/snap.foo.x.svg", "t/snap.foo_key.x.svg"])
    #expect(try desktop.remove(foo) == [])
    #expect(try machine.tree(machine.directories.desktopFiles).keys.sorted() == ["foo+key_foo.desktop"])
    #expect(try machine.tree(machine.directories.desktopIcons).keys.sorted() == ["t/snap.foo_key.x.svg"])
    #expect(try machine.tree(machine.directories.completions).keys.sorted() == ["foo_key"])
  }

  @Test func filesOfOthersStay() throws {
    let machine = try DesktopMachine()
    let desktop = machine.integration()
    let other = try InstanceName("other")
    let container = try machine.content(Self.files)
    _ = try desktop.set(info, of: foo, in: container)
    var otherInfo = info
    otherInfo.name = other.name
    #expect(throws: DesktopError.taken("org.example.Foo.desktop", by: "foo")) {
      try desktop.set(otherInfo, of: other, in: container)
    }
    #expect(try desktop.strangers(["foo"]) == [])
    let mine = machine.directories.desktopFiles + "/foo_mine.desktop"
    try Files.writeAtomically(Array("[Desktop Entry]\nExec=x\n".utf8), to: mine, mode: 0o644)
    _ = try desktop.remove(foo)
    #expect(try Files.list(machine.directories.desktopFiles) == ["foo_mine.desktop"])
  }

  /// CVE-2024-29068, CVE-2024-29069: what is no file of the snap's own is left out, and said.
  @Test(arguments: [
    ("meta/gui/x.desktop", "-> /etc/passwd"), ("meta/gui/x.desktop", "-> ../../../../../etc/passwd"),
    ("meta/gui/icons/t/snap.foo.x.png", "-> /etc/shadow"), ("meta/gui/x.desktop", "-> missing"),
    ("meta/gui/x.desktop", "-> x.desktop"), ("meta/gui/x.desktop", "no group"),
    ("meta/gui/icons/t\n/snap.foo.x.png", "x"), ("meta/gui/icons/t/snap.foo. .png", "x"),
  ])
  func hostileContent(path: String, text: String) throws {
    let machine = try DesktopMachine()
    let remarks = try machine.integration().set(info, of: foo, in: try machine.content([path: text]))
    #expect(remarks.count == 1, "\(remarks)")
    #expect(
      try machine.tree(machine.directories.library + "/desktop").keys.sorted() == ["bash-completion/completions/foo"])
  }

  @Test func hostileKinds() throws {
    let machine = try DesktopMachine()
    let container = try machine.content([
      "meta/gui/good.desktop": "-> sub/real", "meta/gui/sub/real": "[Desktop Entry]\n",
      "meta/gui/large.desktop": "[Desktop Entry]\n" + String(repeating: "Name=x\n", count: 100_000),
    ])
    mkfifo(container.path + "/meta/gui/pipe.desktop", 0o644)
    mkdir(container.path + "/meta/gui/directory.desktop", 0o755)
    let remarks = try machine.integration().set(info, of: foo, in: container)
    #expect(remarks.count == 3, "\(remarks)")
    #expect(try machine.tree(machine.directories.desktopFiles).keys.sorted() == ["foo_good.desktop"])
    // A link in place of the directory leads nowhere else either.
    let outside = try machine.content(["meta/gui": "-> /usr/share/applications"])
    #expect(try machine.integration().set(info, of: foo, in: outside) == [])
    #expect(try machine.tree(machine.directories.desktopFiles) == [:])
  }

  /// A program that could not be told is told by the next call; one that fails keeps nothing from working.
  @Test func indexesAreMadeAfterAKill() throws {
    let machine = try DesktopMachine()
    let container = try machine.content(Self.files)
    let mark = machine.directories.pendingArtefacts + "/desktop.foo"
    _ = try machine.integration().set(info, of: foo, in: container)
    _ = machine.run()
    try Files.writeAtomically(Array("applications\n".utf8), to: mark, mode: 0o600)
    _ = try machine.integration().set(info, of: foo, in: container)
    #expect(machine.run().map(\.first) == ["update-desktop-database"])
    #expect(try Files.status(mark) == nil)
    let remarks = try machine.integration(fails: true).remove(foo)
    #expect(remarks == ["cannot run update-desktop-database: exit status 1"])
  }
}
