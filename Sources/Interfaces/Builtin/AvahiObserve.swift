internal import Permissions

extension Interface {
  /// Lets a snap find services on the local network.
  static let avahiObserve = Interface(
    "avahi-observe", "allows a snap to find services on the local network", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      let slot = connection.slot.peer
      grants.files(.readWrite, "/{,var/}run/avahi-daemon/socket")
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping",
        peerName: "org.freedesktop.Avahi", peer: slot)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server",
        member: "{Get*,Resolve*,IsNSSSupportAvailable}", peer: slot)
      grants.dbus(.system, [.receive], interface: "org.freedesktop.Avahi.Server", peer: slot)
      for object in avahiObjects {
        grants.dbus(
          .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "\(object)New",
          peerName: "org.freedesktop.Avahi", peer: slot)
        grants.dbus(
          .system, [.send], path: "/Client*/\(object)*", interface: "org.freedesktop.Avahi.\(object)", member: "Free",
          peerName: "org.freedesktop.Avahi", peer: slot)
        grants.dbus(.system, [.receive], interface: "org.freedesktop.Avahi.\(object)", peer: slot)
      }
    }
    $0.slot = { grants, _ in
      grants.network(.netlink)
      grants.files("w", "/{,var/}run/avahi-daemon/")
      grants.files("rwk", "/{,var/}run/avahi-daemon/{pid,socket}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnixProcessID")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnixUser")
      grants.ownName(.system, "org.freedesktop.Avahi")
      grants.dbus(.system, [.receive, .send], path: "/org/freedesktop/Avahi{,/**}")
      let name = PatternText(of: "org.freedesktop.Avahi")
      let talk: [BusPolicy.Rule] = [
        .send(destination: name, interface: nil, member: nil, path: nil), .receive(sender: name, interface: nil),
      ]
      let renaming = BusPolicy.Rule.send(
        destination: name, interface: PatternText(of: "org.freedesktop.Avahi.Server"),
        member: PatternText(of: "SetHostName"), path: nil)
      grants.busPolicies += [
        BusPolicy(.user("root"), [.own(name)] + talk), BusPolicy(.group("netdev"), talk),
        BusPolicy(.everyone, talk + [.deny(renaming)]),
      ]
    }
    $0.connectedSlot = { grants, connection in
      let plug = connection.plug.peer
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping", peer: plug)
      grants.dbus(.system, [.receive], path: "/", interface: "org.freedesktop.Avahi.Server", peer: plug)
      grants.dbus(
        .system, [.send], interface: "org.freedesktop.Avahi.Server", member: "StateChanged", peer: plug)
      for object in avahiObjects {
        grants.dbus(
          .system, [.receive], path: "/Client*/\(object)*", interface: "org.freedesktop.Avahi.\(object)", peer: plug)
        grants.dbus(
          .system, [.send], interface: "org.freedesktop.Avahi.\(object)",
          peerName: object == "AddressResolver" ? "org.freedesktop.Avahi" : nil, peer: plug)
      }
    }
  }

  /// What the server makes for its clients, each with an interface of its own.
  private static let avahiObjects: [PolicyPattern] = [
    "AddressResolver", "HostNameResolver", "ServiceResolver", "DomainBrowser", "RecordBrowser", "ServiceBrowser",
    "ServiceTypeBrowser",
  ]
}
