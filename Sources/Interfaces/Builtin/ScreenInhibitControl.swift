internal import Permissions

extension Interface {
  /// Session managers and screen savers, which are asked to wait.
  static let screenInhibitControl = Interface(
    "screen-inhibit-control", "allows keeping the screen from locking and saving", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(slotSnapTypes: [.app])),
      denyAutoConnection: .when(Constraints(slotSnapTypes: [.app])))
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/org/gnome/SessionManager", interface: "org.gnome.SessionManager",
        member: "{Inhibit,Uninhibit}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/Unity/Screen", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/Unity/Screen", interface: "com.canonical.Unity.Screen",
        member: "{keepDisplayOn,removeDisplayOnRequest}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/Screensaver", interface: "org.freedesktop.ScreenSaver",
        member: "{Inhibit,UnInhibit,SimulateUserActivity}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/PowerManagement/Inhibit",
        interface: "org.freedesktop.PowerManagement.Inhibit", member: "{Inhibit,UnInhibit}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/org/freedesktop/PowerManagement/Inhibit",
        interface: "org.freedesktop.PowerManagement.Inhibit", member: "HasInhibitChanged",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/{,org/freedesktop/,org/gnome/}ScreenSaver",
        interface: "org.{freedesktop,gnome}.ScreenSaver", member: "{Inhibit,UnInhibit,SimulateUserActivity}",
        peer: connection.slot.peer)
      grants.dbus(.session, [.send], path: "/{,ScreenSaver}", peer: connection.slot.peer)
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive], path: "/org/gnome/SessionManager", interface: "org.gnome.SessionManager",
        member: "{Inhibit,Uninhibit}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/com/canonical/Unity/Screen", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/com/canonical/Unity/Screen", interface: "com.canonical.Unity.Screen",
        member: "{keepDisplayOn,removeDisplayOnRequest}", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/Screensaver", interface: "org.freedesktop.ScreenSaver",
        member: "{Inhibit,UnInhibit,SimulateUserActivity}", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/org/freedesktop/PowerManagement/Inhibit",
        interface: "org.freedesktop.PowerManagement.Inhibit", member: "{Inhibit,UnInhibit}",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/PowerManagement/Inhibit",
        interface: "org.freedesktop.PowerManagement.Inhibit", member: "HasInhibitChanged",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/{,org/freedesktop/,org/gnome/}ScreenSaver",
        interface: "org.{freedesktop,gnome}.ScreenSaver", member: "{Inhibit,UnInhibit,SimulateUserActivity}",
        peer: connection.plug.peer)
      grants.dbus(.session, [.receive], path: "/{,ScreenSaver}", peer: connection.plug.peer)
    }
  }
}
