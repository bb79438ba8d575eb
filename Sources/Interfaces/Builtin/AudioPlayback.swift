internal import Permissions

extension Interface {
  /// Lets a snap play sound through the sound server.
  static let audioPlayback = Interface(
    "audio-playback", "allows a snap to play sound through the sound server", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)))
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files("mrwk", "/{run,dev}/shm/pulse-shm-*")
      grants.files(.read, owner: true, "/{,var/}run/pulse/")
      grants.files("rwk", owner: true, "/{,var/}run/pulse/native")
      grants.files(
        .read, owner: true,
        "/{,var/}run/pulse/pid", "/{,var/}run/user/[0-9]*/", "/{,var/}run/user/[0-9]*/pulse/")
      grants.files(
        .read,
        "/run/udev/data/c116:[0-9]*", "/run/udev/data/+sound:card[0-9]*", "/etc/pulse/", "/etc/pulse/**")
      grants.files("rk", owner: true, "$HOME/.pulse-cookie", "$HOME/.config/pulse/cookie")
      grants.files(.read, owner: true, "/{,var/}run/user/*/pulse/")
      grants.files("rwk", owner: true, "/{,var/}run/user/*/pulse/native")
      grants.files(
        .read, owner: true,
        "/{,var/}run/user/*/pulse/pid", "/run/user/[0-9]*/\(connection.slot.tagPattern)/pulse/")
      grants.files("rwk", owner: true, "/run/user/[0-9]*/\(connection.slot.tagPattern)/pulse/native")
      grants.files(
        .read, owner: true,
        "/run/user/[0-9]*/\(connection.slot.tagPattern)/pulse/pid",
        "/var/snap/\(connection.slot.instanceText)/common/pulse/")
      grants.files("rwk", owner: true, "/var/snap/\(connection.slot.instanceText)/common/pulse/native")
      grants.files(.read, owner: true, "/var/snap/\(connection.slot.instanceText)/common/pulse/pid")
      grants.syscalls("shmctl")
    }
    $0.slot = { grants, _ in
      grants.capabilities(.setuid, .setgid, .sysNice, .sysResource)
      grants.files(.read, owner: true, "/proc/@{pid}/exe")
      grants.files(.read, "/etc/machine-id")
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/sys/devices/virtual/dmi/id/sys_vendor", "/sys/devices/virtual/dmi/id/bios_vendor", "/sys/**/sound/**")
      grants.files(.readWrite, owner: true, "/{,var/}run/pulse/")
      grants.files("rwk", owner: true, "/{,var/}run/pulse/**")
      grants.files("mrwk", "/{run,dev}/shm/pulse-shm-*")
      grants.files(.read, owner: true, "/run/user/[0-9]*/")
      grants.files(.readWrite, owner: true, "/run/user/[0-9]*/pulse/", "/run/user/[0-9]*/pulse/**")
      grants.files(.read, "/etc/pulse/", "/etc/pulse/**")
      grants.syscalls(
        "personality", "setpriority", "bind", "listen", "accept", "accept4", "shmctl", "setgroups", "setgroups32",
        "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
  }
}
