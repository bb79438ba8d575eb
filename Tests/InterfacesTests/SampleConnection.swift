import Permissions
import Snap
import Testing

@testable import Interfaces

/// One interface with a plug of the snap `consumer` and a slot of the snap `producer` or of the system.
struct SampleConnection {
  let interface: Interface
  var connection: Connection

  init(
    _ name: String, plug: [String: AttributeValue]? = nil, slot: [String: AttributeValue]? = nil, system: Bool = false
  ) throws {
    let known = Self.needed[name] ?? ([:], [:])
    interface = try #require(Interface.builtin.first { $0.name == name })
    connection = Connection(
      plug: try Self.side(.plug, name, attributes: plug ?? known.plug),
      slot: try Self.side(.slot, name, attributes: slot ?? known.slot, system: system))
  }

  /// Checks both sides, as an installation does, and gives everything that any side grants.
  @discardableResult func evaluate() throws -> PermissionSet {
    var connection = connection
    try interface.checkPlug(&connection.plug)
    try interface.checkSlot(&connection.slot)
    try interface.checkConnection(connection)
    var grants = PermissionSet()
    try interface.plug(&grants, connection.plug)
    try interface.slot(&grants, connection.slot)
    try interface.connectedPlug(&grants, connection)
    try interface.connectedSlot(&grants, connection)
    return grants
  }

  /// Only what the connected plug gets.
  func plugGrants() throws -> PermissionSet {
    var connection = connection
    try interface.checkPlug(&connection.plug)
    try interface.checkSlot(&connection.slot)
    try interface.checkConnection(connection)
    var grants = PermissionSet()
    try interface.connectedPlug(&grants, connection)
    return grants
  }

  static func side(
    _ role: ConnectionSide.Role, _ interface: String, attributes: [String: AttributeValue], system: Bool = false
  ) throws -> ConnectionSide {
    let name = system ? "system" : role == .plug ? "consumer" : "producer"
    let instance = try InstanceName(name)
    return ConnectionSide(
      role: role, name: try InterfaceEndName(interface), interface: interface,
      snap: .init(instance: instance, revision: .store(7), type: system ? .os : .app, isSystem: system),
      attributes: Attributes(attributes), tags: system ? [] : [.app(try AppName("app"), of: instance)])
  }

  /// Attributes without which an interface refuses a side.
  static let needed: [String: (plug: [String: AttributeValue], slot: [String: AttributeValue])] = [
    "kernel-module-load": (["modules": [["name": "dummy", "load": "on-boot"]]], [:]),
    "mediatek-accel": (["units": ["apu", "vcu"]], [:]),
    "mount-control": (
      ["mount": [["what": "/dev/sd*", "where": "$SNAP_COMMON/mnt", "options": ["rw"]]]], [:]
    ),
    "netlink-driver": (
      ["family-name": "foo"], ["family": 100, "family-name": "foo"]
    ),
    "nvidia-video-driver-libs": ([:], libraries), "opengl-driver-libs": ([:], libraries),
    "opengles-driver-libs": ([:], libraries), "vulkan-driver-libs": ([:], libraries),
    "personal-files": (["read": ["$HOME/.config/foo"], "write": ["$HOME/.local/share/foo"]], [:]),
    "pkcs11": ([:], ["pkcs11-socket": "/run/p11-kit/token"]),
    "polkit": (["action-prefix": "org.example.foo"], [:]),
    "posix-mq": ([:], ["path": "/queue"]),
    "pwm": ([:], ["channel": 1, "chip-number": 2]),
    "qualcomm-ipc-router": (["qcipc": "a"], ["qcipc": "a", "address": "@router"]),
    "raw-volume": ([:], ["path": "/dev/sda1"]),
    "serial-port": ([:], ["path": "/dev/ttyUSB0"]),
    "shared-memory": ([:], ["write": ["buffer*"]]),
    "spi": ([:], ["path": "/dev/spidev0.1"]),
    "system-files": (["write": ["/etc/foo"]], [:]),
    "uio": ([:], ["path": "/dev/uio0"]),
  ]

  static let libraries: [String: AttributeValue] = ["library-source": ["$SNAP/lib"]]
}

/// The grants that tests ask for, one line each.
func describe(_ grants: PermissionSet) -> [String] {
  var lines: [String] = []
  for rule in grants.files where rule.effect == .allow {
    lines.append("\(rule.owner ? "owner " : "")file \(rule.access.letters) \(rule.pattern.rawValue)")
  }
  for rule in grants.syscalls { lines.append("syscall \(rule)") }
  for rule in grants.udev { lines.append("udev \(rule.match)") }
  for module in grants.modules {
    lines.append((["module", module.name, "\(module.loading)"] + module.options).joined(separator: " "))
  }
  for rule in grants.mounts {
    let (from, to) = (rule.source?.rawValue ?? "any", rule.target?.rawValue ?? "any")
    lines.append("mount \(rule.types?.rawValue ?? "any") \(rule.options.joined(separator: ",")) \(from) -> \(to)")
  }
  for rule in grants.unmounts { lines.append("umount \(rule.target?.rawValue ?? "any")") }
  for rule in grants.dbus {
    switch rule.action {
    case .own(let name): lines.append("own \(name)")
    case .messages:
      let parts = [rule.path, rule.interface, rule.member].map { $0?.rawValue ?? "any" }
      lines.append("dbus " + parts.joined(separator: " "))
    }
    lines.append("dbus peer \(rule.peer)")
  }
  for rule in grants.unix {
    let operations = rule.operations.map(\.rawValue).joined(separator: ",")
    lines.append(
      "unix \(operations) \(rule.type?.rawValue ?? "any") \(rule.address?.rawValue ?? "any") "
        + (rule.peerAddress?.rawValue ?? "any"))
  }
  for rule in grants.messageQueues {
    lines.append("queue \(rule.operations.map(\.rawValue).joined(separator: ",")) \(rule.name)")
  }
  for link in grants.deviceLinks { lines.append("link \(link.name)") }
  for mount in grants.contentMounts { lines.append("content \(mount.source) -> \(mount.target)") }
  for grant in grants.polkit {
    switch grant {
    case .actions(_, let prefix): lines.append("polkit actions \(prefix)")
    case .rule(_, let name, _): lines.append("polkit rule \(name)")
    }
  }
  for export in grants.exports {
    switch export {
    case .libraries(_, let directories): lines.append("libraries \(directories.joined(separator: ":"))")
    case .libraryList(let file, let directories): lines.append("list \(file) \(directories.joined(separator: ":"))")
    case .links(let from, let into, let prefix): lines.append("links \(from) -> \(into)/\(prefix)")
    case .link(let files, let place): lines.append("link \(files.joined(separator: ":")) -> \(place)")
    }
  }
  if grants.traits.contains(.appArmorUnconfined) { lines.append("unconfined") }
  return lines
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: AttributeValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, AttributeValue)...) {
    self = .map(Dictionary(elements) { $1 })
  }
}
