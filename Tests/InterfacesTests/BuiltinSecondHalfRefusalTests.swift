import Permissions
import Snap
import Testing

@testable import Interfaces

/// The interfaces from j to z: what attributes they refuse, and with which words.
@Suite struct BuiltinSecondHalfRefusalTests {
  struct Refusal: CustomTestStringConvertible {
    let interface: String
    var plug: [String: AttributeValue]?
    var slot: [String: AttributeValue]?
    let message: String
    var testDescription: String { "\(interface): \(message)" }
  }

  @Test(arguments: refusals) func badAttributesAreRefusedInTheReferencesWords(_ refusal: Refusal) throws {
    let sample = try SampleConnection(refusal.interface, plug: refusal.plug, slot: refusal.slot)
    let error = #expect(throws: InterfaceError.self) { try sample.evaluate() }
    #expect(error?.description == refusal.message)
  }

  /// One entry of `mount-control`, otherwise good.
  static func mount(_ changes: [String: AttributeValue], _ message: String) -> Refusal {
    let good: [String: AttributeValue] = ["what": "/dev/sda1", "where": "/mnt/x", "options": ["rw"]]
    return Refusal(
      interface: "mount-control", plug: ["mount": [.map(good.merging(changes) { $1 })]],
      message: "mount-control " + message)
  }

  static func module(_ entry: AttributeValue, _ message: String) -> Refusal {
    Refusal(interface: "kernel-module-load", plug: ["modules": [entry]], message: "kernel-module-load" + message)
  }

  static func serial(_ slot: [String: AttributeValue], _ message: String) -> Refusal {
    Refusal(interface: "serial-port", slot: slot, message: "serial-port " + message)
  }

  static func files(_ interface: String, _ path: AttributeValue, _ message: String) -> Refusal {
    Refusal(interface: interface, plug: ["read": [path]], message: "cannot add \(interface) plug: \(message)")
  }

