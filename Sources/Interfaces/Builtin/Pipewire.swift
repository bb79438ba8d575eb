internal import Permissions

extension Interface {
  /// PipeWire: a snap or the host has it, plugs play and record with it.
  static let pipewire = Interface(
    "pipewire", "allows operating as a PipeWire server, or using one", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, owner: true, "/run/user/[0-9]*/")
      grants.files(.readWrite, owner: true, "/run/user/[0-9]*/pipewire-[0-9]")
      grants.syscalls("shmctl")
      guard !connection.slot.snap.isSystem else { return }
      // A snap's server may have its socket in its own directories.
      grants.files(
        .readWrite, owner: true, "/run/user/[0-9]*/\(connection.slot.tagPattern)/pipewire-[0-9]",
        "/var/snap/\(connection.slot.instanceText)/common/pipewire-[0-9]")
    }
    $0.slot = { grants, _ in
      grants.files(.read, owner: true, "/proc/@{pid}/exe")
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/sys/devices/virtual/dmi/id/sys_vendor", "/sys/devices/virtual/dmi/id/bios_vendor", "/sys/**/sound/**")
      grants.files("rwk", owner: true, "/run/user/[0-9]*/pipewire-[0-9]", "/run/user/[0-9]*/pipewire-[0-9]-manager")
      grants.syscalls(
        "personality", "setpriority", "bind", "listen", "accept", "accept4", "shmctl",
        "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
  }
}
