internal import Permissions

/// Where the session keeps calendars and address books: the data server of Evolution.
extension PermissionSet {
  /// Reads and changes one kind of data.
  ///
  /// - Parameters:
  ///   - kind: `Calendar` or `AddressBook`.
  ///   - views: what the server makes for a client, besides.
  mutating func usesEvolutionData(_ kind: PolicyPattern, views: [PolicyPattern], server: PeerLabel) {
    func messages(_ path: PolicyPattern, _ interface: PolicyPattern) {
      dbus(
        .session, [.receive, .send], path: "/org/gnome/evolution/dataserver\(path)", interface: interface, peer: server)
    }
    messages("{,/**}", "org.freedesktop.DBus.ObjectManager")
    let objects: [PolicyPattern] = ["/\(kind){,/**}", "/\(kind)Factory"] + views.map { "/\($0){,/**}" }
    for object in objects + ["/SourceManager{,/**}", "/Subprocess{,/**}"] {
      messages(object, "org.freedesktop.DBus.Properties")
    }
    messages("/{Subprocess,\(kind)}{,/**}", "org.gnome.evolution.dataserver.\(kind)")
    messages("/\(kind)Factory", "org.gnome.evolution.dataserver.\(kind)Factory")
    for view in views { messages("/\(view){,/**}", "org.gnome.evolution.dataserver.\(view)") }
    messages("/SourceManager{,/**}", "org.gnome.evolution.dataserver.Source")
    messages("/SourceManager{,/**}", "org.gnome.evolution.dataserver.Source.Removable")
    messages("/SourceManager", "org.gnome.evolution.dataserver.SourceManager")
    for object in objects + ["/SourceManager{,/**}"] {
      dbus(
        .session, [.send], path: "/org/gnome/evolution/dataserver\(object)",
        interface: "org.freedesktop.DBus.Introspectable", member: object == objects[1] ? "Introspect" : nil,
        peer: server)
    }
  }

  /// Exchanges messages with a service of Unity 8 for such data, or with its clients.
  ///
  /// - Parameters:
  ///   - backend: where the service has its own objects.
  ///   - others: paths of its own.
  mutating func exchangesEvolutionData(
    _ kind: PolicyPattern, backend: PolicyPattern, others: [PolicyPattern],
    _ operations: [DBusRule.Operation] = [.receive, .send], peer: PeerLabel = .any
  ) {
    let server: PolicyPattern = "/org/gnome/evolution/dataserver"
    dbus(
      .session, operations, path: "\(server)/Subprocess/**", interface: "org.gnome.evolution.dataserver.\(kind)",
      peer: peer)
    let own: [PolicyPattern] = [
      "\(server)/\(kind)Factory", "\(server)/\(kind)View/**", "\(server)/Subprocess/Backend/\(backend)/**",
    ]
    for path in own + others { dbus(.session, operations, path: path, peer: peer) }
  }
}
