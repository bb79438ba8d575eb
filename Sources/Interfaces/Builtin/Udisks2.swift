internal import Permissions

extension Interface {
  /// UDisks: a snap or the host has it, plugs mount and manage disks with it.
  static let udisks2 = Interface(
    "udisks2", "allows operating as the UDisks service, or using it", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(
        Constraints(slotSnapTypes: [.app, .core], slotAttributes: .map(["udev-file": .missing]))),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UDisks2", interface: "org.freedesktop.DBus.Peer", member: "Ping",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/UDisks2/**",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UDisks2/**", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/UDisks2",
        interface: "org.freedesktop.DBus.ObjectManager", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/UDisks2/**", interface: "org.freedesktop.UDisks2.*",
        peer: connection.slot.peer)
      grants.dbus(.system, [.send], path: "/org/freedesktop/UDisks2{,/**}", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService("org.freedesktop.UDisks2", callers: .everyone)
      grants.udev(#"SUBSYSTEM=="block""#, #"SUBSYSTEM=="usb""#)
      grants.requestsNames(.system)
      grants.asksForCallers()
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "PrepareForSleep")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "Inhibit")
      grants.ownName(.system, "org.freedesktop.UDisks2")
      grants.dbus(.system, [.receive, .send], path: "/org/freedesktop/UDisks2{,/**}")
      grants.capabilities(.sysAdmin)
      grants.network(.netlink, .raw)
      grants.files(.read, "/run/udev/data/b[0-9]*:[0-9]*", "/sys/devices/**/block/**", "/run/systemd/seats/*")
      grants.files(.readWrite, "/{,run/}media/{,**}")
      grants.mount(from: "/dev/{dm-*,nvme*,vd*,hd*,sd*,mmcblk*,fd*,sr*}", to: "/{,run/}media/**")
      grants.unmount("/{,run/}media/**")
      grants.files(.readWrite, "/run/udisks2/{,**}")
      grants.files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/umount")
      grants.files("rwkl", "/run/mount/utab*")
      grants.files(.read, "/dev/{dm-*,nvme*,vd*,hd*,sd*,mmcblk*,fd*,sr*}")
      grants.capabilities(.sysRawio, .chown)
      grants.files(.readWrite, "/run/")
      grants.files("rwk", "/run/cryptsetup/{,**}", "/run/mount/utab.lock")
      grants.files(.readWrite, "/run/mount/utab.*", "/run/mount/utab")
      grants.files("w", "/sys/devices/**/block/**/uevent")
      grants.files(.run, "/{usr/,}{sbin,bin}/dumpe2fs")
      grants.files(.read, "/etc/crypttab")
      grants.syscalls(
        "bind", "chown", "chown32", "fchown", "fchown32", "fchownat", "lchown", "lchown32", "mount", "shmctl",
        "umount", "umount2", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/UDisks2/**",
        interface: "org.freedesktop.DBus.Properties", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/UDisks2",
        interface: "org.freedesktop.DBus.ObjectManager", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/UDisks2/**", interface: "org.freedesktop.UDisks2.*",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/UDisks2", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.plug.peer)
    }
  }
}
