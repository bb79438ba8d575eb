internal import Permissions

extension Interface {
  /// The session's address book, and its clients.
  static let unity8Contacts = Interface(
    "unity8-contacts", "allows operating as the address book of Unity 8, or using it",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.exchangesEvolutionData(
        "AddressBook", backend: "AddressBookView", others: unity8ContactsPaths, peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService(
        "org.gnome.evolution.dataserver.AddressBook9", "com.canonical.pim", callers: .everyone)
      grants.syscalls("accept", "accept4", "bind", "listen")
      grants.ownName(.session, "org.gnome.evolution.dataserver.AddressBook9")
      grants.ownName(.session, "org.gnome.evolution.dataserver.Subprocess.Backend.AddressBook*")
      grants.ownName(.session, "com.canonical.pim")
      grants.ownName(.session, "com.meego.msyncd")
      grants.exchangesEvolutionData(
        "AddressBook", backend: "AddressBookView", others: unity8ContactsPaths, [.receive])
    }
    $0.connectedSlot = { grants, connection in
      grants.exchangesEvolutionData(
        "AddressBook", backend: "AddressBookView", others: unity8ContactsPaths, peer: connection.plug.peer)
    }
  }

  private static let unity8ContactsPaths: [PolicyPattern] = [
    "/com/canonical/pim/AddressBook", "/com/canonical/pim/AddressBookView", "/synchronizer{,/**}",
  ]
}
