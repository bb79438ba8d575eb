internal import Permissions

extension Interface {
  /// Lets a snap read and change the user's address books.
  static let contactsService = Interface(
    "contacts-service", "allows a snap to read and change the user's address books",
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
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBook{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookFactory",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookCursor{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookView{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/{Subprocess,AddressBook}{,/**}",
        interface: "org.gnome.evolution.dataserver.AddressBook", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookFactory",
        interface: "org.gnome.evolution.dataserver.AddressBookFactory", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookCursor{,/**}",
        interface: "org.gnome.evolution.dataserver.AddressBookCursor", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookView{,/**}",
        interface: "org.gnome.evolution.dataserver.AddressBookView", peer: connection.slot.peer)
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
        .session, [.send], path: "/org/gnome/evolution/dataserver/AddressBook{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/AddressBookFactory",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/AddressBookCursor{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/AddressBookView{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver/SourceManager{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.files(.read, owner: true, "$HOME/.cache/evolution/addressbook/[0-9a-f]*/*.jpeg")
    }
  }
}
