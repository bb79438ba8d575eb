internal import Permissions

extension Interface {
  /// ModemManager: a snap or the host has it, plugs control modems with it.
  static let modemManager = Interface(
    "modem-manager", "allows operating as the ModemManager service, or using it", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/ModemManager1{,/**}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager",
        peer: connection.slot.peer)
      grants.files(.read, "/proc/tty/drivers")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@{mbim,qmi}-proxy")
      grants.dbus(.system, [.send], path: "/org/freedesktop/ModemManager1{,/**}", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.resolvesNames()
      grants.nameService()
      grants.systemBusService("org.freedesktop.ModemManager1", callers: .everyone)
      grants.udev(#"KERNEL=="tty[a-zA-Z]*[0-9]*|cdc-wdm[0-9]*|wwan[0-9]*""#)
      grants.network(.netlink, .raw)
      grants.files(.read, "/run/udev/data/*", "/sys/bus/usb/devices/", "/sys/bus/usb/devices/**")
      grants.network(.netlink, .dgram)
      grants.files(.readWrite, "/dev/tty[^0-9]*", "/dev/cdc-*", "/dev/wwan[0-9]*")
      grants.capabilities(.sysAdmin, .netAdmin)
      grants.unix([.bind, .listen], type: .stream, address: "@{mbim,qmi}-proxy")
      grants.files(
        .read,

        "/sys/devices/**/usb**/{descriptors,manufacturer,product,bInterfaceClass,bInterfaceSubClass,bInterfaceProtocol,bInterfaceNumber,idProduct,idVendor,bcdDevice,interface}"
      )
      grants.files(.readWrite, "/sys/devices/**/net/*/qmi/*")
      grants.files(.read, "/sys/devices/pci**/{vendor,device,revision}")
      grants.requestsNames(.system)
      grants.ownName(.system, "org.freedesktop.ModemManager1")
      grants.dbus(.system, [.receive, .send], path: "/org/freedesktop/ModemManager1{,/**}")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager")
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "{PrepareForSleep,SessionNew,SessionRemoved}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "Inhibit")
      grants.syscalls(
        "accept", "accept4", "bind", "listen", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT",
        "socket AF_NETLINK - NETLINK_ROUTE")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/ModemManager1{,/**}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager",
        peer: connection.plug.peer)
      grants.unix([.accept, .receive, .send], type: .stream, peer: connection.plug.peer)
    }
  }
}
