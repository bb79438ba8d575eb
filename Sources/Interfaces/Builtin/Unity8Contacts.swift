internal import Permissions

extension Interface {
  /// The session's address book, and its clients.
  static let unity8Contacts = Interface(
    "unity8-contacts", "allows operating as the address book of Unity 8, or using it",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always, denyAutoConnection: .always
    )
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookFactory",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookView/**",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/**",
        interface: "org.gnome.evolution.dataserver.AddressBook", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/Backend/AddressBookView/**",
        peer: connection.slot.peer)
      grants.dbus(.session, [.receive, .send], path: "/com/canonical/pim/AddressBook", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/pim/AddressBookView", peer: connection.slot.peer)
      grants.dbus(.session, [.receive, .send], path: "/synchronizer{,/**}", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService(
        "org.gnome.evolution.dataserver.AddressBook9", "com.canonical.pim", callers: .everyone)
      grants.syscalls("accept", "accept4", "bind", "listen")
      grants.ownName(.session, "org.gnome.evolution.dataserver.AddressBook9")
      grants.ownName(.session, "org.gnome.evolution.dataserver.Subprocess.Backend.AddressBook*")
      grants.ownName(.session, "com.canonical.pim")
      grants.ownName(.session, "com.meego.msyncd")
      grants.dbus(.session, [.receive], path: "/org/gnome/evolution/dataserver/AddressBookFactory")
      grants.dbus(.session, [.receive], path: "/org/gnome/evolution/dataserver/AddressBookView/**")
      grants.dbus(
        .session, [.receive], path: "/org/gnome/evolution/dataserver/Subprocess/**",
        interface: "org.gnome.evolution.dataserver.AddressBook")
      grants.dbus(
        .session, [.receive], path: "/org/gnome/evolution/dataserver/Subprocess/Backend/AddressBookView/**")
      grants.dbus(.session, [.receive], path: "/com/canonical/pim/AddressBook")
      grants.dbus(.session, [.receive], path: "/com/canonical/pim/AddressBookView")
      grants.dbus(.session, [.receive], path: "/synchronizer{,/**}")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookFactory",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/AddressBookView/**",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/**",
        interface: "org.gnome.evolution.dataserver.AddressBook", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver/Subprocess/Backend/AddressBookView/**",
        peer: connection.plug.peer)
      grants.dbus(.session, [.receive, .send], path: "/com/canonical/pim/AddressBook", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/pim/AddressBookView", peer: connection.plug.peer)
      grants.dbus(.session, [.receive, .send], path: "/synchronizer{,/**}", peer: connection.plug.peer)
    }
  }
}
