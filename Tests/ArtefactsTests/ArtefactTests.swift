import Glibc
import Host
import Linux
import Permissions
import Snap
import Synchronization
import TestSupport
import Testing

@testable import Artefacts

/// A root of its own with tools that write down what they are asked.
struct Bench {
  let root: String
  let calls = Calls()
  var appArmor: AppArmorFeatures?
  /// Programs that fail, with what they say.
  var failing: [String: String] = [:]
  var hasUdev = true

  final class Calls: Sendable {
    private let list = Mutex<[String]>([])
    func add(_ call: [String]) { list.withLock { $0.append(call.joined(separator: " ")) } }
    func take() -> [String] {
      list.withLock { list in
        defer { list = [] }
        return list
      }
    }
  }

  var directories: Directories { Directories(root: root) }

  var artefacts: Artefacts {
    let (calls, failing, appArmor) = (calls, failing, appArmor)
    var tools = MachineTools(
      run: { (command) throws(SyscallError) in
        calls.add(command)
        let said = failing[command.prefix(2).joined(separator: " ")]
        return ProcessResult(
          status: .exited(said == nil ? 0 : 1), errorOutput: [UInt8]((said ?? "").utf8))
      }, appArmor: { appArmor }, hasUdev: hasUdev, sys: root + "/sys", dev: root + "/dev")
    tools.busSocket = root + "/bus"
    return Artefacts(directories: directories, tools: tools)
  }

  /// Every file below the root but directories, with its text.
  func files() throws -> [String: String] {
    var found: [String: String] = [:]
    func walk(_ path: String) throws {
      for name in try Files.list(root + path) {
        let (path, full) = ("\(path)/\(name)", "\(root)\(path)/\(name)")
        guard !path.hasPrefix("/sys"), !path.hasPrefix("/snap/"), !path.hasPrefix("/dev") else { continue }
        switch try Files.status(full, followSymlinks: false)?.kind {
        case .directory: try walk(path)
        case .symlink: found[path] = "-> " + (try Files.readSymlink(full))
        default: found[path] = String(decoding: try Files.read(full, limit: 1 << 20), as: UTF8.self)
        }
      }
    }
    try walk("")
    return found
  }
}

func subject(
  _ instance: String = "foo", parts: [GrantPart] = [], tags: [String] = ["app"],
  confinement: AppArmorProfile.Confinement = .strict, image: String = "/nonexistent"
) throws -> ArtefactSubject {
  let name = try InstanceName(instance)
  return ArtefactSubject(
    instance: name, revision: try Revision("7"), confinement: confinement, base: .core,
    tags: try tags.map { .app(try AppName($0), of: name) }, parts: parts, image: image)
}

func part(
  _ interface: String, _ tags: [String] = ["app"], of instance: String = "foo",
  _ change: (inout PermissionSet) throws -> Void
) throws -> GrantPart {
  var grants = PermissionSet()
  try change(&grants)
  let name = try InstanceName(instance)
  return GrantPart(interface: interface, tags: try tags.map { .app(try AppName($0), of: name) }, grants: grants)
}

