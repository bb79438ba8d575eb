internal import Permissions

extension Interface {
  /// oFono: a snap or the host has it, plugs control telephones with it.
  static let ofono = Interface(
    "ofono", "allows operating as the oFono service, or using it", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.system, [.receive, .send], path: "/{,**}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.resolvesNames()
      grants.nameService()
      grants.systemBusService("org.ofono", callers: .atConsole)
      grants.udev(#"KERNEL=="tty[a-zA-Z]*[0-9]*|cdc-wdm[0-9]*""#, #"KERNEL=="tun""#, #"KERNEL=="dsp""#)
      grants.capabilities(.netAdmin)
      grants.files(
        .read,
        "/run/udev/data/+usb:*", "/run/udev/data/+usb-serial:*", "/run/udev/data/+pci:*",
        "/run/udev/data/+platform:*", "/run/udev/data/+pnp:*", "/run/udev/data/c*", "/run/udev/data/n*",
        "/sys/bus/usb/devices/", "/sys/bus/usb/devices/**", "/run/systemd/seats/{,*}")
      grants.files(
        .readWrite,
        "/dev/tty[^0-9]*", "/dev/cdc-*", "/dev/modem*", "/dev/dsp", "/dev/chnlat11", "/dev/socket/rild*",
        "/dev/net/tun")
      grants.network(.netlink, .raw)
      grants.network(.netlink, .dgram)
      grants.network(.bridge)
      grants.network(.inet)
      grants.network(.inet6)
      grants.network(.packet)
      grants.network(.bluetooth)
      grants.requestsNames(.system)
      grants.ownName(.system, "org.ofono")
      grants.dbus(.system, [.receive, .send], path: "/{,**}")
      grants.syscalls(
        "accept", "accept4", "bind", "listen", "socket AF_NETLINK - NETLINK_ROUTE",
        "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(.system, [.receive, .send], path: "/{,**}", peer: connection.plug.peer)
    }
  }
}
