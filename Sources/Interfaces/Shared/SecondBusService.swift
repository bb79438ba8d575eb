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
}
