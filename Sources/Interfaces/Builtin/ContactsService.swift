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
      grants.usesEvolutionData(
        "AddressBook", views: ["AddressBookCursor", "AddressBookView"], server: connection.slot.peer)
      grants.files(.read, owner: true, "$HOME/.cache/evolution/addressbook/[0-9a-f]*/*.jpeg")
    }
  }
}
