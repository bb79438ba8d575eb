internal import Permissions

extension Interface {
  /// The session's calendar service, and its clients.
  static let unity8Calendar = Interface(
    "unity8-calendar", "allows operating as the calendar of Unity 8, or using it",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always, denyAutoConnection: .always
    )
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarFactory",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarView/**",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/**",
        interface: "org.gnome.evolution.dataserver.Calendar", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/Backend/Calendar/**",
        peer: connection.slot.peer)
      grants.dbus(.session, [.receive, .send], path: "/com/canonical/SyncMonitor", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService(
        "org.gnome.evolution.dataserver.Calendar7", "com.canonical.SyncMonitor", callers: .everyone)
      grants.syscalls("accept", "accept4", "bind", "listen")
      grants.ownName(.session, "org.gnome.evolution.dataserver.Calendar7")
      grants.ownName(.session, "org.gnome.evolution.dataserver.Subprocess.Backend.Calendar*")
      grants.ownName(.session, "com.canonical.SyncMonitor")
      grants.dbus(.session, [.receive], path: "/org/gnome/evolution/dataserver/CalendarFactory")
      grants.dbus(.session, [.receive], path: "/org/gnome/evolution/dataserver/CalendarView/**")
      grants.dbus(
        .session, [.receive], path: "/org/gnome/evolution/dataserver/Subprocess/**",
        interface: "org.gnome.evolution.dataserver.Calendar")
      grants.dbus(.session, [.receive], path: "/org/gnome/evolution/dataserver/Subprocess/Backend/Calendar/**")
      grants.dbus(.session, [.receive], path: "/com/canonical/SyncMonitor")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarFactory",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarView/**",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/**",
        interface: "org.gnome.evolution.dataserver.Calendar", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/Backend/Calendar/**",
        peer: connection.plug.peer)
      grants.dbus(.session, [.receive, .send], path: "/com/canonical/SyncMonitor", peer: connection.plug.peer)
    }
  }
}
