internal import Permissions

extension Interface {
  /// The input method server Maliit, and its clients.
  static let maliit = Interface(
    "maliit", "allows operating as an input method, or using one",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/org/maliit/server/address", interface: "org.maliit.Server.Address",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/maliit/server/address", interface: "org.freedesktop.DBus.Properties",
        peer: connection.slot.peer)
      grants.unix(
        [.send, .receive, .connect], type: .stream, address: "none", peer: connection.slot.peer,
        peerAddress: "@/tmp/maliit-server/dbus-*")
    }
    $0.slot = { grants, _ in
      grants.ownName(.session, "org.maliit.server")
      grants.files(.read, "/usr/share/glib-2.0/schemas/")
      grants.unix([.bind, .listen, .accept], type: .stream, address: "@/tmp/maliit-server/dbus-*")
      grants.syscalls("listen", "accept", "accept4")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive], path: "/org/maliit/server/address", interface: "org.maliit.Server.Address",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/org/maliit/server/address", interface: "org.freedesktop.DBus.Properties",
        peer: connection.plug.peer)
      grants.unix(
        [.receive, .send], type: .stream, address: "@/tmp/maliit-server/dbus-*", peer: connection.plug.peer)
    }
  }
}
