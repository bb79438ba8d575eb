internal import ByteText
internal import Permissions

extension Interface {
  /// Owning a well-known name on a message bus (the slot), and talking to it (the plug). Attributes: `bus`, `name`.
  static let dbus = Interface(
    "dbus", "allows a snap to own one name on a message bus, or talk to its owner",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])),
      denyConnection: .when(Constraints(slotAttributes: .map(["name": .matches(".+")]))), denyAutoConnection: .always)
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in _ = try OwnedName(plug) }
    $0.checkSlot = { slot throws(InterfaceError) in _ = try OwnedName(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      guard let owned = try OwnedName(of: connection) else { return }
      let peer = connection.slot.peer
      grants.dbus(
        owned.bus, [.send], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: peer)
      // The second is for services that put their process id behind the name.
      grants.dbus(owned.bus, peerName: owned.name, peer: peer)
      grants.dbus(owned.bus, peerName: "\(owned.name)-[1-9]{,[0-9]}{,[0-9]}{,[0-9]}{,[0-9]}{,[0-9]}", peer: peer)
      grants.dbus(owned.bus, interface: owned.interfaces, peer: peer)
      grants.dbus(owned.bus, path: owned.paths, peer: peer)
    }
    $0.slot = { grants, slot throws(InterfaceError) in
      let owned = try OwnedName(slot)
      let bus = owned.bus
      let daemon: PolicyPattern = "org.freedesktop.DBus"
      grants.dbus(
        bus, [.send], path: "/org/freedesktop/DBus", interface: daemon, member: "{Request,Release}Name",
        peerName: daemon)
      grants.dbus(
        bus, [.send], path: "/org/freedesktop/DBus", interface: daemon,
        member: "GetConnectionUnix{ProcessID,User}", peerName: daemon)
      grants.dbus(
        bus, [.send], path: "/org/freedesktop/DBus", interface: daemon, member: "GetConnectionCredentials",
        peerName: daemon)
      grants.ownName(bus, owned.name)
      grants.ownName(bus, "\(owned.name){_,-}\(OwnedName.number){,_\(OwnedName.number)}")
      grants.ownName(bus, "\(owned.name).*")
      grants.dbus(bus, [.receive], path: owned.paths, peerName: daemon)
      grants.dbus(
        bus, [.send], path: owned.paths, interface: "org.freedesktop.DBus.Properties", peerName: daemon)
      grants.dbus(
        bus, [.send], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peerName: daemon)
      // The host's own programs may call, also when nothing is connected.
      grants.dbus(
        bus, [.receive], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: .unconfined)
      grants.dbus(bus, [.receive], interface: owned.interfaces, peer: .unconfined)
      grants.dbus(bus, [.receive], path: owned.paths, peer: .unconfined)
      grants.syscalls("listen", "accept", "accept4")
      if bus == .system {
        grants.busPolicies += [
          BusPolicy(.user("root"), [.own(owned.text), owned.sending]), BusPolicy(.everyone, [owned.sending]),
        ]
      }
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      guard let owned = try OwnedName(of: connection) else { return }
      let peer = connection.plug.peer
      grants.dbus(
        owned.bus, [.receive], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: peer)
      grants.dbus(owned.bus, interface: owned.interfaces, peer: peer)
      grants.dbus(owned.bus, path: owned.paths, peer: peer)
    }
  }
}

/// The name a side is about, and what by convention goes with it.
private struct OwnedName {
  let bus: DBusRule.Bus
  let text: PatternText

  var name: PolicyPattern { "\(text)" }
  var interfaces: PolicyPattern { "\(text){,.*}" }
  let paths: PolicyPattern
  var sending: BusPolicy.Rule { .send(destination: text, interface: nil, member: nil, path: nil) }

  /// A process id or a number of windows behind a name.
  static let number: PolicyPattern = {
    let digit = "{,[0-9_]}"
    return (try? PolicyPattern("[1-9]" + String(repeating: digit, count: 8) + "{,[0-9]}")) ?? "[1-9]"
  }()

  init(_ side: ConnectionSide) throws(InterfaceError) {
    guard let word = side.read.string("bus") else { throw InterfaceError("cannot find attribute 'bus'") }
    switch word {
    case "session": bus = .session
    case "system": bus = .system
    default: throw InterfaceError("bus '\(word)' must be one of 'session' or 'system'")
    }
    guard let name = side.read.string("name") else { throw InterfaceError("cannot find attribute 'name'") }
    try Self.check(name)
    // Services may add a dash and their process id, so no name may look as if it had one.
    let end = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    if end.count > 1, let last = end.last, !last.isEmpty, last.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      throw InterfaceError("DBus bus name must not end with -NUMBER")
    }
    text = try patternText(name)
    let path = try patternText("/" + name.split(separator: ".").joined(separator: "/"))
    paths = "\(path){,/**}"
  }

  /// What both sides name; nil when they name different things.
  init?(of connection: Connection) throws(InterfaceError) {
    let plug = try OwnedName(connection.plug)
    let slot = try OwnedName(connection.slot)
    guard plug.bus == slot.bus, plug.text == slot.text else { return nil }
    self = slot
  }

  /// At least two words of `[A-Za-z_-][A-Za-z0-9_-]*`, at most 255 bytes (the D-Bus specification).
  private static func check(_ name: String) throws(InterfaceError) {
    guard !name.isEmpty else { throw InterfaceError("DBus bus name must be set") }
    guard name.utf8.count <= 255 else { throw InterfaceError("DBus bus name is too long (must be <= 255)") }
    guard NameForm.isBusName(name) else { throw InterfaceError("invalid DBus bus name: \(quoted(name))") }
  }
}
