internal import Permissions

extension Interface {
  /// Lets a snap find and announce services on the local network.
  static let avahiControl = Interface(
    "avahi-control", "allows a snap to find and announce services on the local network", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      // Who may change something may look, too.
      try Interface.avahiObserve.connectedPlug(&grants, connection)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "Set*",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "EntryGroupNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/EntryGroup*", interface: "org.freedesktop.Avahi.EntryGroup",
        member: "{Free,Commit,Reset}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/EntryGroup*", interface: "org.freedesktop.Avahi.EntryGroup",
        member: "{GetState,IsEmpty,UpdateServiceTxt}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/EntryGroup*", interface: "org.freedesktop.Avahi.EntryGroup",
        member: "Add{Service,ServiceSubtype,Address,Record}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/EntryGroup*", interface: "org.freedesktop.Avahi.EntryGroup",
        peer: connection.slot.peer)
    }
    $0.slot = Interface.avahiObserve.slot
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      try Interface.avahiObserve.connectedSlot(&grants, connection)
      grants.dbus(
        .system, [.receive], path: "/Client*/EntryGroup*", interface: "org.freedesktop.Avahi.EntryGroup",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], interface: "org.freedesktop.Avahi.EntryGroup", member: "StateChanged",
        peerName: "org.freedesktop.Avahi", peer: connection.plug.peer)
    }
  }
}
