import Permissions
import Snap
import Testing

@testable import Interfaces

/// From what was refused to the plug that grants it.
@Suite struct DenialExplainerTests {
  private static let snap = """
    name: hello
    apps:
      hello: {command: bin/hello}
      sh: {command: bin/sh, plugs: [home, net, clock, x11]}
      other: {command: bin/other, plugs: [cam]}
    plugs:
      home: null
      net: network
      clock: time-control
      x11: null
      cam: camera
    """

  private static func explainer(
    _ snap: String = snap, app: String = "sh", connected: [String] = []
  ) throws -> DenialExplainer {
    var repository = try RepositoryTests.repository(snap)
    for id in connected { try repository.connect(ConnectionID(id)) }
    let subject = try PolicySubject(tag: "snap.hello.\(app)", snap: "hello", instance: "hello", revision: "1")
    let explainer = try DenialExplainer(
      repository, tag: "snap.hello.\(app)", of: InstanceName("hello"), subject: subject,
      defaults: AppArmorTemplate(base: .core).permissions)
    return try #require(explainer)
  }

  private static func read(_ path: String, own: Bool = true) -> Denial { .file(path: path, access: .read, isOwn: own) }
  private static func write(_ path: String) -> Denial { .file(path: path, access: .readWrite, isOwn: true) }
  private static func call(_ name: String) -> Denial { .syscall(name: name, arguments: []) }

  private static let bare = Result { try explainer("name: hello\napps: {sh: {command: bin/sh}}") }

  /// The best suggestion for a snap that has no plug at all.
  @Test(
    arguments: [
      (read("/home/ann/notes.txt"), "home"), (write("/home/ann/Documents/a"), "home"), (read("/root/x"), "home"),
      (read("/home/ann/x", own: false), "home"),
      (.socket(family: .inet, type: .stream, protocol: nil), "network"),
      (.socket(family: .inet6, type: .dgram, protocol: nil), "network"),
      (.socket(family: .can, type: nil, protocol: nil), "can-bus"),
      (.socket(family: .qipcrtr, type: nil, protocol: nil), "qualcomm-ipc-router"),
      (.socket(family: .vsock, type: nil, protocol: nil), "vsock-guest"),
      (.socket(family: .alg, type: nil, protocol: nil), "kernel-crypto-api"),
      (call("clock_settime"), "time-control"), (.capability(.sysTime), "time-control"),
      (call("init_module"), "kernel-module-control"),
      (.capability(.sysModule), "kernel-module-control"), (call("sethostname"), "hostname-control"),
      (write("/dev/video0"), "camera"), (write("/dev/kvm"), "kvm"), (write("/dev/fuse"), "fuse-support"),
      (write("/dev/uinput"), "uinput"), (write("/dev/uhid"), "uhid"), (write("/dev/dri/card0"), "opengl"),
      (write("/dev/snd/pcmC0D0p"), "alsa"), (write("/dev/tpm0"), "tpm"),
      (write("/dev/ppp"), "ppp"), (write("/dev/ptp0"), "ptp"), (read("/dev/sr0"), "optical-drive"),
      (write("/dev/net/tun"), "network-control"), (read("/media/ann/stick/a"), "removable-media"),
      (write("/mnt/a"), "removable-media"), (read("/var/log/syslog"), "log-observe"),
      (read("/etc/foo.conf"), "system-files"), (write("/opt/x"), "system-files"),
      (read("/home/ann/.config/x"), "personal-files"), (read("/home/ann/.ssh/config"), "ssh-keys"),
      (read("/home/ann/.gnupg/pubring.kbx"), "gpg-public-keys"),
      (.capability(.netRaw), "network-observe"),
      (.mount(type: "cifs", source: "//a/b", target: "/var/snap/hello/common/m"), "cifs-mount"),
      (
        .message(.init(bus: .system, peerName: "org.bluez", path: "/org/bluez", interface: "org.bluez.Agent1")), "bluez"
      ),
      (.abstractSocket(address: "@/tmp/.X11-unix/X0", operation: .connect), "x11"),
      (.userNamespace, "userns"),
    ] as [(Denial, String)]) func inverts(_ denial: Denial, _ interface: String) throws
  {
    let explainer = try Self.bare.get()
    let isAllowed = explainer.isAllowed(denial)
    #expect(!isAllowed)
    let found = explainer.suggestions(for: denial, limit: 30)
    // The likeliest is among the three that are shown, unless less power does as well.
    #expect(found.prefix(3).contains { $0.interface == interface }, "\(denial): \(found.map(\.interface))")
    #expect(found.allSatisfy { $0.command == nil })
  }

  @Test func nobodyGrantsWhatNobodyGrants() throws {
    let explainer = try Self.explainer()
    for denial in [
      Self.write("/snap/hello/1/x"), Self.write("/usr/bin/x"), .capability(.macAdmin),
      .busName(bus: .session, name: "org.nobody.Here"),
    ] as [Denial] {
      let found = explainer.suggestions(for: denial).filter { !$0.isSuperPrivileged }.map(\.interface)
      #expect(found.isEmpty, "\(denial)")
    }
  }

  @Test func namesCommandsAndPlugs() throws {
    let explainer = try Self.explainer()
    func first(_ denial: Denial) -> String? { explainer.suggestions(for: denial).first?.description }
    #expect(first(Self.read("/home/ann/a")) == "snap connect hello:home")
    #expect(first(.socket(family: .inet, type: .stream, protocol: nil)) == "snap connect hello:net")
    #expect(first(Self.call("clock_settime")) == "snap connect hello:clock")
    #expect(
      first(Self.write("/dev/video0"))
        == "plug \"cam\" would grant this, but the app does not have it (interface \"camera\")")
    #expect(first(Self.write("/dev/kvm")) == "plug \"kvm\" would grant this, but the snap does not have it")
    #expect(first(Self.read("/etc/foo")) == "needs plug system-files with read: [/etc/foo]")
    #expect(first(Self.read("/home/ann/.a b/c")) == "needs plug personal-files with read: [$HOME/.a b/c]")
    // What is allowed anyway is no refusal.
    let reads = explainer.isAllowed(Self.read("/etc/passwd"))
    #expect(reads)
  }

  @Test func whatIsConnectedIsAllowed() throws {
    let explainer = try Self.explainer(connected: ["hello:home snapd:home", "hello:net snapd:network"])
    let denials: [Denial] = [
      Self.read("/home/ann/a"), .socket(family: .inet, type: .stream, protocol: nil), Self.read("/home/ann/.ssh/id"),
    ]
    let allowed = denials.map { explainer.isAllowed($0) }
    #expect(allowed == [true, true, false])
    let found = explainer.suggestions(for: Self.read("/home/ann/.x")).map(\.interface)
    #expect(!found.contains("home"))
    // Another app of the snap has not got it.
    let other = try Self.explainer(app: "other", connected: ["hello:home snapd:home"])
    let others = other.isAllowed(Self.read("/home/ann/a"))
    #expect(!others)
    let means = other.suggestions(for: Self.read("/home/ann/a")).first?.means
    #expect(means == .bind(plug: try Self.end("home")))
  }

  private static func end(_ name: String) throws -> EndReference {
    EndReference(try InstanceName("hello"), try InterfaceEndName(name))
  }

  @Test func snapsThatAreNotThere() throws {
    let repository = try RepositoryTests.repository()
    let none = try DenialExplainer(
      repository, tag: "snap.hello.sh", of: InstanceName("hello"), subject: nil, defaults: PermissionSet())
    let isNone = none == nil
    #expect(isNone)
  }
}
