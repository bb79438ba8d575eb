internal import Permissions

extension Interface {
  /// X11: a snap or the host has it, plugs show windows on it. No walls between programs on one server.
  static let x11 = Interface(
    "x11", "allows operating as an X11 server, or drawing on one", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .when(Constraints(onClassic: .no)))
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.connectedPlug = { grants, connection in
      let slot = connection.slot
      // The server's socket is in its own /tmp: the host's, or that of the snap.
      let place = slot.snap.isSystem ? "/tmp" : "/var/lib/snapd/private-tmp/snap.\(slot.snap.instance)/tmp"
      grants.contentMounts.append(
        ContentMount(source: place + "/.X11-unix", target: "/tmp/.X11-unix", optional: true))
      grants.x11Client(server: slot.snap.isSystem ? .any : slot.peer)
      grants.fontFiles()
      grants.files(
        .read, owner: true,
        "/run/user/[0-9]*/.Xauthority", "/run/user/[0-9]*/.mutter-Xwaylandauth.*",
        "/run/user/[0-9]*/mutter/Xauthority", "/run/user/[0-9]*/xauth_*")
      grants.network(.netlink, .raw)
      grants.files(.read, "/run/udev/data/c13:[0-9]*", "/run/udev/data/+input:*")
      grants.denyFiles(.read, owner: true, "$HOME/.ICEauthority", "/run/user/*/ICEauthority")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@/tmp/.ICE-unix/[0-9]*", effect: .deny)
      grants.syscalls("socket AF_NETLINK - NETLINK_KOBJECT_UEVENT", "bind")
    }
    $0.slot = { grants, _ in
      grants.displayServerDevices()
      grants.capabilities(.sysTtyConfig)
      grants.files(.readWrite, "/dev/tty[0-9]*")
      grants.capabilities(.sysAdmin)
      grants.files(.readWrite, "/dev/input/*")
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/run/udev/data/c13:[0-9]*", "/run/udev/data/+input:input[0-9]*", "/run/udev/data/+platform:*")
      grants.files("rwk", "/tmp/.X[0-9]*-lock", "/tmp/.{X11,ICE}-unix/{,*}")
      grants.unix([.bind, .listen, .accept], type: .stream, address: "@/tmp/.X11-unix/X[0-9]*")
      grants.unix([.bind, .listen, .accept], type: .stream, address: "@/tmp/.ICE-unix/[0-9]*")
      grants.unix([.bind, .listen, .accept], type: .dgram, address: "@nvidia[0-9a-f]*")
      grants.files(.read, "/sys/devices/pci**/boot_vga", "/sys/devices/pci**/resources")
      grants.syscalls("bind", "listen", "accept", "accept4", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.unix(
        [.connect, .receive, .send, .accept], type: .stream, address: "@/tmp/.X11-unix/X[0-9]*",
        peer: connection.plug.peer)
      grants.unix(
        [.connect, .receive, .send, .accept], type: .stream, address: "@/tmp/.ICE-unix/[0-9]*",
        peer: connection.plug.peer)
    }
  }
}
