import Permissions
import Snap
import Testing

@testable import Interfaces

/// The interfaces from j to z: what attributes they admit, and what they grant for them.
@Suite struct BuiltinSecondHalfTests {
  static let interfaces = Interface.builtin.filter { $0.name >= "j" }

  /// Every literal is a good one, whoever has the slot.
  @Test(arguments: interfaces.map(\.name)) func everyGrantCanBeEvaluated(name: String) throws {
    for system in [true, false] {
      let sample = Sample(name, system: system)
      try sample.evaluate()
    }
  }
}

/// One interface with a plug of the snap `consumer` and a slot of the snap `producer` or of the system.
struct Sample {
  let interface: Interface
  var connection: Connection

  init(
    _ name: String, plug: [String: AttributeValue]? = nil, slot: [String: AttributeValue]? = nil, system: Bool = false
  ) {
    let known = Self.needed[name] ?? ([:], [:])
    interface = Interface.builtin.first { $0.name == name }!
    connection = Connection(
      plug: Self.side(.plug, name, attributes: plug ?? known.plug),
      slot: Self.side(.slot, name, attributes: slot ?? known.slot, system: system))
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
  ) -> ConnectionSide {
    let name = system ? "system" : role == .plug ? "consumer" : "producer"
    let instance = try! InstanceName(name)
    return ConnectionSide(
      role: role, name: try! InterfaceEndName(interface), interface: interface,
      snap: .init(instance: instance, revision: .store(7), type: system ? .os : .app, isSystem: system),
      attributes: Attributes(attributes), tags: system ? [] : [.app(try! AppName("app"), of: instance)])
  }

  /// Attributes without which an interface refuses a side.
  static let needed: [String: (plug: [String: AttributeValue], slot: [String: AttributeValue])] = [
    "kernel-module-load": (["modules": .list([.map(["name": .string("dummy"), "load": .string("on-boot")])])], [:]),
    "mediatek-accel": (["units": .list([.string("apu"), .string("vcu")])], [:]),
    "mount-control": (
      [
        "mount": .list([
          .map([
            "what": .string("/dev/sd*"), "where": .string("$SNAP_COMMON/mnt"), "options": .list([.string("rw")]),
          ])
        ])
      ], [:]
    ),
    "netlink-driver": (
      ["family-name": .string("foo")], ["family": .integer(100), "family-name": .string("foo")]
    ),
    "nvidia-video-driver-libs": ([:], libraries), "opengl-driver-libs": ([:], libraries),
    "opengles-driver-libs": ([:], libraries), "vulkan-driver-libs": ([:], libraries),
    "personal-files": (["read": .list([.string("$HOME/.config/foo")])], [:]),
    "pkcs11": ([:], ["pkcs11-socket": .string("/run/p11-kit/token")]),
    "polkit": (["action-prefix": .string("org.example.foo")], [:]),
    "posix-mq": ([:], ["path": .string("/queue")]),
    "pwm": ([:], ["channel": .integer(1), "chip-number": .integer(2)]),
    "qualcomm-ipc-router": (["qcipc": .string("a")], ["qcipc": .string("a"), "address": .string("@router")]),
    "raw-volume": ([:], ["path": .string("/dev/sda1")]),
    "serial-port": ([:], ["path": .string("/dev/ttyUSB0")]),
    "shared-memory": ([:], ["write": .list([.string("buffer*")])]),
    "spi": ([:], ["path": .string("/dev/spidev0.1")]),
    "system-files": (["write": .list([.string("/etc/foo")])], [:]),
    "uio": ([:], ["path": .string("/dev/uio0")]),
  ]

  static let libraries: [String: AttributeValue] = ["library-source": .list([.string("$SNAP/lib")])]
}
