internal import Permissions

extension Interface {
  /// Lets a snap find services on the local network.
  static let avahiObserve = Interface(
    "avahi-observe", "allows a snap to find services on the local network", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.readWrite, "/{,var/}run/avahi-daemon/socket")
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server",
        member: "{Get*,Resolve*,IsNSSSupportAvailable}", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], interface: "org.freedesktop.Avahi.Server", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "AddressResolverNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/AddressResolver*", interface: "org.freedesktop.Avahi.AddressResolver",
        member: "Free", peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], interface: "org.freedesktop.Avahi.AddressResolver", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "HostNameResolverNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/HostNameResolver*", interface: "org.freedesktop.Avahi.HostNameResolver",
        member: "Free", peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], interface: "org.freedesktop.Avahi.HostNameResolver", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "ServiceResolverNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/ServiceResolver*", interface: "org.freedesktop.Avahi.ServiceResolver",
        member: "Free", peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], interface: "org.freedesktop.Avahi.ServiceResolver", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "DomainBrowserNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/DomainBrowser*", interface: "org.freedesktop.Avahi.DomainBrowser",
        member: "Free", peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], interface: "org.freedesktop.Avahi.DomainBrowser", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "RecordBrowserNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/RecordBrowser*", interface: "org.freedesktop.Avahi.RecordBrowser",
        member: "Free", peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], interface: "org.freedesktop.Avahi.RecordBrowser", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "ServiceBrowserNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/ServiceBrowser*", interface: "org.freedesktop.Avahi.ServiceBrowser",
        member: "Free", peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], interface: "org.freedesktop.Avahi.ServiceBrowser", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.Avahi.Server", member: "ServiceTypeBrowserNew",
        peerName: "org.freedesktop.Avahi", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/Client*/ServiceTypeBrowser*",
        interface: "org.freedesktop.Avahi.ServiceTypeBrowser", member: "Free", peerName: "org.freedesktop.Avahi",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], interface: "org.freedesktop.Avahi.ServiceTypeBrowser", peer: connection.slot.peer)
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
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.Avahi.Server", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], interface: "org.freedesktop.Avahi.Server", member: "StateChanged",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/AddressResolver*", interface: "org.freedesktop.Avahi.AddressResolver",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], interface: "org.freedesktop.Avahi.AddressResolver", peerName: "org.freedesktop.Avahi",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/HostNameResolver*",
        interface: "org.freedesktop.Avahi.HostNameResolver", peer: connection.plug.peer)
      grants.dbus(.system, [.send], interface: "org.freedesktop.Avahi.HostNameResolver", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/ServiceResolver*", interface: "org.freedesktop.Avahi.ServiceResolver",
        peer: connection.plug.peer)
      grants.dbus(.system, [.send], interface: "org.freedesktop.Avahi.ServiceResolver", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/DomainBrowser*", interface: "org.freedesktop.Avahi.DomainBrowser",
        peer: connection.plug.peer)
      grants.dbus(.system, [.send], interface: "org.freedesktop.Avahi.DomainBrowser", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/RecordBrowser*", interface: "org.freedesktop.Avahi.RecordBrowser",
        peer: connection.plug.peer)
      grants.dbus(.system, [.send], interface: "org.freedesktop.Avahi.RecordBrowser", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/ServiceBrowser*", interface: "org.freedesktop.Avahi.ServiceBrowser",
        peer: connection.plug.peer)
      grants.dbus(.system, [.send], interface: "org.freedesktop.Avahi.ServiceBrowser", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/Client*/ServiceTypeBrowser*",
        interface: "org.freedesktop.Avahi.ServiceTypeBrowser", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], interface: "org.freedesktop.Avahi.ServiceTypeBrowser", peer: connection.plug.peer)
    }
  }
}
