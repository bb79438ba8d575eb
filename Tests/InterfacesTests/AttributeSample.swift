import Interfaces
import Permissions
import Snap
import Testing

/// Makes plugs, slots and connections of attributes written as in `snap.yaml`.
enum AttributeSample {
  /// A side of the snap `consumer` or `producer`, with its attributes as one or more lines of YAML.
  static func side(
    _ role: ConnectionSide.Role, of interface: String, _ attributes: String, snap: String? = nil, isSystem: Bool = false
  ) throws -> ConnectionSide {
    let name = snap ?? (role == .plug ? "consumer" : "producer")
    let lines = attributes.split(separator: "\n").map { "    \($0)\n" }.joined()
    let yaml = "name: \(name)\nversion: 1\n\(role)s:\n  side:\n    interface: \(interface)\n" + lines
    let info = try SnapInfo(yaml: Array(yaml.utf8))
    let end = try #require(role == .plug ? info.plugs.first : info.slots.first)
    return ConnectionSide(
      role: role, name: end.name, interface: interface,
      snap: .init(
        instance: try InstanceName(name), revision: .store(7), type: isSystem ? .snapd : .app, isSystem: isSystem),
      attributes: Attributes(end), tags: [.app(try AppName("tool"), of: try InstanceName(name))])
  }

  /// What both sides of a checked connection may do.
  static func grants(
    _ interface: Interface, plug: String = "", slot: String = "", isSystem: Bool = false, machine: Machine = Machine()
  ) throws -> (plug: PermissionSet, slot: PermissionSet) {
    var plugSide = try side(.plug, of: interface.name, plug)
    var slotSide = try side(.slot, of: interface.name, slot, isSystem: isSystem)
    try interface.checkPlug(&plugSide)
    if !isSystem { try interface.checkSlot(&slotSide) }
    let connection = Connection(plug: plugSide, slot: slotSide, machine: machine)
    try interface.checkConnection(connection)
    var plugGrants = PermissionSet()
    var slotGrants = PermissionSet()
    try interface.plug(&plugGrants, plugSide)
    try interface.connectedPlug(&plugGrants, connection)
    if !isSystem {
      try interface.slot(&slotGrants, slotSide)
      try interface.connectedSlot(&slotGrants, connection)
    }
    return (plugGrants, slotGrants)
  }
}

extension PermissionSet {
  /// One line for each rule that attributes may shape: `rw /dev/fb0`, `owner r $HOME/`, `udev KERNEL=="fb0"`.
  var lines: [String] {
    files.map { rule in
      (rule.effect == .allow ? "" : "deny ") + (rule.owner ? "owner " : "") + rule.access.letters + " "
        + rule.pattern.rawValue
    }
      + udev.map { "udev " + $0.match } + modules.map { "module " + $0.name } + pins.map { "pin \($0)" }
      + deviceLinks.map { "link \($0.name) to \($0.device.match)" }
      + contentMounts.map { "show \($0.source) at \($0.target) \($0.readOnly ? "ro" : "rw")" }
      + syscalls.map { "syscall \($0)" } + capabilities.map { "capability \($0)" }
      + exports.map { "export \($0)" } + busPolicies.map { "policy \($0)" }
      + dbus.map { rule in
        let bus = rule.bus?.rawValue ?? "any"
        if case .own(let name) = rule.action { return "own \(bus) \(name)" }
        let parts = [rule.path, rule.interface, rule.member, rule.peerName].compactMap { $0?.rawValue }
        return "talk \(bus) " + parts.joined(separator: " ")
      }
  }

  /// Every pattern in it.
  var patterns: [String] {
    files.map(\.pattern.rawValue)
      + dbus.flatMap { rule in
        [rule.path, rule.interface, rule.member, rule.peerName].compactMap { $0?.rawValue }
      }
      + unix.flatMap { [$0.address, $0.peerAddress].compactMap { $0?.rawValue } }
      + mounts.flatMap { [$0.source, $0.target].compactMap { $0?.rawValue } }
  }
}
