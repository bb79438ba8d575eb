internal import Permissions
internal import Snap

extension Interface {
  /// Players own `org.mpris.MediaPlayer2.NAME` on the session bus (`name`, else the snap's own); plugs control them.
  static let mpris = Interface(
    "mpris", "allows operating as a media player that others control",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])),
      denyConnection: .when(Constraints(slotAttributes: .map(["name": .matches(".+")]))), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus.Introspectable",
        peerName: "org.freedesktop.DBus")
      grants.dbus(.session, [.send], path: "/{,org,org/mpris,org/mpris/MediaPlayer2}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "org.freedesktop.DBus", member: "ListNames",
        peerName: "org.freedesktop.DBus")
      grants.dbus(.session, [.send], path: "/org/mpris/MediaPlayer2", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
    }
    $0.checkSlot = { slot throws(InterfaceError) in _ = try playerName(slot) }
    $0.slot = { grants, slot throws(InterfaceError) in
      grants.ownName(.session, "org.mpris.MediaPlayer2.\(try playerName(slot)){,.*}")
      grants.requestsNames(.system)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnix{ProcessID,User}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        member: "{GetAll,PropertiesChanged}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/mpris/MediaPlayer2", interface: "org.mpris.MediaPlayer2{,.Player}",
        peerName: "org.freedesktop.DBus")
      // Players are controlled by the desktop, on an ordinary distribution.
      grants.dbus(.session, [.receive], path: "/org/mpris/MediaPlayer2", peer: .unconfined)
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], interface: "org.freedesktop.DBus.Introspectable", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/org/mpris/MediaPlayer2", interface: "org.mpris.MediaPlayer2{,.*}",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.plug.peer)
      grants.dbus(.session, [.receive], path: "/org/mpris/MediaPlayer2", peer: connection.plug.peer)
    }
  }

  /// The last part of the player's name.
  private static func playerName(_ slot: ConnectionSide) throws(InterfaceError) -> PatternText {
    for key in slot.attributes.values.keys.sorted() where key != "name" {
      throw InterfaceError("unknown attribute '\(key)'")
    }
    guard let value = slot["name"] else { return slot.snapNameText }
    guard case .string(let name) = value else {
      throw InterfaceError("name element \(value.goText) is not a string")
    }
    func isAdmitted(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isASCII
        && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value) || scalar == "_" || scalar == "-")
    }
    guard name.unicodeScalars.allSatisfy(isAdmitted) else {
      throw InterfaceError("invalid name element: \(quoted(name))")
    }
    return try patternText(name)
  }
}
