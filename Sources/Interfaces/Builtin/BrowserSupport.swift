internal import Permissions

extension Interface {
  /// Lets a snap do what web browsers need for their many processes. Attributes: `allow-sandbox`.
  static let browserSupport = Interface(
    "browser-support", "allows a snap to do what web browsers need for their many processes", implicitSlot: .always,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core])),
      denyConnection: .when(Constraints(plugAttributes: .map(["allow-sandbox": .matches("true")]))),
      denyAutoConnection: .when(Constraints(plugAttributes: .map(["allow-sandbox": .matches("true")]))))
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try plug.requireFlag("allow-sandbox") }
    $0.connectedPlug = { grants, connection in
      grants.files(.readWrite, owner: true, "/proc/@{pid}/oom_score_adj")
      grants.files(.read, "/var/tmp/")
      grants.files(.readWrite, owner: true, "/var/tmp/etilqs_*")
      grants.files(
        "mrw", owner: true,
        "/{dev,run}/shm/{,.}org.chromium.*", "/{dev,run}/shm/{,.}com.google.Chrome.*",
        "/{dev,run}/shm/{,.}com.microsoft.Edge.*", "/{dev,run}/shm/.io.nwjs.*")
      grants.files(
        .read,
        "/run/user/[0-9]*/snap.@{SNAP_INSTANCE_NAME}/{,.}org.chromium.*/SS",
        "/run/user/[0-9]*/snap.@{SNAP_INSTANCE_NAME}/{,.}com.google.Chrome.*/SS",
        "/run/user/[0-9]*/snap.@{SNAP_INSTANCE_NAME}/{,.}com.microsoft.Edge.*/SS")
      grants.files(.readWrite, owner: true, "$HOME/.local/share/jupyter/**")
      grants.files(
        .read,
        "/run/udev/data/+platform:*", "/proc/vmstat", "/proc/pressure/{memory,cpu,io}",
        "/sys/kernel/mm/{hugepages,transparent_hugepage}/{,**}", "/etc/opt/chrome/{,**}", "/etc/chromium/{,**}")
      grants.dbus(.session, [.send], interface: "org.gnome.GConf.Server", peer: connection.slot.peer, effect: .deny)
      grants.denyFiles(.read, "/proc/@{pid}/attr/{,apparmor/}current")
      grants.files(.read, owner: true, "/proc/@{pid}/mounts")
      grants.denyCapabilities(.mknod)
      grants.syscalls(
        "bind", "listen", "accept", "accept4", "setpriority", "mknod - |S_IFCHR -", "mknodat - - |S_IFCHR -")
      if connection.plug.read.flag("allow-sandbox") == true {
        sandbox(&grants, connection)
      } else {
        grants.ptrace([.trace], peer: .own, effect: .deny)
      }
    }
  }

  /// What browsers need to confine their own parts, which is much.
  private static func sandbox(_ grants: inout PermissionSet, _ connection: Connection) {
    grants.files(
      .read,
      "/etc/mailcap", "/usr/share/applications/", "/usr/share/applications/mimeapps.list",
      "/usr/share/applications/xdg-open.desktop", "/var/lib/snapd/desktop/applications/{,*}")
    grants.denyFiles(
      .read,
      "/usr/share/applications/python*.desktop", "/usr/share/applications/vim.desktop",
      "/usr/share/applications/snap-handle-link.desktop")
    grants.files("w", owner: true, "/proc/@{pid}/fd/[0-9]*")
    grants.files(
      .read,
      "/run/udev/data/c1:[0-9]*", "/run/udev/data/c10:[0-9]*", "/run/udev/data/c13:[0-9]*",
      "/run/udev/data/c180:[0-9]*", "/run/udev/data/c4:[0-9]*", "/run/udev/data/c5:[0-9]*",
      "/run/udev/data/c7:[0-9]*", "/run/udev/data/+hid:*", "/run/udev/data/+input:input[0-9]*",
      "/run/udev/data/c29:[0-9]*", "/run/udev/data/+backlight:*", "/run/udev/data/+leds:*",
      "/run/udev/data/c116:[0-9]*", "/run/udev/data/+sound:card[0-9]*", "/run/udev/data/c108:[0-9]*",
      "/run/udev/data/c189:[0-9]*", "/run/udev/data/c89:[0-9]*", "/run/udev/data/c81:[0-9]*",
      "/run/udev/data/c202:[0-9]*", "/run/udev/data/c203:[0-9]*", "/run/udev/data/+acpi:*",
      "/run/udev/data/+hwmon:hwmon[0-9]*", "/run/udev/data/+i2c:*", "/sys/devices/**/bConfigurationValue",
      "/sys/devices/**/descriptors", "/sys/devices/**/manufacturer", "/sys/devices/**/product",
      "/sys/devices/**/revision", "/sys/devices/**/serial", "/sys/devices/**/vendor",
      "/sys/devices/system/node/node[0-9]*/meminfo", "/sys/devices/virtual/dmi/id/product_name",
      "/sys/devices/virtual/dmi/id/sys_vendor")
    grants.denyFiles(
      .read,
      "/sys/devices/virtual/block/loop[0-9]*/loop/backing_file", "/sys/devices/virtual/block/dm-[0-9]*/dm/name")
    grants.files(
      .read,
      "/run/udev/data/n[0-9]*", "/run/udev/data/+bluetooth:hci[0-9]*", "/run/udev/data/+rfkill:rfkill[0-9]*",
      "/run/udev/data/c241:[0-9]*", "/run/udev/data/b1:[0-9]*", "/run/udev/data/b7:[0-9]*",
      "/run/udev/data/b8:[0-9]*", "/run/udev/data/b11:[0-9]*", "/run/udev/data/b230:[0-9]*",
      "/run/udev/data/c21:[0-9]*", "/run/udev/data/+usb:[0-9]*", "/run/udev/data/b252:[0-9]*",
      "/run/udev/data/b253:[0-9]*", "/run/udev/data/b259:[0-9]*", "/run/udev/data/c24[0-9]:[0-9]*",
      "/run/udev/data/c25[0-4]:[0-9]*", "/sys/bus/**/devices/")
    grants.unix([.bind], type: .stream, address: "@[0-9A-F]*._service_*")
    grants.capabilities(.sysPtrace)
    grants.ptrace([.trace], peer: .own)
    grants.unix([.receive, .send], peer: .own)
    grants.capabilities(.sysAdmin, .chown, .fsetid, .setgid, .setuid, .sysChroot)
    grants.files(
      .readWrite, owner: true,
      "/proc/@{pid}/setgroups", "/proc/@{pid}/uid_map", "/proc/@{pid}/gid_map")
    grants.files("mrw", owner: true, "/{dev,run}/shm/WK2SharedMemory.*", "/{dev,run}/shm/shmfd-*")
    grants.files("w", owner: true, "/proc/@{pid}/clear_refs")
    grants.dbus(
      .system, [.send], path: "/org/freedesktop/RealtimeKit1", interface: "org.freedesktop.DBus.Properties",
      member: "Get", peerName: "org.freedesktop.RealtimeKit1", peer: connection.slot.peer)
    grants.dbus(
      .system, [.send], path: "/org/freedesktop/RealtimeKit1", interface: "org.freedesktop.RealtimeKit1",
      member: "MakeThread{HighPriority,Realtime,RealtimeWithPID}", peer: connection.slot.peer)
    grants.namespaces = true
    grants.syscalls(
      "chroot", "sched_setscheduler", "sched_setaffinity", "setuid", "setgid", "unshare", "quotactl",
      "ptrace PTRACE_ATTACH", "ptrace PTRACE_DETACH", "ptrace PTRACE_GETREGS", "ptrace PTRACE_GETFPREGS",
      "ptrace PTRACE_GETFPXREGS", "ptrace PTRACE_GETREGSET", "ptrace PTRACE_PEEKDATA", "ptrace PTRACE_PEEKUSER",
      "ptrace PTRACE_CONT")
  }
}
