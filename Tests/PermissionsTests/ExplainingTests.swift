import Permissions
import Testing

/// From a denial back to rules.
struct ExplainingTests {
  static let set: PermissionSet = {
    var set = PermissionSet()
    set.files(.readWrite, "/dev/video[0-9]*")
    set.files(.read, owner: true, "$HOME/[^s.]**")
    set.files("w", "/split/x")
    set.files(.read, "/split/*")
    set.files("rUx", "/{,usr/}bin/tool")
    set.denyFiles("w", "/dev/video9")
    set.capabilities(.netAdmin)
    set.network(.inet, .stream)
    set.syscalls("mount", "socket AF_NETLINK - NETLINK_ROUTE", "setpriority PRIO_PROCESS 0 <=19", "~keyctl")
    set.dbus(.system, [.send], path: "/org/bluez{,/**}", interface: "org.bluez.*", peerName: "org.bluez")
    set.ownName(.session, "org.example.App{,-[1-9]}")
    set.signals([.send], ["term", "kill"], peer: .unconfined)
    set.unix([.connect], address: nil, peerAddress: "@/tmp/.X11-unix/X[0-9]*")
    set.mount(types: "cifs", options: ["ro"], from: "//**", to: "/media/**")
    set.ptrace([.trace], effect: .deny)
    set.namespaces = true
    return set
  }()

  @Test(
    arguments: [
      (.file(path: "/dev/video0", access: .readWrite, isOwn: false), true),
      (.file(path: "/dev/video9", access: .readWrite, isOwn: false), false),
      (.file(path: "/dev/video9", access: .read, isOwn: false), true),
      (.file(path: "/dev/video0", access: "rwk", isOwn: false), false),
      (.file(path: "/dev/sda", access: .read, isOwn: false), false),
      (.file(path: "/home/ann/doc", access: .read, isOwn: true), true),
      (.file(path: "/home/ann/doc", access: .read, isOwn: false), false),
      (.file(path: "/home/ann/.ssh/id", access: .read, isOwn: true), false),
      (.file(path: "/split/x", access: .readWrite, isOwn: false), true),
      (.file(path: "/split/x", access: "a", isOwn: false), true),
      (.file(path: "/split/y", access: .readWrite, isOwn: false), false),
      (.file(path: "/usr/bin/tool", access: .execute, isOwn: false), true),
      (.capability(.netAdmin), true), (.capability(.sysAdmin), false),
      (.socket(family: .inet, type: .stream, protocol: nil), true),
      (.socket(family: .inet, type: .raw, protocol: nil), false),
      (.socket(family: .netlink, type: .raw, protocol: 0), true),
      (.socket(family: .netlink, type: .raw, protocol: 9), false),
      (.syscall(name: "mount", arguments: []), true), (.syscall(name: "umount2", arguments: []), false),
      (.syscall(name: "socket", arguments: [2, 0x80001, 0]), true),
      (.syscall(name: "socket", arguments: [2, 3, 0]), false),
      (.syscall(name: "setpriority", arguments: [0, 0, 20]), false),
      (.syscall(name: "setpriority", arguments: [0, 0, 5]), true), (.syscall(name: "keyctl", arguments: []), false),
      (.syscall(name: "unshare", arguments: [0x1000_0000]), true),
      (
        .message(
          .init(
            bus: .system, peerName: "org.bluez", path: "/org/bluez/hci0", interface: "org.bluez.Adapter1",
            member: "StartDiscovery")), true
      ),
      (.message(.init(bus: .session, peerName: "org.bluez", path: "/org/bluez", interface: "org.bluez.A")), false),
      (.message(.init(bus: .system, peerName: "org.other", path: "/org/bluez", interface: "org.bluez.A")), false),
      (.message(.init(bus: .system, operation: .receive, path: "/org/bluez")), false),
      (.busName(bus: .session, name: "org.example.App-3"), true),
      (.busName(bus: .session, name: "org.example.B"), false),
      (.signal(name: "term", operation: .send, peer: "unconfined"), true),
      (.signal(name: "hup", operation: .send, peer: "unconfined"), false),
      (.signal(name: "term", operation: .send, peer: "snap.a.b"), false),
      (.abstractSocket(address: "@/tmp/.X11-unix/X0", operation: .connect), true),
      (.abstractSocket(address: "@other", operation: .connect), false),
      (.mount(type: "cifs", source: "//host/x", target: "/media/x"), true),
      (.mount(type: "nfs", source: "//host/x", target: "/media/x"), false),
      (.ptrace(operation: .trace, peer: nil), false), (.ptrace(operation: .read, peer: nil), false),
      (.userNamespace, true), (.unmount(target: "/media/x"), false),
    ] as [(Denial, Bool)]) func allows(_ denial: Denial, _ expected: Bool)
  {
    #expect(Self.set.allows(denial) == expected)
  }

  @Test func namesTheRules() {
    let rules = Self.set.rules(about: .file(path: "/split/x", access: .readWrite, isOwn: false))
    #expect(rules.count == 2)
    var open = PermissionSet()
    open.trait(.everything)
    #expect(open.rules(about: .ptrace(operation: .trace, peer: nil)) == [.trait(.everything)])
    #expect(AppArmorTemplate(base: .core).permissions.allows(.file(path: "/etc/passwd", access: .read, isOwn: false)))
  }
}
