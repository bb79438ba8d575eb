internal import Permissions

extension Interface {
  /// Bluetooth daemon provider/client.
  static let bluez = Interface(
    "bluez", "bluetooth daemon provider/client", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.system, [.receive, .send], peer: connection.slot.peer)
      grants.dbus(.system, [.send], peerName: "org.bluez", peer: connection.slot.peer)
      grants.dbus(.system, [.send], peerName: "org.bluez.obex", peer: connection.slot.peer)
      grants.dbus(.system, [.send], peerName: "org.bluez.mesh", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.DBus.ObjectManager", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], path: "/org/bluez{,/**}", peer: connection.slot.peer)
      grants.network(.bluetooth)
      grants.unix(
        [.send, .receive], type: .seqpacket, address: "none", peer: connection.slot.peer, peerAddress: "none")
    }
    $0.slot = { grants, _ in
      grants.network(.bluetooth)
      grants.capabilities(.netAdmin, .netBindService)
      grants.network(.netlink, .raw)
      grants.files(.read, "/sys/bus/usb/drivers/btusb/", "/sys/bus/usb/drivers/btusb/**", "/sys/class/bluetooth/")
      grants.files(.readWrite, "/sys/devices/**/bluetooth/", "/sys/devices/**/bluetooth/**")
      grants.files(.read, "/sys/devices/**/id/chassis_type")
      grants.files(.readWrite, "/dev/rfkill")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}", peerName: "org.freedesktop.DBus")
      grants.dbus(.system, [.send], path: "/org/freedesktop/*", interface: "org.freedesktop.DBus.Properties")
      grants.ownName(.system, "org.bluez")
      grants.ownName(.system, "org.bluez.obex")
      grants.ownName(.system, "org.bluez.obex.*")
      grants.ownName(.system, "org.bluez.mesh")
      grants.dbus(.system, [.receive, .send], interface: "org.bluez.*")
      grants.dbus(.system, [.receive, .send], path: "/org/bluez{,/**}")
      grants.dbus(.system, [.receive, .send], path: "/", interface: "org.freedesktop.DBus.*")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/hostname1",
        interface: "org.freedesktop.DBus.Properties")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect")
      grants.syscalls("accept", "accept4", "bind", "listen", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(.system, [.receive, .send], peer: connection.plug.peer)
      grants.unix(
        [.send, .receive], type: .seqpacket, address: "none", peer: connection.plug.peer, peerAddress: "none")
    }
  }
}
