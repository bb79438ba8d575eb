internal import Permissions

extension Interface {
  /// Wayland: a snap or the host has it, plugs show windows on it.
  static let wayland = Interface(
    "wayland", "allows operating as a Wayland server, or drawing on one", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .when(Constraints(onClassic: .no)))
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(
        .readWrite, owner: true, "/run/user/[0-9]*/wayland-[0-9]*",
        "/run/user/[0-9]*/{mesa,mutter,sdl,wayland-cursor,weston,xwayland}-shared-*",
        "/{dev,run}/shm/wayland.mozilla.ipc.[0-9]*")
      grants.files(.read, "/etc/drirc")
      grants.unix([.send, .receive], type: .stream, peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.displayServerDevices()
      grants.capabilities(.sysTtyConfig)
      grants.files(.readWrite, "/dev/tty[0-9]*")
      grants.files("rwk", owner: true, "/run/user/[0-9]*/wayland-[0-9]*")
      grants.files(
        .readWrite,
        "/run/user/[0-9]*/{mesa,mutter,sdl,wayland-cursor,weston,xwayland}-shared-*",
        "/run/user/[0-9]*/snap.*/{wayland-cursor,xwayland}-shared-*")
      grants.files("w", "/run/user/[0-9]*/")
      grants.capabilities(.sysAdmin)
      grants.files(.read, "/sys/devices/pci**/boot_vga")
      grants.files(.readWrite, "/dev/input/*")
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/run/udev/data/c13:[0-9]*", "/run/udev/data/+input:input[0-9]*", "/run/udev/data/+platform:*",
        "/etc/drirc")
      grants.syscalls("bind", "listen", "accept", "accept4", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.files(
        .readWrite, owner: true,
        "/run/user/[0-9]*/\(connection.plug.tagPattern)/{mesa,mutter,sdl,wayland-cursor,weston,xwayland}-shared-*",
        "/{dev,run}/shm/\(connection.plug.tagPattern).wayland.mozilla.ipc.[0-9]*")
      grants.unix([.send, .receive], type: .stream, peer: connection.plug.peer)
    }
  }
}
