internal import Permissions

extension Interface {
  /// PulseAudio: a snap or the host has it, plugs play and record with it.
  static let pulseaudio = Interface(
    "pulseaudio", "allows operating as a PulseAudio server, or using one", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
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
        "/{,var/}run/user/*/pulse/pid")
      grants.syscalls("shmctl")
      guard !connection.slot.snap.isSystem else { return }
      // A snap's server has its socket in its own directory.
      let tags = connection.slot.tagPattern
      grants.files(.read, owner: true, "/run/user/[0-9]*/\(tags)/pulse/", "/run/user/[0-9]*/\(tags)/pulse/pid")
      grants.files("rwk", owner: true, "/run/user/[0-9]*/\(tags)/pulse/native")
    }
    $0.slot = { grants, _ in
      grants.capabilities(.setuid, .setgid, .sysNice, .sysResource)
      grants.files(.read, owner: true, "/proc/@{pid}/exe")
      grants.files(.read, "/etc/machine-id", "/proc/asound/devices", "/proc/asound/card**")
      grants.files(.readWrite, "/dev/snd/pcm*", "/dev/snd/control*")
      grants.files(.read, "/dev/snd/timer", "/sys/**/sound/**")
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/sys/devices/virtual/dmi/id/sys_vendor", "/sys/devices/virtual/dmi/id/bios_vendor", "/run/udev/data/**")
      grants.files(.readWrite, owner: true, "/{,var/}run/pulse/")
      grants.files("rwk", owner: true, "/{,var/}run/pulse/**")
      grants.files("mrwk", "/{run,dev}/shm/pulse-shm-*")
      grants.files(.read, "/usr/share/applications/")
      grants.files(.read, owner: true, "/run/user/[0-9]*/")
      grants.files(.readWrite, owner: true, "/run/user/[0-9]*/pulse/")
      grants.files("rwk", owner: true, "/run/user/[0-9]*/pulse/**")
      grants.udev(#"KERNEL=="controlC[0-9]*""#, #"KERNEL=="pcmC[0-9]*D[0-9]*[cp]""#, #"KERNEL=="timer""#)
      grants.syscalls(
        "personality", "setpriority", "bind", "listen", "accept", "accept4", "shmctl", "setgroups", "setgroups32",
        "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
  }
}