@Suite struct ArtefactTests {
  private func rich(_ instance: String = "foo") throws -> ArtefactSubject {
    try subject(
      instance,
      parts: [
        part("camera", of: instance) {
          $0.udev = [try UdevRule(#"KERNEL=="video[0-9]*""#)]
          $0.files("rw", "/dev/video[0-9]*")
        },
        part("serial-port", [], of: instance) {
          $0.deviceLinks = [DeviceLink(try UdevRule(#"SUBSYSTEM=="tty""#), name: "serial-port-gps")]
        },
        part("kernel-module-load", of: instance) {
          $0.modules = [
            try KernelModule("zram"), try KernelModule("bad", .denied),
            try KernelModule("mac80211", .dynamic, options: ["a=1"]),
          ]
        },
        part("dbus", of: instance) {
          $0.busPolicies = [BusPolicy(.user("root"), [.own(try PatternText("org.example.Foo"))])]
        },
      ])
  }

  /// Each part has its file, nobody else's is touched, a repetition writes and tells nothing, and all goes again.
  @Test func filesComeAndGo() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      for name in ["/etc/udev/rules.d", "/etc/modprobe.d"] { try Files.makeDirectories(root + name) }
      try Files.writeAtomically([UInt8]("mine".utf8), to: root + "/etc/udev/rules.d/70-snap.foo-bar.rules", mode: 0o644)
      try Files.writeAtomically([UInt8]("theirs".utf8), to: root + "/etc/modprobe.d/other.conf", mode: 0o644)
      try Files.writeAtomically([], to: root + "/bus", mode: 0o644)
      let before = try bench.files()

      #expect(try bench.artefacts.write(rich()) == [])
      let files = try bench.files()
      #expect(
        Set(files.keys).subtracting(before.keys) == [
          "/etc/udev/rules.d/70-snap.foo.rules", "/etc/modules-load.d/snap.foo.conf", "/etc/modprobe.d/snap.foo.conf",
          "/etc/dbus-1/system.d/snap.foo.app.conf", "/var/lib/snapd/cgroup/snap.foo.device",
          "/var/lib/snapd/seccomp/bpf/snap.foo.app.src",
        ])
      let rules = files["/etc/udev/rules.d/70-snap.foo.rules"] ?? ""
      #expect(rules.contains(#"KERNEL=="video[0-9]*", TAG+="snap_foo_app""#))
      #expect(rules.contains(#"SUBSYSTEM=="tty", SYMLINK+="serial-port-gps""#))
      #expect(files["/etc/modules-load.d/snap.foo.conf"]?.contains("\nzram\n") == true)
      #expect(files["/etc/modprobe.d/snap.foo.conf"]?.contains("\nblacklist bad\noptions mac80211 a=1\n") == true)
      #expect(
        bench.calls.take() == [
          "busctl --system --timeout=10 call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig",
          "udevadm control --reload-rules", "udevadm trigger --subsystem-nomatch=input",
          "udevadm trigger --property-match=ID_INPUT_JOYSTICK=1", "udevadm settle --timeout=10",
          "modprobe --syslog zram",
        ])
      #expect(try bench.artefacts.inconsistencies(rich()) == [])

      #expect(try bench.artefacts.write(rich()) == [])
      #expect(bench.calls.take() == [])
      #expect(try bench.files() == files)

      // Without the connections: the filter's source stays.
      let bare = try subject()
      #expect(try bench.artefacts.inconsistencies(bare).count == 5)
      #expect(try bench.artefacts.write(bare) == [])
      #expect(
        Set(try bench.files().keys).subtracting(before.keys) == ["/var/lib/snapd/seccomp/bpf/snap.foo.app.src"])
      #expect(bench.calls.take().count == 5)
      #expect(try bench.artefacts.strangers(["foo-bar"]) == [root + "/var/lib/snapd/seccomp/bpf/snap.foo.app.src"])
      #expect(try bench.artefacts.remove(InstanceName("foo")) == [])
      #expect(try bench.files() == before)
      #expect(try bench.artefacts.strangers(["foo-bar"]) == [])
    }
  }

  /// Killed between the files and the telling, the next one tells; a program that fails leaves the mark.
  @Test func whatWasNotToldIsToldLater() throws {
    try withTemporaryDirectory { root in
      var bench = Bench(root: root, failing: ["udevadm control": "no daemon"])
      #expect(throws: ToolError.self) { _ = try bench.artefacts.write(rich()) }
      #expect(try bench.files()["/run/snapd/artefacts/udev.foo"] != nil)
      _ = bench.calls.take()
      bench.failing = [:]
      #expect(try bench.artefacts.write(rich()) == [])
      #expect(bench.calls.take().first == "udevadm control --reload-rules")
      #expect(try bench.files().keys.filter { $0.hasPrefix("/run") } == [])
      // A module that the kernel does not have is said, and keeps nothing from working.
      bench.failing = ["modprobe --syslog": "Module zram not found"]
      _ = try bench.artefacts.remove(InstanceName("foo"))
      #expect(try bench.artefacts.write(rich()) == ["cannot load kernel module zram: Module zram not found"])
    }
  }

