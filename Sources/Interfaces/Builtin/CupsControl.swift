internal import Permissions

extension Interface {
  /// Lets a snap print, and manage printers and print jobs.
  static let cupsControl = Interface(
    "cups-control", "allows a snap to print, and manage printers and print jobs", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.cupsClient()
      grants.dbus(
        .system, [.receive], path: "/org/cups/cupsd/Notifier", interface: "org.cups.cupsd.Notifier",
        peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.files(.readWrite, "/{,var/}run/cups/")
      grants.files("rwk", "/{,var/}run/cups/**")
      grants.files(.read, "/etc/shadow", "/var/lib/extrausers/shadow", "/proc/[0-9]*/attr/{,apparmor/}current")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/ColorManager",
        interface: "org.freedesktop.ColorManager", peerName: "org.freedesktop.ColorManager")
      grants.dbus(.system, [.send], path: "/org/cups/cupsd/Notifier", interface: "org.cups.cupsd.Notifier")
      grants.capabilities(.kill, .fsetid)
      grants.syscalls("lsm_get_self_attr")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/cups/cupsd/Notifier", interface: "org.cups.cupsd.Notifier",
        peer: connection.plug.peer)
    }
  }
}
