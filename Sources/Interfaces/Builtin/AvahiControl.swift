internal import Permissions

extension Interface {
  /// Publish/browse mDNS services.
  static let avahiControl = Interface(
    "avahi-control", "publish/browse mDNS services", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
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
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive], path: "/Client*/EntryGroup*", interface: "org.freedesktop.Avahi.EntryGroup",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], interface: "org.freedesktop.Avahi.EntryGroup", member: "StateChanged",
        peerName: "org.freedesktop.Avahi", peer: connection.plug.peer)
    }
  }
}
