import Host
import LaunchPlan
import LaunchPlanning
import Linux
import Permissions
import Snap
import TestSupport
import Testing

/// What a sandbox shows, step by step.
struct ViewTests {
  static func view(_ layouts: [Layout] = [], image: FakeTree = FakeTree("/bin/,/lib/,/lib/data/"))
    throws -> [String]
  {
    try planner(image: image).plans(for: subject(layouts: layouts), base: core22).plans[0].view.map(\.line)
  }

  @Test func strictView() throws {
    #expect(
      try Self.view() == [
        "tree /snap/core22/100 / -[boot dev home lost+found media mnt proc root run snap sys tmp] rosd",
        "tree /snap/core22/100/etc /etc -[group hosts localtime passwd resolv.conf] rosd",
        "tree /snap/core22/100/var /var -[lock run snap tmp] rosd",
        "tree /snap/core22/100/var/lib /var/lib -[snapd] rosd",
        "bind /etc/resolv.conf /etc/resolv.conf osdx?l", "bind /etc/group /etc/group osdx?l",
        "bind /etc/hosts /etc/hosts osdx?l", "bind /etc/localtime /etc/localtime osdx?l",
        "bind /etc/passwd /etc/passwd osdx?l",
        "tmpfs /dev 755", "bind /dev/null /dev/null sx", "bind /dev/zero /dev/zero sx", "bind /dev/full /dev/full sx",
        "bind /dev/random /dev/random sx", "bind /dev/urandom /dev/urandom sx", "bind /dev/tty /dev/tty sx",
        "devpts /dev/pts", "tmpfs /dev/shm 1777", "link /dev/fd /proc/self/fd", "link /dev/stdin /proc/self/fd/0",
        "link /dev/stdout /proc/self/fd/1", "link /dev/stderr /proc/self/fd/2",
        "link /dev/log /run/systemd/journal/dev-log",
        "proc /proc hidden", "bind /sys /sys osdx", "bind /sys/fs/cgroup /sys/fs/cgroup rosdx?",
        "tmpfs /run 755", "dir /run/lock 755", "tmpfs /run/snap.foo 755", "tmpfs /run/lock/snap.foo 755",
        "bind /run/snapd-snap.socket /run/snapd-snap.socket sdx?",
        "bind /run/snapd/snap-socket /run/snapd/snap-socket sdx?",
        "bind /run/systemd/journal/socket /run/systemd/journal/socket sdx?",
        "bind /run/systemd/journal/stdout /run/systemd/journal/stdout sdx?",
        "bind /run/systemd/journal/dev-log /run/systemd/journal/dev-log sdx?",
        "userrun /run/user /run/user", "link /var/run /run", "link /var/lock /run/lock",
        "dir /snap 755", "bind /snap/foo /snap/foo rosd", "bind /var/snap/foo /var/snap/foo rsd",
        "bind /snap/core22 /snap/core22 rosd?", "private /var/lib/snapd/private-tmp/snap.foo /tmp",
        "bind /usr/lib/snapd /usr/lib/snapd osd?",
        "dir /home 755", "dir /root 700", "dir /media 755", "dir /mnt 755", "dir /var/tmp 755",
        "dir /var/lib/snapd/void 111", "userdata /home /root",
        "seal /var/lib", "seal /var", "seal /run", "seal /etc", "seal /dev", "seal /",
      ])
  }

  /// Homes elsewhere: their directories are there, whatever the base has in their place, and they may be used.
  @Test func homes() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    try Files.makeDirectories(directories.library)
    try SystemParameters(homeDirectories: ["/data", "/opt/homes", "/usr/bin/tool/h", "/home/deep", "/etc/demo"])
      .write(directories)
    func lines(_ confinement: LaunchPlan.Confinement) throws -> [String] {
      try planner(prefix: directory.path).plans(for: subject("foo", confinement), base: core22).plans[0].view.map(
        \.line)
    }
    let strict = try lines(.strict)
    for part in [
      "/ -[boot data dev home", "/opt -[homes] rosd", "/usr/bin -[tool] rosd", "/etc -[demo group hosts",
      "userdata /home /root /data /opt/homes /usr/bin/tool/h", "dir /data 755", "dir /opt/homes 755",
    ] { #expect(strict.contains { $0.contains(part) }, "no \(part) in \(strict)") }
    let devmode = try lines(.devmode)
    for part in ["bind /data /data", "bind /opt/homes /opt/homes"] {
      #expect(devmode.contains { $0.hasPrefix(part) }, "no \(part) in \(devmode)")
    }
    try directory.remove()
  }

  /// `snapctl` is there whatever the base has: its directories become copies that can grow.
  @Test(
    arguments: [
      ("/usr/,/usr/bin/,/usr/lib/", ["/usr/bin", "/usr/lib"], true),
      ("/usr/,/usr/bin/,/usr/lib/,/usr/lib/snapd/", ["/usr/bin"], true),
      ("/usr/,/usr/bin/,/usr/lib/,/usr/lib/snapd/,/usr/bin/snapctl -> ../lib/snapd/snapctl", [], true),
      ("/usr/", [], false),
    ])
  func snapctl(base: String, copied: [String], isThere: Bool) throws {
    for confinement in [LaunchPlan.Confinement.strict, .devmode] {
      let plan = try planner(base: FakeTree(base)).plans(for: subject("foo", confinement), base: core22).plans[0]
      let view = plan.view.map(\.line)
      for directory in ["/usr/bin", "/usr/lib"] {
        #expect(
          view.contains { $0.hasPrefix("tree /snap/core22/100\(directory) \(directory) ") }
            == copied.contains(directory))
      }
      #expect(view.contains { $0.hasPrefix("bind /usr/lib/snapd /usr/lib/snapd ") } == isThere)
      #expect(view.contains("link /usr/bin/snapctl ../lib/snapd/snapctl") == copied.contains("/usr/bin"))
    }
  }

  /// A layout, the steps it must bring, and the mimics' lines it must change or add.
  @Test(
    arguments: [
      // Onto what is there.
      ("/usr/share/demo", .bind("$SNAP/lib"), ["bind /snap/foo/7/lib /usr/share/demo rsd"]),
      ("/usr/bin/tool", .bindFile("$SNAP_DATA/tool"), ["bind /var/snap/foo/7/tool /usr/bin/tool sd"]),
      ("/var/lib/demo", .tmpfs, ["tmpfs /var/lib/demo 755"]),
      ("/etc/demo", .bind("$SNAP_COMMON/etc"), ["bind /var/snap/foo/common/etc /etc/demo rsd"]),
      // Beside it: the directory becomes a copy that can grow.
      (
        "/usr/share/new", .bind("$SNAP/lib"),
        [
          "tree /snap/core22/100/usr/share /usr/share -[] rosd", "bind /snap/foo/7/lib /usr/share/new rsd",
          "seal /usr/share",
        ]
      ),
      (
        "/usr/share/a/b/c", .tmpfs,
        ["tree /snap/core22/100/usr/share /usr/share -[] rosd", "tmpfs /usr/share/a/b/c 755"]
      ),
      (
        "/opt/vendor", .symlink("$SNAP/lib"),
        ["tree /snap/core22/100/opt /opt -[] rosd", "link /opt/vendor /snap/foo/7/lib"]
      ),
      // In its place.
      (
        "/usr/share/demo", .symlink("$SNAP/lib"),
        ["tree /snap/core22/100/usr/share /usr/share -[demo] rosd", "link /usr/share/demo /snap/foo/7/lib"]
      ),
      (
        "/opt", .symlink("$SNAP/lib"),
        [
          "tree /snap/core22/100 / -[boot dev home lost+found media mnt opt proc root run snap sys tmp] rosd",
          "link /opt /snap/foo/7/lib",
        ]
      ),
      // Through the base's own links, which the launcher would refuse to follow.
      (
        "/lib/new", .bind("$SNAP/lib"),
        ["tree /snap/core22/100/usr/lib /usr/lib -[] rosd", "bind /snap/foo/7/lib /usr/lib/new rsd"]
      ),
      // Where the view has a tmpfs anyway.
      ("/etc/new", .symlink("$SNAP_DATA/new"), ["link /etc/new /var/snap/foo/7/new"]),
      ("/srv/x", .bind("$SNAP/lib"), ["bind /snap/foo/7/lib /srv/x rsd"]),
      ("/mnt/x", .bind("$SNAP/lib"), ["bind /snap/foo/7/lib /mnt/x rsd"]),
      // In the snap itself.
      ("$SNAP/lib/data", .bind("$SNAP_DATA/d"), ["bind /var/snap/foo/7/d /snap/foo/7/lib/data rsd"]),
      (
        "$SNAP/lib/new", .bind("$SNAP_DATA/d"),
        [
          "tree /snap/foo/7/lib /snap/foo/7/lib -[] rosd", "bind /var/snap/foo/7/d /snap/foo/7/lib/new rsd",
          "seal /snap/foo/7/lib",
        ]
      ),
    ] as [(String, Layout.Content, [String])])
  func layouts(_ path: String, _ content: Layout.Content, _ expected: [String]) throws {
    let view = try Self.view([.init(path: path, content: content)])
    var position = -1
    for line in expected {
      let found = view.firstIndex(of: line)
      #expect(found != nil, "\(line) is missing from \(view.joined(separator: "\n"))")
      if let found {
        #expect(found > position, "\(line) comes too early")
        position = found
      }
    }
    let plain = try Self.view()
    let mimics = expected.filter { $0.hasPrefix("tree ") && !$0.hasPrefix("tree /snap/core22/100 / ") }.count
    #expect(view.filter { $0.hasPrefix("tree ") }.count == plain.filter { $0.hasPrefix("tree ") }.count + mimics)
    #expect(view.last == "seal /")
  }

  @Test func aLayoutReplacesTheMachinesFile() throws {
    let view = try Self.view([.init(path: "/etc/hosts", content: .bindFile("$SNAP_DATA/hosts"))])
    #expect(!view.contains { $0.hasPrefix("bind /etc/hosts ") })
    #expect(view.contains("bind /var/snap/foo/7/hosts /etc/hosts sd"))
  }

  @Test func sourcesInDataAreNamed() throws {
    let items: [Layout] = [
      .init(path: "/opt/a", content: .bind("$SNAP_DATA/a/b")),
      .init(path: "/opt/f", content: .bindFile("$SNAP_COMMON/f")),
      .init(path: "/opt/s", content: .bind("$SNAP/s")),
    ]
    let sources = try planner().plans(for: subject(layouts: items), base: core22).layoutSources
    #expect(
      sources.map { "\($0.place) \($0.path) \($0.isFile)" } == [
        "/var/snap/foo/7 /a/b false", "/var/snap/foo/common /f true",
      ])
  }

  /// Attempts to reach what no layout may, or to carry text into a policy (CVE-2021-4120).
  @Test(arguments: [
    "/dev/x", "/proc/x", "/sys", "/run/x", "/tmp/x", "/var/snap/other/x", "/var/lib/snapd/x", "/home/u",
    "/snap/other/1",
    "/snap", "/snap/foo/8/x", "/newtop/x", "/", "opt/x", "/opt/../etc", "/opt//x", "/opt/x/", "/opt/$SNAP", "$SNAPX/a",
    "$HOME/x", "/opt/a\nmount options=(rw) /,", "/opt/a\0b", "/var/run/x", "/usr/share/data/x", "/usr/share/out/x",
    "/usr/share/loop/x", "$SNAP/../8/x", "/lib/modules/x", "/boot/x", "/usr/bin/tool/x", "/escape/x",
    "/var/lib/snapd/\u{301}x", "/var/run/\u{301}x", "/lib/modules/\u{301}x", "/usr/share/data/\u{301}x",
    "/home/\u{301}x",
    "/opt/../\u{301}x", "/opt/$\u{301}",
  ]) func refusesPlaces(_ path: String) {
    #expect(throws: PlanningError.self) { try Self.view([.init(path: path, content: .tmpfs)]) }
  }

  @Test(arguments: [
    "/etc/shadow", "$SNAP_DATA/../../other", "$HOME/x", "/var/snap/other/1", "/snap/other/1", "$SNAP/a\nb", "", "x",
    "$SNAP/..", "$SNAP_DATAX", "$SNAP_DATA/../\u{301}x", "/etc/\u{301}x",
  ]) func refusesSources(_ source: String) {
    #expect(throws: PlanningError.self) { try Self.view([.init(path: "/opt/x", content: .bind(source))]) }
    #expect(throws: PlanningError.self) { try Self.view([.init(path: "/opt/x", content: .bindFile(source))]) }
  }

  @Test func refusesTwoLayoutsAtOnePlaceBehindALink() {
    let items: [Layout] = [
      .init(path: "/lib/new", content: .tmpfs), .init(path: "/usr/lib/new", content: .tmpfs),
    ]
    #expect(throws: PlanningError.layout(path: "/usr/lib/new", reason: "another layout has the same place")) {
      try Self.view(items)
    }
  }

  @Test func errorsNameThePathWithoutRepeatingControlBytes() {
    let error = PlanningError.layout(path: "/a\n\u{1b}[31m", reason: "not a clean path")
    #expect("\(error)" == "cannot use layout \"/a??[31m\": not a clean path")
  }
}
