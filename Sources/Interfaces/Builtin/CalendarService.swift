internal import Permissions

extension Interface {
  /// Lets a snap read and change the user's calendars.
  static let calendarService = Interface(
    "calendar-service", "allows a snap to read and change the user's calendars",
    implicitSlot: .init(onCore: .no, onClassic: .when { !($0.distribution == "ubuntu" && $0.version == "14.04") }),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver{,/**}",
        interface: "org.freedesktop.DBus.ObjectManager", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/SourceManager{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Calendar{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarFactory",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarView{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/{Subprocess,Calendar}{,/**}",
        interface: "org.gnome.evolution.dataserver.Calendar", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarFactory",
        interface: "org.gnome.evolution.dataserver.CalendarFactory", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/CalendarView{,/**}",
        interface: "org.gnome.evolution.dataserver.CalendarView", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/SourceManager{,/**}",
        interface: "org.gnome.evolution.dataserver.Source", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/SourceManager{,/**}",
        interface: "org.gnome.evolution.dataserver.Source.Removable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/SourceManager",
        interface: "org.gnome.evolution.dataserver.SourceManager", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/Calendar{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/CalendarFactory",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/CalendarView{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/SourceManager{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
    }
  }
}
