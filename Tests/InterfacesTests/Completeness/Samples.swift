import Permissions
import Snap

@testable import Interfaces

/// What an interface grants, over all attributes, machines and kinds of slots that matter to it.
struct Granted {
  var plug = PermissionSet()
  var slot = PermissionSet()
  var connectedSlot = PermissionSet()
  /// Why no sample could be evaluated; nil when one could.
  var failure: String?

  init(_ interface: Interface) {
    let samples = Samples.table[interface.name] ?? [Samples.Pair()]
    let machines = [
      Machine(isClassic: true, distribution: "ubuntu", exists: { _ in true }),
      Machine(isClassic: true, distribution: "ubuntu"), Machine(isClassic: false),
    ]
    var isDone = false
    for sample in [Samples.Pair()] + samples {
      for isSystem in [true, false] {
        for machine in machines {
          do throws(InterfaceError) {
            try add(interface, sample, isSystem: isSystem, machine)
            isDone = true
          } catch { failure = error.description }
        }
      }
    }
    if isDone { failure = nil }
  }

  private mutating func add(
    _ interface: Interface, _ sample: Samples.Pair, isSystem: Bool, _ machine: Machine
  ) throws(InterfaceError) {
    var plug = Samples.side(.plug, interface.name, Attributes(sample.plug))
    var slot = Samples.side(.slot, interface.name, Attributes(sample.slot), isSystem: isSystem)
    try interface.checkPlug(&plug)
    if !isSystem || !sample.slot.isEmpty { try interface.checkSlot(&slot) }
    let connection = Connection(plug: plug, slot: slot, machine: machine)
    try interface.checkConnection(connection)
    var copy = self
    try interface.plug(&copy.plug, plug)
    try interface.connectedPlug(&copy.plug, connection)
    if !isSystem {
      try interface.slot(&copy.slot, slot)
      try interface.connectedSlot(&copy.connectedSlot, connection)
    }
    // Each set is united with itself, so that rules are not there twice.
    plug.attributes = Attributes()
    for path in [\Granted.plug, \.slot, \.connectedSlot] {
      var united = PermissionSet()
      united.formUnion(copy[keyPath: path])
      self[keyPath: path] = united
    }
  }
}

/// Attributes with which interfaces say all that they can say.
enum Samples {
  struct Pair {
    var plug: [String: AttributeValue] = [:]
    var slot: [String: AttributeValue] = [:]
  }

  /// The plug is of the app `snap.consumer.app`, the slot of `snap.producer.app` or the system.
  static func side(
    _ role: ConnectionSide.Role, _ interface: String, _ attributes: Attributes, isSystem: Bool = false
  ) -> ConnectionSide {
    do {
      let instance = try InstanceName(isSystem ? "snapd" : role == .plug ? "consumer" : "producer")
      return ConnectionSide(
        role: role, name: try InterfaceEndName(interface), interface: interface,
        snap: .init(
          instance: instance, revision: .store(7), type: isSystem ? .snapd : .app, isSystem: isSystem),
        attributes: attributes, tags: isSystem ? [] : [.app(try AppName("app"), of: instance)])
    } catch { preconditionFailure("\(error)") }
  }

  private static func flags(_ key: String) -> [Pair] {
    [Pair(plug: [key: .bool(true)]), Pair(plug: [key: .bool(false)])]
  }

  private static func words(_ key: String, _ words: String...) -> [Pair] {
    words.map { Pair(plug: [key: .string($0)]) }
  }

  private static func paths(_ paths: String...) -> [Pair] { paths.map { Pair(slot: ["path": .string($0)]) } }

  private static func list(_ words: String...) -> AttributeValue { .list(words.map { .string($0) }) }

  private static let libraries = [
    Pair(slot: [
      "library-source": list("$SNAP/lib"), "compatibility": .string("driver-1"), "priority": .integer(10),
      "icd-source": list("$SNAP/icd"), "client-driver": .string("gbm.so"), "api-version": .string("1.0"),
    ]), Pair(slot: ["library-source": list("$SNAP/lib")]),
    Pair(slot: ["library-source": list("$SNAP/lib"), "client-driver": .string("gbm.so")]),
    Pair(slot: ["library-source": list("$SNAP/lib"), "icd-source": list("$SNAP/icd"), "priority": .integer(10)]),
    Pair(slot: ["library-source": list("$SNAP/lib"), "icd-source": list("$SNAP/icd")]),
  ]

