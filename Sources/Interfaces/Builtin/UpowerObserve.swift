internal import Permissions

extension Interface {
  /// UPower: a snap or the host has it, plugs ask it.
  static let upowerObserve = Interface(
    "upower-observe", "allows reading the state of batteries and power, or serving it",
    implicitSlot: .init(onCore: .when { !$0.isClassic && $0.exists("/usr/libexec/upowerd") }, onClassic: .yes),
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(slotSnapTypes: [.app])),
      denyAutoConnection: .when(Constraints(slotSnapTypes: [.app])))
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower", interface: "org.freedesktop.UPower",
        member: "EnumerateDevices", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower{,/Wakeups,/devices/**}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower", interface: "org.freedesktop.UPower",
        member: "GetCriticalAction", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower", interface: "org.freedesktop.UPower",
        member: "GetDisplayDevice", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower/devices/**", interface: "org.freedesktop.UPower.Device",
        member: "{GetHistory,Refresh}", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], path: "/org/freedesktop/UPower{,/devices/**}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService("org.freedesktop.UPower", callers: .everyone)
      grants.files(
        .read, "/sys/devices/**/power_supply/{,**}", "/sys/class/power_supply/", "/run/udev/data/+power_supply:*")
      grants.network(.netlink, .raw)
      grants.requestsNames(.system)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnix{ProcessID,User}")
      grants.ownName(.system, "org.freedesktop.UPower")
      grants.dbus(.system, [.receive], path: "/org/freedesktop/login1{,/**}")
      grants.dbus(.system, [.send], path: "/org/freedesktop/login1{,/**}")
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(.system, [.receive, .send], path: "/org/freedesktop/UPower{,/**}", peer: connection.plug.peer)
    }
  }
}
