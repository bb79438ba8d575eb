internal import Permissions

extension Interface {
  /// Lets a snap use or provide the Bluetooth service.
  static let bluez = Interface(
    "bluez", "allows a snap to use or provide the Bluetooth service", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      // A snap's processes can be told from others by their label; of the host's only those with the names are meant.
      if !connection.slot.snap.isSystem { grants.dbus(.system, [.receive, .send], peer: connection.slot.peer) }
      grants.dbus(.system, [.send], peerName: "org.bluez", peer: connection.slot.peer)
      grants.dbus(.system, [.send], peerName: "org.bluez.obex", peer: connection.slot.peer)
      grants.dbus(.system, [.send], peerName: "org.bluez.mesh", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.DBus.ObjectManager", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], path: "/org/bluez{,/**}", peer: connection.slot.peer)
      grants.network(.bluetooth)
      grants.unix(
        [.send, .receive], type: .seqpacket, address: "none", peer: connection.slot.peer, peerAddress: "none")
      grants.udev(#"KERNEL=="rfkill""#)
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
      let names = ["org.bluez", "org.bluez.obex", "org.bluez.mesh"].map { PatternText(of: $0) }
      let sends = names.map { BusPolicy.Rule.send(destination: $0, interface: nil, member: nil, path: nil) }
      let callbacks = [
        "org.bluez.AdvertisementMonitor1", "org.bluez.Agent1", "org.bluez.AlertAgent1",
        "org.bluez.CyclingSpeedWatcher1",
        "org.bluez.GattCharacteristic1", "org.bluez.GattDescriptor1", "org.bluez.HeartRateWatcher1",
        "org.bluez.LEAdvertisement1", "org.bluez.MediaEndpoint1", "org.bluez.MediaPlayer1", "org.bluez.Profile1",
        "org.bluez.ThermometerWatcher1", "org.freedesktop.DBus.ObjectManager", "org.freedesktop.DBus.Properties",
      ].map { BusPolicy.Rule.send(destination: nil, interface: PatternText(of: $0), member: nil, path: nil) }
      grants.busPolicies += [
        BusPolicy(.user("root"), names.map { .own($0) } + sends + callbacks),
        BusPolicy(.everyone, sends.map { .deny($0) }),
      ]
      grants.syscalls("accept", "accept4", "bind", "listen", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(.system, [.receive, .send], peer: connection.plug.peer)
      grants.unix(
        [.send, .receive], type: .seqpacket, address: "none", peer: connection.plug.peer, peerAddress: "none")
    }
  }
}