  static let table: [String: [Pair]] = [
    "block-devices": flags("allow-partitions"),
    "bool-file": paths("/sys/class/leds/led/brightness", "/sys/class/gpio/gpio1/value"),
    "browser-support": flags("allow-sandbox"),
    "confdb": [Pair(plug: ["account": .string("acme"), "view": .string("network/wifi")])],
    "content": [
      Pair(
        plug: ["content": .string("c"), "target": .string("$SNAP/in")],
        slot: ["content": .string("c"), "read": list("$SNAP/out"), "write": list("$SNAP_DATA/out")])
    ],
    "cuda-driver-libs": libraries,
    "cups": [Pair(slot: ["cups-socket-directory": .string("$SNAP_COMMON/run")])],
    "custom-device": [
      Pair(
        plug: ["custom-device": .string("d")], slot: ["custom-device": .string("d"), "devices": list("/dev/foo")])
    ],
    "dbus": ["session", "system"].map { bus in
      let both: [String: AttributeValue] = ["bus": .string(bus), "name": .string("org.example.Name")]
      return Pair(plug: both, slot: both)
    },
    "desktop": flags("mount-host-font-cache"),
    "docker-support": flags("privileged-containers"),
    "dsp": [Pair(slot: ["flavor": .string("ambarella")])],
    "egl-driver-libs": libraries, "gbm-driver-libs": libraries,
    "gpio": [Pair(slot: ["number": .integer(7)])],
    "gpio-chardev": [Pair(slot: ["source-chip": list("chip"), "lines": .string("0-3")])],
    "greengrass-support": words("flavor", "legacy-container", "process", "no-container"),
    "hidraw": paths("/dev/hidraw1")
      + [
        Pair(slot: [
          "path": .string("/dev/hidraw-foo"), "usb-vendor": .integer(1), "usb-product": .integer(2),
        ])
      ],
    "home": words("read", "all"),
    "i2c": paths("/dev/i2c-1") + [Pair(slot: ["sysfs-name": .string("1-0051")])],
    "iio": paths("/dev/iio:device0"),
    "kernel-module-load": [
      Pair(plug: ["modules": .list([.map(["name": .string("dummy"), "load": .string("on-boot")])])])
    ],
    "kubernetes-support": words("flavor", "kubelet", "kubeproxy", "autobind-unix"),
    "lxd-support": flags("enable-unconfined-mode"),
    "mediatek-accel": [Pair(plug: ["units": list("apu", "vcu")])],
    "microceph-support": flags("user-identity-switching"),
    "mount-control": [
      Pair(plug: [
        "mount": .list([
          .map([
            "what": .string("/dev/sd*"), "where": .string("$SNAP_COMMON/mnt"), "type": list("ext4"),
            "options": list("rw"),
          ])
        ])
      ])
    ],
    "mpris": [Pair(slot: ["name": .string("player")])],
    "netlink-driver": [
      Pair(
        plug: ["family-name": .string("foo")], slot: ["family": .integer(100), "family-name": .string("foo")])
    ],
    "nvidia-video-driver-libs": libraries, "opengl-driver-libs": libraries, "opengles-driver-libs": libraries,
    "optical-drive": flags("write"),
    "personal-files": [
      Pair(plug: ["read": list("$HOME/.config/foo"), "write": list("$HOME/.foo", "$HOME/.local/share/foo")])
    ],
    "pkcs11": [Pair(slot: ["pkcs11-socket": .string("/run/p11-kit/token")])],
    "polkit": [Pair(plug: ["action-prefix": .string("org.example.foo")])],
    "posix-mq": [
      Pair(slot: [
        "path": .string("/queue"), "permissions": list("create", "read", "write", "delete", "open"),
      ])
    ],
    "pwm": [Pair(slot: ["channel": .integer(1), "chip-number": .integer(2)])],
    "qualcomm-ipc-router": [
      Pair(plug: ["qcipc": .string("a")], slot: ["qcipc": .string("a"), "address": .string("@router")]), Pair(),
    ],
    "raw-volume": paths("/dev/sda1"),
    "sd-control": words("flavor", "dual-sd"),
    "serial-port": paths("/dev/ttyUSB0")
      + [
        Pair(slot: [
          "path": .string("/dev/serial-port-gps"), "usb-vendor": .integer(1), "usb-product": .integer(2),
        ])
      ],
    "shared-memory": [
      Pair(slot: ["write": list("buffer*"), "read": list("table")]), Pair(plug: ["private": .bool(true)]),
    ],
    "snapd-control": words("refresh-schedule", "managed"),
    "snap-interfaces-requests-control": words("handler-service", "app"),
    "spi": paths("/dev/spidev0.1"),
    "system-files": [Pair(plug: ["read": list("/etc/foo"), "write": list("/etc/bar")])],
    "udisks2": [Pair(slot: ["udev-file": .string("lib/udev/rules.d/80.rules")])],
    "uio": paths("/dev/uio0"),
    "usb-gadget": [
      Pair(plug: [
        "ffs-mounts": .list([.map(["name": .string("ffs0"), "where": .string("$SNAP_COMMON/ffs")])])
      ])
    ],
    "vulkan-driver-libs": libraries,
  ]

  /// What stands in the table of accesses where the reference puts an attribute.
  static func replaced(_ text: String) -> String {
    replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
  }

  private static let replacements: [(String, String)] = [
    ("###SLOT_SECURITY_TAGS###", "snap.producer.app"), ("###PLUG_SECURITY_TAGS###", "snap.consumer.app"),
    ("###SLOT_INSTANCE_NAME###", "producer"), ("###PLUG_SNAP_NAME###", "consumer"), ("###PLUG_NAME###", "consumer"),
    ("###DBUS_BUS###", "session"), ("###DBUS_NAME###", "org.example.Name"),
    ("###DBUS_PATH###", "/org/example/Name{,/**}"), ("###DBUS_INTERFACE###", "org.example.Name{,.*}"),
    ("###MPRIS_NAME###", "player"), ("###IIO_DEVICE_NAME###", "iio:device0"), ("i2c/devices/%s", "i2c/devices/1-0051"),
    ("###UNITY_SNAP_NAME###", "consumer"), ("###SOCKET_ADDRESS###", "@router"), ("{{group}}", "g:shadow"),
  ]
}