  /// Nothing is refused to a snap in development mode, and its rules tag nothing.
  @Test func developmentMode() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      var subject = try rich()
      subject.confinement = .devmode
      _ = try bench.artefacts.write(subject)
      let files = try bench.files()
      #expect(files["/var/lib/snapd/cgroup/snap.foo.device"]?.contains("non-strict=true") == true)
      #expect(files["/var/lib/snapd/seccomp/bpf/snap.foo.app.src"]?.contains("\n@complain\n") == true)
      let rules = files["/etc/udev/rules.d/70-snap.foo.rules"] ?? ""
      #expect(!rules.split(separator: "\n").contains { $0.contains("TAG") && !$0.hasPrefix("#") })
    }
  }

  @Test func appArmorProfilesAreLoadedAndUnloaded() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root, appArmor: .version3)
      try Files.makeDirectories(root + "/sys/kernel/security/apparmor")
      try Files.writeAtomically([], to: root + "/sys/kernel/security/apparmor/.remove", mode: 0o600)
      _ = try bench.artefacts.write(subject(tags: ["app", "other"]))
      let profiles = root + "/var/lib/snapd/apparmor/profiles"
      #expect(
        bench.calls.take() == [
          "apparmor_parser --replace --write-cache --cache-loc=/var/cache/apparmor --skip-read-cache --quiet "
            + "\(profiles)/snap-update-ns.foo \(profiles)/snap.foo.app \(profiles)/snap.foo.other"
        ])
      _ = try bench.artefacts.write(subject(tags: ["app"]))
      #expect(bench.calls.take() == [])
      #expect(try Files.list(profiles).sorted() == ["snap-update-ns.foo", "snap.foo.app"])
      let removed = try Files.read(root + "/sys/kernel/security/apparmor/.remove", limit: 4096)
      #expect(String(decoding: removed, as: UTF8.self) == "snap.foo.other")
    }
  }

  /// Names belong to exactly one snap.
  @Test(
    arguments: [
      (ArtefactPart.udev, "70-snap.foo.rules", "foo"), (.udev, "70-snap.foo.bar.rules", nil),
      (.udev, "70-snap..rules", nil),
      (.polkitRules, "70-snap.foo.bar.rules", "foo"), (.polkitRules, "70-snap.foo.rules", nil),
      (.bus, "snap.foo_key.hook.configure.conf", "foo_key"), (.bus, "snap.foo.conf", nil), (.bus, "snap.conf", nil),
      (.modprobe, "snap.foo.conf", "foo"), (.modprobe, "snap.foo.bar.conf", nil), (.appArmor, "snap.foo.app", "foo"),
      (.appArmor, "snap-update-ns.foo", "foo"), (.appArmor, "snap-confine.core", nil),
      (.deviceGroup, "snap.foo.device", "foo"),
    ] as [(ArtefactPart, String, String?)])
  func namesHaveOneOwner(_ part: ArtefactPart, _ name: String, _ owner: String?) {
    #expect(part.schemes.lazy.compactMap { $0.owner(of: name) }.first == owner)
  }

  /// A link in the place of a file is replaced, never written through.
  @Test func linksAreNotFollowed() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      try Files.makeDirectories(root + "/etc/modprobe.d")
      try Files.writeAtomically([UInt8]("precious".utf8), to: root + "/precious", mode: 0o644)
      try Files.replaceSymlink(at: root + "/etc/modprobe.d/snap.foo.conf", target: root + "/precious")
      _ = try bench.artefacts.write(rich())
      #expect(try bench.files()["/precious"] == "precious")
      #expect(try bench.files()["/etc/modprobe.d/snap.foo.conf"]?.contains("blacklist bad") == true)
    }
  }
}

@Suite struct PinTests {
  @Test func pinsAreHandedOutAndGivenBack() throws {
    try withTemporaryDirectory { root in
      let bench = Bench(root: root)
      for place in ["gpio/gpio9", "pwm/pwmchip0"] { try Files.makeDirectories("\(root)/sys/class/\(place)") }
      for file in ["gpio/export", "gpio/unexport", "pwm/pwmchip0/export", "pwm/pwmchip0/unexport"] {
        try Files.writeAtomically([], to: "\(root)/sys/class/\(file)", mode: 0o600)
      }
      func text(_ file: String) throws -> String {
        String(decoding: try Files.read("\(root)/sys/class/\(file)", limit: 64), as: UTF8.self)
      }
      // 9 is somebody else's.
      let pins: [PinExport] = [
        .gpio(12), .gpio(9), .pwm(chip: 0, channel: 3),
        .nodeLink(at: "/dev/snap/gpio-chardev/foo/line", to: "/dev/snap/gpio-chardev/board/line"),
      ]
      let with = try subject(parts: [part("gpio", []) { $0.pins = pins }])
      #expect(try bench.artefacts.write(with) == [])
      #expect(try text("gpio/export") == "12")
      #expect(try text("pwm/pwmchip0/export") == "3")
      let link = root + "/dev/snap/gpio-chardev/foo/line"
      #expect(try Files.readSymlink(link) == root + "/dev/snap/gpio-chardev/board/line")
      #expect(try Files.read(root + "/run/snapd/pins/foo", limit: 4096).split(separator: 10).count == 3)
      #expect(try bench.artefacts.write(subject()) == [])
      #expect(try text("gpio/unexport") == "12")
      #expect(try text("pwm/pwmchip0/unexport") == "3")
      #expect(try Files.status(link, followSymlinks: false) == nil)
      #expect(try Files.status(root + "/run/snapd/pins/foo") == nil)
      // A chip that is not there, and a node elsewhere.
      for (pin, message) in [
        (
          PinExport.gpioLines(chips: ["board"], lines: [0...3], node: "/dev/snap/gpio-chardev/foo/x"),
          "cannot find a GPIO chip with one of the labels board"
        ),
        (
          .nodeLink(at: "/dev/snap/gpio-chardev/../../../etc/x", to: "/dev/snap/gpio-chardev/a/b"),
          "cannot use /dev/snap/gpio-chardev/../../../etc/x as the node of a pin"
        ),
      ] {
        let subject = try subject(parts: [part("gpio", []) { $0.pins = [pin] }])
        #expect(throws: PinError(description: message)) { _ = try bench.artefacts.write(subject) }
        _ = try bench.artefacts.remove(InstanceName("foo"))
      }
    }
  }
}
