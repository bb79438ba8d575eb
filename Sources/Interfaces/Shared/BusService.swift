internal import Permissions

/// What the system bus lets users do with a service that a snap provides.
enum BusService {
  /// Who may send messages to a service; each service decides the rest by itself (polkit).
  enum Callers { case everyone, atConsole, rootOnly }

  /// root owns the name and talks to it; others as said.
  static func policies(for names: [PatternText], callers: Callers) -> [BusPolicy] {
    func sends() -> [BusPolicy.Rule] {
      names.map { .send(destination: $0, interface: nil, member: nil, path: nil) }
    }
    var policies = [BusPolicy(.user("root"), names.map { .own($0) } + sends())]
    switch callers {
    case .everyone:
      policies.append(BusPolicy(.everyone, names.map { .deny(.own($0)) } + sends()))
    case .atConsole:
      policies.append(BusPolicy(.atConsole, sends()))
      policies.append(BusPolicy(.everyone, names.map { .deny(.own($0)) } + sends().map { .deny($0) }))
    case .rootOnly:
      policies.append(BusPolicy(.everyone, names.map { .deny(.own($0)) } + sends().map { .deny($0) }))
    }
    return policies
  }
}

extension PermissionSet {
  /// Lets processes of every user send messages to a service of the system bus.
  mutating func talksToSystemBusService(_ name: StaticString) {
    let destination = PatternText(of: name.description)
    busPolicies.append(
      BusPolicy(.everyone, [.send(destination: destination, interface: nil, member: nil, path: nil)]))
  }

  /// Lets a service of the system bus be owned by root's processes, and talked to.
  mutating func systemBusService(_ names: StaticString..., callers: BusService.Callers) {
    busPolicies += BusService.policies(for: names.map { PatternText(of: $0.description) }, callers: callers)
  }

  /// Lets a service ask the bus for its name, and give it back.
  mutating func requestsNames(_ bus: DBusRule.Bus) {
    dbus(
      bus, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus", member: "{Request,Release}Name",
      peerName: "org.freedesktop.DBus")
  }

  /// Lets a service of the system bus ask which process of which user calls.
  mutating func asksForCallers() {
    dbus(
      .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
      member: "GetConnectionUnix{ProcessID,User}")
  }

  /// Lets a service of the session know its names and its callers, with the labels that AppArmor gives them.
  mutating func labelledSessionService() {
    files(.read, "/sys/module/apparmor/parameters/enabled", "/proc/@{pid}/mounts")
    files(.readWrite, "/sys/kernel/security/apparmor/.access")
    dbus(
      .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
      member: "{RequestName,ReleaseName,GetConnectionCredentials}")
  }

  /// Lets a program read the properties of objects of a service, and be told of their changes.
  mutating func readsProperties(_ bus: DBusRule.Bus, _ path: PolicyPattern, of service: PeerLabel) {
    dbus(
      bus, [.send], path: path, interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: service)
    dbus(
      bus, [.receive], path: path, interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged",
      peer: service)
  }
}