  static let refusals: [Refusal] =
    [
      Refusal(
        interface: "kernel-module-load", plug: [:],
        message: #"kernel-module-load "modules" attribute must be a list of dictionaries"#),
      module("name", #" "modules" attribute must be a list of dictionaries"#),
      module(["load": "on-boot"], #" "name" must be a string"#),
      module(["name": "a b", "load": "on-boot"], #" "name" attribute is not a valid module name"#),
      module(["name": "a", "load": 1], #" "load" must be a string"#),
      module(["name": "a", "load": "never"], #" "load" value is unrecognized: "never""#),
      module(["name": "a", "load": "on-boot", "options": true], #" "options" must be a string"#),
      module(["name": "a"], #": must specify at least "load" or "options""#),
      module(
        ["name": "a", "load": "denied", "options": "p=1"],
        #" "options" attribute incompatible with "load: denied""#),
      module(
        ["name": "a", "load": "on-boot", "options": "*"], #" "options" attribute contains invalid characters: "*""#),
      module(
        ["name": "a", "options": "p=1\nblacklist x"],
        #" "options" attribute contains invalid characters: "p=1\nblacklist x""#),
      Refusal(
        interface: "kubernetes-support", plug: ["flavor": "pods"],
        message: #"kubernetes-support plug requires "flavor" to be either "kubelet" or "kubeproxy""#),
      Refusal(
        interface: "lxd-support", plug: ["enable-unconfined-mode": "yes"],
        message: "lxd-support plug requires bool with 'enable-unconfined-mode'"),
      Refusal(
        interface: "mediatek-accel", plug: ["units": ["gpu"]],
        message: #"mediatek-accel "units" has an unknown unit: "gpu""#),
      Refusal(
        interface: "mount-control", plug: [:],
        message: #"mount-control "mount" attribute must be a list of dictionaries"#),
      mount(["what": 1], #""what" must be a string"#),
      mount(["where": .null], #""where" must be a string"#),
      mount(["persistent": "yes"], #""persistent" must be a boolean"#),
      mount(["type": "ext4"], #""type" must be an array of strings (got "ext4")"#),
      mount(["options": ["rw", 3]], #""options" element 2 not a string ("3")"#),
      mount(["options": []], #""options" cannot be empty"#),
      mount(["options": ["rw", "suid"]], #"option unrecognized or forbidden: "suid""#),
      mount(
        ["type": ["tmpfs"], "what": "none", "options": ["size=1,suid"]],
        #"option unrecognized or forbidden: "size=1,suid""#),
      mount(
        ["type": ["ext4"], "options": ["bind"]], #"option "bind" is incompatible with specifying filesystem type"#),
      mount(["type": ["EXT4"]], #"filesystem type invalid: "EXT4""#),
      mount(["type": ["ext4) options=("]], #"filesystem type invalid: "ext4) options=(""#),
      mount(["type": ["proc"]], #"forbidden filesystem type: "proc""#),
      mount(["type": ["tmpfs", "ext4"]], #"filesystem type "tmpfs" cannot be listed with other types"#),
      mount(["what": "dev"], #""what" attribute is invalid: must start with / and not contain special characters"#),
      mount(["what": "/a\"b"], #""what" attribute is invalid: must start with / and not contain special characters"#),
      mount(["what": "/a/../b"], #""what" pattern is not clean: "/a/../b""#),
      mount(["what": "/a{b"], #""what" setting cannot be used: missing 1 closing brace(s)"#),
      mount(["what": "none"], #""what" attribute can be "none" only with "tmpfs""#),
      mount(["type": ["tmpfs"]], #""what" attribute must be "none" with "tmpfs"; found "/dev/sda1" instead"#),
      mount(
        ["where": "$SNAP/x"],
        #""where" attribute must start with $SNAP_COMMON, $SNAP_DATA or / and not contain special characters"#),
      mount(
        ["where": "/a\n umount,"],
        #""where" attribute must start with $SNAP_COMMON, $SNAP_DATA or / and not contain special characters"#),
      mount(["where": "/media//x"], #""where" pattern is not clean: "/media//x""#),
      mount(
        ["where": "/media/x}"], #""where" setting cannot be used: invalid closing brace, no matching open { found"#),
      mount(
        ["where": "$SNAP_DATA/x", "persistent": true],
        #""persistent" attribute cannot be used to mount onto $SNAP_DATA"#),
      Refusal(interface: "mpris", slot: ["title": "x"], message: "unknown attribute 'title'"),
      Refusal(interface: "mpris", slot: ["name": 1], message: "name element 1 is not a string"),
      Refusal(interface: "mpris", slot: ["name": "a.b"], message: #"invalid name element: "a.b""#),
      Refusal(
        interface: "netlink-driver", slot: ["family-name": "foo"],
        message: "netlink-driver slot must have a family number attribute"),
      Refusal(
        interface: "netlink-driver", plug: [:], message: "netlink-driver plug must have a family-name attribute"),
      Refusal(
        interface: "netlink-driver", plug: ["family-name": "bar"],
        message: "netlink-driver plug and slot have different family-name attributes"),
      Refusal(
        interface: "optical-drive", plug: ["write": "true"],
        message: #"optical-drive "write" attribute must be a boolean"#),
      Refusal(
        interface: "opengl-driver-libs", slot: [:],
        message: #"snap "producer" does not have attribute "library-source" for interface "opengl-driver-libs""#),
      Refusal(
        interface: "opengles-driver-libs", slot: ["library-source": ["/usr/lib"]],
        message: #"library-source: source directory "/usr/lib" must start with $SNAP/ or ${SNAP}/"#),
      Refusal(
        interface: "vulkan-driver-libs", slot: ["library-source": ["$SNAP/../x"]],
        message: #"cannot use "$SNAP/../x": try "$SNAP/x""#),
      Refusal(
        interface: "personal-files", plug: [:],
        message: #"cannot add personal-files plug without valid "read" or "write" attribute"#),
      Refusal(
        interface: "system-files", plug: ["write": "/etc"],
        message: #"cannot add system-files plug: "write" must be a list of strings"#),
      files("system-files", 1, #""read" must be a list of strings"#),
      files("system-files", "/etc/", #""/etc/" cannot end with "/""#),
      files("system-files", "/", #""/" cannot end with "/""#),
      files("system-files", "/a/../b", #"cannot use "/a/../b": try "/b""#),
      files("system-files", "/a/~b", #""/a/~b" cannot contain "~""#),
      files("system-files", "etc", #""etc" must start with "/""#),
      files("system-files", "/x$HOME", #"$HOME cannot be used in "/x$HOME""#),
      files("system-files", "/etc/*", "\"/etc/*\" contains a reserved apparmor char from ?*[]{}^\"\0"),
      files("system-files", "/etc/@{HOME}", "\"/etc/@{HOME}\" contains a reserved apparmor char from ?*[]{}^\"\0"),
      files("personal-files", "/etc", #""/etc" must start with "$HOME/""#),
      files("personal-files", "$HOME/a$HOME", #"$HOME must only be used at the start of the path of "$HOME/a$HOME""#),
      Refusal(
        interface: "pkcs11", slot: ["pkcs11-socket": "/run/other/a"],
        message: #"pkcs11 unix socket has to be in the /run/p11-kit directory: "/run/other/a""#),
      Refusal(
        interface: "pkcs11", slot: ["pkcs11-socket": "/run/p11-kit/../a"],
        message: #"pkcs11 unix socket path is not clean: "/run/p11-kit/../a""#),
      Refusal(
        interface: "polkit", plug: ["action-prefix": "a b"], message: #"plug has invalid action-prefix: "a b""#),
      Refusal(
        interface: "polkit", plug: [:],
        message: #"polkit plug requires an "action-prefix" or an "install-rules" attribute"#),
      Refusal(
        interface: "posix-mq", slot: ["path": "/a/b"],
        message: #"posix-mq "path" attribute must conform to the POSIX message queue naming convention: /a/b"#),
      Refusal(
        interface: "posix-mq", slot: ["path": "/a*"], message: #"posix-mq "path" attribute is invalid: /a*"#),
      Refusal(
        interface: "posix-mq", slot: ["path": "/a", "permissions": ["chmod"]],
        message: #"posix-mq slot permission "chmod" not valid, must be one of [open read write create delete]"#),
      Refusal(interface: "pwm", slot: ["channel": 1], message: "pwm slot must have a chip-number attribute"),
      Refusal(
        interface: "pwm", slot: ["channel": "1", "chip-number": 1], message: "pwm slot channel attribute must be an int"
      ),
      Refusal(
        interface: "qualcomm-ipc-router", slot: ["qcipc": "a", "address": "router"],
        message: #"qualcomm-ipc-router "address" attribute is no abstract socket: "router""#),
      serial([:], "slot must have a path attribute"),
      serial(["path": "/dev/tty0"], "path attribute must be a valid device node"),
      serial(["path": "/dev/ttyS0/../mem"], "path attribute must be a valid device node"),
      serial(
        ["path": "/dev/ttyS0", "usb-vendor": 1, "usb-product": 1], "path attribute specifies invalid symlink location"),
      serial(["path": "/dev/serial-port-a", "usb-product": 1], "slot failed to find usb-vendor attribute"),
      serial(["path": "/dev/serial-port-a", "usb-vendor": 1], "slot failed to find usb-product attribute"),
      serial(
        ["path": "/dev/serial-port-a", "usb-vendor": 0x10000, "usb-product": 1],
        "usb-vendor attribute not valid: 65536"),
      serial(
        ["path": "/dev/serial-port-a", "usb-vendor": 1, "usb-product": -1], "usb-product attribute not valid: -1"),
      serial(
        ["path": "/dev/serial-port-a", "usb-vendor": 1, "usb-product": 1, "usb-interface-number": 32],
        "usb-interface-number attribute cannot be negative or larger than 31"),
      Refusal(
        interface: "shared-memory", slot: [:],
        message: #"shared memory interface requires at least a valid "read" or "write" attribute"#),
      Refusal(
        interface: "shared-memory", slot: ["read": "a"],
        message: #"shared-memory "read" attribute must be a list of strings, not "a""#),
      Refusal(
        interface: "shared-memory", slot: ["read": ["a/b"]],
        message: #"shared-memory interface path should not contain '/': "a/b""#),
      Refusal(
        interface: "shared-memory", slot: ["read": [".."]],
        message: #"shared-memory interface path is not clean: "..""#),
      Refusal(interface: "shared-memory", slot: ["read": [""]], message: "shared-memory interface path is empty"),
      Refusal(
        interface: "shared-memory", plug: ["private": 1],
        message: #"shared-memory "private" attribute must be a bool, not 1"#),
      Refusal(
        interface: "shared-memory", plug: ["private": true, "shared-memory": "a"],
        message: #"shared-memory "shared-memory" attribute must not be set together with "private: true""#),
      Refusal(
        interface: "snapd-control", plug: ["refresh-schedule": "never"],
        message: #"unsupported refresh-schedule value: "never""#),
      Refusal(
        interface: "spi", slot: ["path": "/dev/spidev0"],
        message: #"slot "producer:spi" path attribute is not a valid SPI device"#),
      Refusal(interface: "spi", slot: [:], message: #"slot "producer:spi" must have a path attribute"#),
      Refusal(
        interface: "uio", slot: ["path": "/dev/uio*"],
        message: #"slot "producer:uio" path attribute must be a valid UIO device node"#),
      Refusal(
        interface: "usb-gadget", plug: ["ffs-mounts": [["name": "a b", "where": "/x"]]],
        message: #"usb-gadget "name" attribute is invalid: "a b""#),
    ]
    + ["/dev/sda", "/dev/sda0", "/dev/sda01", "/dev/loop0", "/dev/mmcblk0", "/dev/sda1\n", "/dev/nvme0n1"].map {
      Refusal(
        interface: "raw-volume", slot: ["path": .string($0)],
        message: #"slot "producer:raw-volume" path attribute must be a valid device partition"#)
    }

  // MARK: Hostile texts

  /// Texts that would mean something in some policy.
  static let hostile = [
    "\"", "a\"b", "x\n  /** rw,", "x\r", "\0", "a\0b", "..", "../../etc/shadow", ".", "/../etc", "*", "/**", "?",
    "[a-z]", "{a,b}", "}", "{", "^", "@{HOME}", "@{PROC}/**", "\\", "a\\", "$HOME/$HOME", "$SNAP", "a b", " ", "",
    "#include <x>", "/x,\n}\nprofile y {", "a,b", "--", "a\u{301}", "\u{2028}", "\u{7f}", "é", "]]>", "<deny>", "'",
    ";", "a/\u{301}b", "../\u{301}b", "a//\u{301}b", "a/../\u{301}b", "\u{301}", "\r\n",
  ]

  /// Every way in: an interface, a side, and a value with the hostile text in it.
  static let doors:
    [(interface: String, role: ConnectionSide.Role, attributes: @Sendable (String) -> [String: AttributeValue])] = [
      ("kernel-module-load", .plug, { ["modules": [["name": .string($0), "load": "on-boot"]]] }),
      ("kernel-module-load", .plug, { ["modules": [["name": "a", "load": "dynamic", "options": .string($0)]]] }),
      ("mount-control", .plug, { ["mount": [["what": .string("/" + $0), "where": "/x", "options": ["rw"]]]] }),
      ("mount-control", .plug, { ["mount": [["what": "/x", "where": .string("/x/" + $0), "options": ["rw"]]]] }),
      ("mount-control", .plug, { ["mount": [["what": "/x", "where": "/x", "options": [.string($0)]]]] }),
      (
        "mount-control", .plug,
        { ["mount": [["what": "/x", "where": "/x", "type": [.string($0)], "options": ["rw"]]]] }
      ),
      ("mpris", .slot, { ["name": .string($0)] }),
      ("netlink-driver", .plug, { ["family-name": .string($0)] }),
      ("opengl-driver-libs", .slot, { ["library-source": [.string("$SNAP/" + $0)]] }),
      ("vulkan-driver-libs", .slot, { ["library-source": ["$SNAP/l"], "icd-source": [.string("$SNAP/" + $0)]] }),
      ("personal-files", .plug, { ["read": [.string("$HOME/" + $0)]] }),
      ("system-files", .plug, { ["write": [.string("/" + $0)]] }),
      ("pkcs11", .slot, { ["pkcs11-socket": .string("/run/p11-kit/" + $0)] }),
      ("polkit", .plug, { ["action-prefix": .string("org.x" + $0)] }),
      ("posix-mq", .slot, { ["path": .string("/" + $0)] }),
      ("qualcomm-ipc-router", .slot, { ["qcipc": "a", "address": .string("@" + $0)] }),
      ("raw-volume", .slot, { ["path": .string("/dev/sda1" + $0)] }),
      ("sd-control", .plug, { ["flavor": .string($0)] }),
      ("serial-port", .slot, { ["path": .string("/dev/ttyS0" + $0)] }),
      (
        "serial-port", .slot, { ["path": .string("/dev/serial-port-" + $0), "usb-vendor": 1, "usb-product": 1] }
      ),
      ("shared-memory", .slot, { ["write": [.string($0)]] }),
      ("spi", .slot, { ["path": .string("/dev/spidev0.1" + $0)] }),
      ("uio", .slot, { ["path": .string("/dev/uio0" + $0)] }),
      ("usb-gadget", .plug, { ["ffs-mounts": [["name": .string($0), "where": "/x"]]] }),
      ("usb-gadget", .plug, { ["ffs-mounts": [["name": "a", "where": .string("/x/" + $0)]]] }),
    ]

  /// Whatever the text: it is refused, or what it says stays one literal piece of a rule.
  @Test(arguments: doors.indices) func hostileTextsNeverReachARule(index: Int) throws {
    let door = Self.doors[index]
    for text in Self.hostile {
      let attributes = door.attributes(text)
      let sample = try SampleConnection(
        door.interface, plug: door.role == .plug ? attributes : nil, slot: door.role == .slot ? attributes : nil)
      let grants: PermissionSet
      do { grants = try sample.evaluate() } catch is InterfaceError { continue }
      let plain = try SampleConnection(door.interface).evaluate()
      for line in Set(describe(grants)).subtracting(describe(plain)) {
        // No byte that could end a line, a quoted text or a component.
        let bytes = line.unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x7f }
        #expect(bytes.isEmpty, "\(door.interface): \(line.debugDescription)")
        #expect(line.hasPrefix("udev ") || !line.contains("\""), "\(line)")
        // By bytes: a combining character would make another Character of the slash before it.
        let names = line.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        #expect(!names.contains { $0.elementsEqual("..".utf8) }, "\(line)")
        // An abstract address is no path.
        #expect(line.hasPrefix("unix ") || !names.dropFirst().dropLast().contains { $0.isEmpty }, "\(line)")
      }
      // Compiling for seccomp takes lines of text.
      for rule in grants.syscalls { _ = try SyscallRule(line: "\(rule)") }
    }
  }
}
