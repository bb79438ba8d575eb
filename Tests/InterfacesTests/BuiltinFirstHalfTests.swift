import Interfaces
import Permissions
import Snap
import Testing

/// The builtin interfaces from a to i: what their attributes may be, and what comes of them.
@Suite struct BuiltinFirstHalfTests {
  static let all = Interface.builtin.filter { $0.name < "j" }

  static func named(_ name: String) throws -> Interface {
    try #require(all.first { $0.name == name })
  }

  // MARK: Attributes that are refused

  struct Refusal: Sendable, CustomStringConvertible {
    let interface: String
    let role: ConnectionSide.Role
    let attributes: String
    let error: String
    var description: String { "\(interface): \(attributes)" }

    static func plug(_ interface: String, _ attributes: String, _ error: String) -> Refusal {
      Refusal(interface: interface, role: .plug, attributes: attributes, error: error)
    }
    static func slot(_ interface: String, _ attributes: String, _ error: String) -> Refusal {
      Refusal(interface: interface, role: .slot, attributes: attributes, error: error)
    }
  }

  static let refusals: [Refusal] = [
    .plug("block-devices", "allow-partitions: sure", "block-devices plug requires bool with 'allow-partitions'"),
    .plug("browser-support", "allow-sandbox: sure", "browser-support plug requires bool with 'allow-sandbox'"),
    .plug(
      "docker-support", "privileged-containers: 1", "docker-support plug requires bool with 'privileged-containers'"),
    .slot("bool-file", "", "bool-file must contain the path attribute"),
    .slot("bool-file", "path: 7", "bool-file must contain the path attribute"),
    .slot("bool-file", "path: /etc/shadow", "bool-file can only point at LED brightness or GPIO value"),
    .slot(
      "bool-file", "path: /sys/class/leds/../x/brightness", "bool-file can only point at LED brightness or GPIO value"),
    .slot("bool-file", "path: /sys/class/gpio/gpiox/value", "bool-file can only point at LED brightness or GPIO value"),
    .plug("confdb", "view: a/b", #"snap "consumer" does not have attribute "account" for interface "confdb""#),
    .plug("confdb", "account: acc\nview: one", #""view" must conform to <confdb>/<view>: one"#),
    .plug(
      "confdb", "account: _acc\nview: a/b", #"confdb plug must have an "account" attribute: format mismatch"#),
    .plug("confdb", "account: acc\nview: a/B", "invalid view name: B does not match '^[a-z](?:-?[a-z0-9])*$'"),
    .plug(
      "confdb", "account: acc\nview: a/b\nrole: boss",
      #"optional confdb plug "role" attribute must be "custodian""#),
    .plug("content", "content: x", "content plug must contain target path"),
    .plug("content", "target: a/../../b", #"content interface path is not clean: "a/../../b""#),
    .plug(
      "content", "target: $SNAP/a*",
      "content interface path is invalid: \"$SNAP/a*\" contains a reserved apparmor char from ?*[]{}^\"\0"),
    .plug(
      "content", "target: x\ncontent: a\ncompatibility: b",
      #"cannot have both "content" and "compatibility" attributes"#),
    .slot("content", "content: x", "read or write path must be set"),
    .slot("content", "read: [a]\nsource: {read: [b]}", #"move the "read" attribute into the "source" section"#),
    .slot("content", "write: [a]\nsource: {read: [b]}", #"move the "write" attribute into the "source" section"#),
    .slot("content", "read: [a//b]", #"content interface path is not clean: "a//b""#),
    .slot(
      "cups", "cups-socket-directory: /run", "cups-socket-directory must be a directory of $SNAP_COMMON or $SNAP_DATA"),
    .slot("cups", "cups-socket-directory: $SNAP_COMMON/", #"cups-socket-directory is not clean: "$SNAP_COMMON/""#),
    .slot("cups", "cups-socket-directory: $SNAP_COMMON/$HOME", #"reference to unknown variable "$HOME""#),
    .slot(
      "cups", "cups-socket-directory: [a]",
      #"snap "producer" has interface "cups" with invalid value type []interface {} for "cups-socket-directory" attribute: *string"#
    ),
    .slot("custom-device", "", "cannot use custom-device slot without any files or devices"),
    .slot("custom-device", "custom-device: 3", #"custom-device "custom-device" attribute must be a string, not 3"#),
    .plug("custom-device", "custom-device: [a]", #"custom-device "custom-device" attribute must be a string, not [a]"#),
    .slot(
      "custom-device", "devices: 12",
      #"snap "producer" has interface "custom-device" with invalid value type int64 for "devices" attribute: *[]string"#
    ),
    .slot(
      "custom-device", "devices: [/run/x]",
      #"custom-device "devices" path must start with /dev/ and cannot contain special characters: "/run/x""#),
    .slot(
      "custom-device", "read-devices: ['/dev/a|b']",
      #"custom-device "read-devices" path must start with /dev/ and cannot contain special characters: "/dev/a|b""#),
    .slot("custom-device", "devices: [/dev/../etc]", #"custom-device "devices" path is not clean: "/dev/../etc""#),
    .slot(
      "custom-device", "devices: [/dev/a]\nread-devices: [/dev/a]",
      #"cannot specify path "/dev/a" both in "devices" and "read-devices" attributes"#),
    .slot(
      "custom-device", "files: {read: [etc]}",
      #"custom-device "read" path must start with / and cannot contain special characters: "etc""#),
    .slot(
      "custom-device", "files: {write: ['/etc/**']}",
      #"custom-device "write" path contains invalid glob pattern "**": "/etc/**""#),
    .slot(
      "custom-device", "files: {move: [/a]}",
      #"cannot specify "move" in "files" section, only "read" and "write" allowed"#),
    .slot(
      "custom-device", "devices: [/dev/a]\nudev-tagging: [{subsystem: x}]",
      #"custom-device udev tagging rule missing mandatory "kernel" key"#),
    .slot(
      "custom-device", "devices: [/dev/a]\nudev-tagging: [{kernel: b}]",
      #"custom-device "udev-tagging" invalid "kernel" tag: "b" does not match a specified device"#),
    .slot(
      "custom-device", "devices: [/dev/a]\nudev-tagging: [{kernel: a, colour: b}]",
      #"custom-device "udev-tagging" invalid "colour" tag: unknown tag"#),
    .slot(
      "custom-device", "devices: [/dev/a]\nudev-tagging: [{kernel: a, attributes: b}]",
      #"custom-device "udev-tagging" invalid "attributes" tag: value "b" is not a map"#),
    .slot(
      "custom-device", "devices: [/dev/a]\nudev-tagging: [{kernel: a, environment: {A: 'x\"'}}]",
      #"custom-device "udev-tagging" invalid "environment" tag: value "x"" contains invalid characters"#),
    .slot(
      "custom-device", "devices: [/dev/a]\nudev-tagging: [{kernel: a, environment: {'A}': x}}]",
      #"custom-device "udev-tagging" invalid "environment" tag: key "A}" contains invalid characters"#),
    .slot("dbus", "name: org.a", "cannot find attribute 'bus'"),
    .plug("dbus", "bus: session", "cannot find attribute 'name'"),
    .plug("dbus", "bus: city\nname: org.a", "bus 'city' must be one of 'session' or 'system'"),
    .slot("dbus", "bus: system\nname: ''", "DBus bus name must be set"),
    .slot("dbus", "bus: system\nname: org", #"invalid DBus bus name: "org""#),
    .slot("dbus", "bus: system\nname: org.a*", #"invalid DBus bus name: "org.a*""#),
    .slot("dbus", "bus: system\nname: org.a-12", "DBus bus name must not end with -NUMBER"),
    .slot(
      "dbus", "bus: system\nname: org.\(String(repeating: "a", count: 255))",
      "DBus bus name is too long (must be <= 255)"),
    .plug("desktop", "mount-host-font-cache: 1", "desktop plug requires bool with 'mount-host-font-cache'"),
    .plug("desktop", "desktop-file-ids: org.a", #""desktop-file-ids" attribute must be a list of strings"#),
    .plug("desktop", "desktop-file-ids: [a]", #"desktop-file-ids entry "a" is not a valid D-Bus well-known name"#),
    .slot("gpio", "", "gpio slot must have a number attribute"),
    .slot("gpio", "number: one", "gpio slot number attribute must be an int"),
    .slot(
      "gpio-chardev", "lines: '0'",
      #"invalid "source-chip" attribute: snap "producer" does not have attribute "source-chip" for interface "gpio-chardev""#
    ),
    .slot("gpio-chardev", "source-chip: []\nlines: '0'", #"invalid "source-chip" attribute: cannot be empty"#),
    .slot(
      "gpio-chardev", "source-chip: [a]\nlines: '3,1-4'",
      #"invalid "lines" attribute: overlapping range span found "1-4""#),
    .slot(
      "gpio-chardev", "source-chip: [a]\nlines: '0-99999'", #"invalid "lines" attribute: range size cannot exceed 1024"#
    ),
    .slot("hidraw", "", "hidraw slots must have a path attribute"),
    .slot("hidraw", "path: /dev/hidraw1234", "hidraw path attribute must be a valid device node"),
    .slot(
      "hidraw", "path: /dev/hidraw0\nusb-vendor: 1\nusb-product: 1",
      "hidraw path attribute specifies invalid symlink location"),
    .slot("hidraw", "path: /dev/hidraw-a\nusb-product: 1", "hidraw slot failed to find usb-vendor attribute"),
    .slot("hidraw", "path: /dev/hidraw-a\nusb-vendor: 1", "hidraw slot failed to find usb-product attribute"),
    .slot(
      "hidraw", "path: /dev/hidraw-a\nusb-vendor: 65536\nusb-product: 1", "hidraw usb-vendor attribute not valid: 65536"
    ),
    .slot(
      "hidraw", "path: /dev/hidraw-a\nusb-vendor: 1\nusb-product: -1", "hidraw usb-product attribute not valid: -1"),
    .plug("home", "read: some", #"home plug requires "read" be 'all'"#),
    .slot("i2c", "", "i2c slot must have a path or sysfs-name attribute"),
    .slot("i2c", "path: /dev/i2c-x", "i2c path attribute must be a valid device node"),
    .slot("i2c", "sysfs-name: 1/2", "invalid sysfs-name attribute"),
    .slot("iio", "", "iio slot must have a path attribute"),
    .slot("iio", "path: /dev/iio:device", "iio path attribute must be a valid device node"),
    .slot(
      "gbm-driver-libs", "library-source: [$SNAP/lib]\nclient-driver: a/b",
      #"client-driver value "a/b" should be a file"#),
  ]

  @Test(arguments: refusals)
  func badAttributesAreRefusedByName(_ refusal: Refusal) throws {
    let interface = try Self.named(refusal.interface)
    var side = try AttributeSample.side(refusal.role, of: refusal.interface, refusal.attributes)
    let error = #expect(throws: InterfaceError.self) {
      try refusal.role == .plug ? interface.checkPlug(&side) : interface.checkSlot(&side)
    }
    #expect(error?.description == refusal.error)
  }

  @Test func labelsAreFilledIn() throws {
    for (name, role, attributes) in [
      ("content", ConnectionSide.Role.plug, "target: x"), ("content", .slot, "read: [x]"),
      ("custom-device", .plug, ""), ("custom-device", .slot, "devices: [/dev/a]"),
    ] {
      let interface = try Self.named(name)
      var side = try AttributeSample.side(role, of: name, attributes)
      try role == .plug ? interface.checkPlug(&side) : interface.checkSlot(&side)
      #expect(side[name] == .string("side"))
    }
  }

  // MARK: What attributes grant

  struct Grant: Sendable, CustomStringConvertible {
    let interface: String
    var plug = ""
    var slot = ""
    var isSystem = false
    var plugHas: [String] = []
    var plugLacks: [String] = []
    var slotHas: [String] = []
    var description: String { "\(interface): \(plug) / \(slot)" }
  }

  static let grants: [Grant] = [
    Grant(
      interface: "block-devices", isSystem: true, plugHas: ["rwk /dev/vd[a-z]"],
      plugLacks: ["rwk /dev/vd[a-z][1-9]{,[0-9]}"]),
    Grant(
      interface: "block-devices", plug: "allow-partitions: true", isSystem: true,
      plugHas: ["rwk /dev/vd[a-z][1-9]{,[0-9]}"]),
    Grant(
      interface: "browser-support", isSystem: true, plugHas: ["r /proc/vmstat"],
      plugLacks: ["capability sysAdmin", "r /etc/mailcap"]),
    Grant(
      interface: "browser-support", plug: "allow-sandbox: true", isSystem: true,
      plugHas: ["r /proc/vmstat", "capability sysAdmin", "r /etc/mailcap"]),
    Grant(interface: "docker-support", isSystem: true, plugHas: ["module overlay"], plugLacks: ["mrwkl /dev/**"]),
    Grant(interface: "docker-support", plug: "privileged-containers: true", isSystem: true, plugHas: ["mrwkl /dev/**"]),
    Grant(interface: "greengrass-support", isSystem: true, plugHas: ["rix /bin/runc", "capability mknod"]),
    Grant(
      interface: "greengrass-support", plug: "flavor: no-container", isSystem: true, plugHas: ["rix /bin/runc"],
      plugLacks: ["capability mknod"]),
    Grant(interface: "dsp", slot: "flavor: ambarella", plugHas: ["rw /dev/iav"]),
    Grant(interface: "dsp", slot: "flavor: other", plugLacks: ["rw /dev/iav"]),
    Grant(
      interface: "bool-file", slot: "path: /sys/class/leds/a b/brightness",
      plugHas: ["rwk /sys/class/leds/a b/brightness", "rwk /sys/devices/**/leds/a b/brightness"]),
    Grant(
      interface: "bool-file", slot: "path: /sys/class/gpio//gpio4/value",
      plugHas: ["rwk /sys/class/gpio/gpio4/value"], slotHas: ["rw /sys/class/gpio/{,un}export"]),
    Grant(
      interface: "content", plug: "target: $SNAP_DATA/in", slot: "read: [$SNAP/lib, etc]\nwrite: [$SNAP_COMMON]",
      plugHas: [
        "mrkix /snap/producer/7/lib/**", "mrwklix /var/snap/producer/common/**",
        "show /snap/producer/7/lib at /var/snap/consumer/7/in ro",
        "show /snap/producer/7/etc at /var/snap/consumer/7/in ro",
        "show /var/snap/producer/common at /var/snap/consumer/7/in rw",
      ], slotHas: ["mrwklix /var/snap/consumer/7/in/**"]),
    Grant(
      interface: "content", plug: "target: in", slot: "source: {read: [lib/a], write: [$SNAP_DATA/b]}",
      plugHas: [
        "show /snap/producer/7/lib/a at /snap/consumer/7/in/a ro",
        "show /var/snap/producer/7/b at /snap/consumer/7/in/b rw",
      ]),
    Grant(
      interface: "cups", slot: "cups-socket-directory: $SNAP_COMMON/run",
      plugHas: ["rw /var/cups/cups.sock", "show /var/snap/producer/common/run at /var/cups rw"]),
    Grant(
      interface: "custom-device",
      slot: """
        devices: [/dev/a, '/dev/b[0-9]*']
        read-devices: [/dev/c]
        files: {read: [/sys/x], write: ['/sys/y/*']}
        udev-tagging: [{kernel: a, subsystem: misc, environment: {E: x}, attributes: {at: z}}]
        """,
      plugHas: [
        "rw /dev/a", "rw /dev/b[0-9]*", "r /dev/c", "r /sys/x", "rw /sys/y/*", #"udev KERNEL=="c""#,
        #"udev KERNEL=="b[0-9]*""#, #"udev KERNEL=="a", ATTR{at}=="z", ENV{E}=="x", SUBSYSTEM=="misc""#,
      ], plugLacks: [#"udev KERNEL=="a""#]),
    Grant(
      interface: "dbus", plug: "bus: session\nname: org.a-b.c", slot: "bus: session\nname: org.a-b.c",
      plugHas: ["talk session /org/a-b/c{,/**}", "talk session org.a-b.c"],
      slotHas: ["own session org.a-b.c", "own session org.a-b.c.*"]),
    Grant(
      interface: "dbus", plug: "bus: session\nname: org.a", slot: "bus: session\nname: org.b",
      plugLacks: ["talk session org.a", "talk session org.b"]),
    Grant(
      interface: "desktop", isSystem: true,
      plugHas: [
        "show /var/cache/fontconfig at /var/cache/fontconfig ro",
        "show $XDG_RUNTIME_DIR/doc/by-app/snap.consumer at $XDG_RUNTIME_DIR/doc rw",
      ]),
    Grant(
      interface: "desktop", plug: "mount-host-font-cache: false", isSystem: true,
      plugHas: ["show /usr/share/fonts at /usr/share/fonts ro"],
      plugLacks: ["show /var/cache/fontconfig at /var/cache/fontconfig ro"]),
    Grant(
      interface: "audio-playback", isSystem: true, plugHas: ["owner rwk /{,var/}run/user/*/pulse/native"],
      plugLacks: ["owner rwk /var/snap/producer/common/pulse/native"]),
    Grant(
      interface: "audio-playback", plugHas: ["owner rwk /var/snap/producer/common/pulse/native"],
      plugLacks: ["owner rwk /{,var/}run/user/*/pulse/native"]),
    Grant(interface: "bluez", isSystem: true, plugHas: ["talk system org.bluez"], plugLacks: ["talk system "]),
    Grant(
      interface: "gpio", slot: "number: 12", plugHas: ["rwk /sys/devices/**/gpio/gpio12/*"], slotHas: ["pin gpio(12)"]),
    Grant(
      interface: "gpio-chardev", slot: "source-chip: [chip-a]\nlines: 1,3-4",
      plugHas: ["rwk /dev/snap/gpio-chardev/producer/side", "rwk /dev/snap/gpio-chardev/consumer/side"],
      slotHas: ["module gpio-aggregator"]),
    Grant(
      interface: "hidraw", slot: "path: /dev/hidraw3",
      plugHas: ["rw /dev/hidraw3", #"udev SUBSYSTEM=="hidraw", KERNEL=="hidraw3""#]),
    Grant(
      interface: "hidraw", slot: "path: /dev/hidraw-pen\nusb-vendor: 0x4d8\nusb-product: 63",
      plugHas: [
        "rw /dev/hidraw[0-9]{,[0-9],[0-9][0-9]}",
        #"udev SUBSYSTEM=="hidraw", SUBSYSTEMS=="usb", ATTRS{idVendor}=="04d8", ATTRS{idProduct}=="003f""#,
      ],
      slotHas: [
        #"link hidraw-pen to SUBSYSTEM=="hidraw", SUBSYSTEMS=="usb", ATTRS{idVendor}=="04d8", ATTRS{idProduct}=="003f""#
      ]),
    Grant(
      interface: "home", isSystem: true, plugHas: ["owner rwklix $HOME/[^s.]**"],
      plugLacks: ["r $HOME/[^s.]**", "capability dacReadSearch"]),
    Grant(
      interface: "home", plug: "read: all", isSystem: true, plugHas: ["r $HOME/[^s.]**", "capability dacReadSearch"]),
    Grant(interface: "i2c", slot: "path: /dev/i2c-1", plugHas: ["rw /dev/i2c-1", #"udev KERNEL=="i2c-1""#]),
    Grant(
      interface: "i2c", slot: "sysfs-name: 1-0051", plugHas: ["rw /sys/bus/i2c/devices/1-0051/**"],
      plugLacks: ["rw /dev/1-0051"]),
    Grant(
      interface: "iio", slot: "path: /dev/iio:device0",
      plugHas: ["rw /dev/iio:device0", "rwk /sys/bus/iio/devices/iio:device0/**", #"udev KERNEL=="iio:device0""#]),
    Grant(
      interface: "gbm-driver-libs", slot: "library-source: [$SNAP/lib]\nclient-driver: a.so",
      plugHas: [
        #"export link(toFirstOf: ["/snap/producer/7/lib/a.so"], at: "/usr/lib/@{multiarch}/gbm/a.so")"#
      ]),
    Grant(interface: "camera", isSystem: true, plugHas: ["rw /dev/video[0-9]*"]),
  ]

  @Test(arguments: grants)
  func attributesDecideWhatIsGranted(_ grant: Grant) throws {
    let sets = try AttributeSample.grants(
      Self.named(grant.interface), plug: grant.plug, slot: grant.slot, isSystem: grant.isSystem)
    let plug = Set(sets.plug.lines)
    let slot = Set(sets.slot.lines)
    #expect(Set(grant.plugHas).subtracting(plug).isEmpty)
    #expect(Set(grant.plugLacks).intersection(plug).isEmpty)
    #expect(Set(grant.slotHas).subtracting(slot).isEmpty)
  }

  @Test func aHIDDeviceThatAppearsIsASlot() throws {
    let hidraw = try Self.named("hidraw")
    let found = hidraw.hotplug?(
      HotplugDevice(devicePath: "/devices/x", subsystem: "hidraw", node: "/dev/hidraw2", properties: [:]))
    #expect(found?.attributes["path"] == .string("/dev/hidraw2"))
    #expect(
      hidraw.hotplug?(HotplugDevice(devicePath: "/d", subsystem: "tty", node: "/dev/tty0", properties: [:])) == nil)
  }

  // MARK: Hostile texts

  /// Attributes with `%` where a hostile text goes.
  static let openings: [(interface: String, plug: String, slot: String)] = [
    ("bool-file", "", "path: %"), ("bool-file", "", #"path: "/sys/class/leds/"%"/brightness""#),
    ("cups", "", "cups-socket-directory: %"), ("content", "target: %", "read: [x]"),
    ("content", "target: x", "write: [%]"),
    ("content", "target: x", "source: {read: [%]}"), ("custom-device", "", "devices: [%]"),
    ("custom-device", "", "files: {write: [%]}"), ("dbus", "bus: session\nname: %", "bus: session\nname: %"),
    ("custom-device", "", "devices: [/dev/a]\nudev-tagging: [{kernel: a, subsystem: %}]"),
    ("custom-device", "", "devices: [/dev/a]\nudev-tagging: [{kernel: a, environment: {%: x}}]"),
    ("desktop", "desktop-file-ids: [%]", ""), ("dsp", "", "flavor: %"), ("greengrass-support", "flavor: %", ""),
    ("gpio-chardev", "", "source-chip: [%]\nlines: '1'"), ("gpio-chardev", "", "source-chip: [a]\nlines: %"),
    ("hidraw", "", "path: %"), ("i2c", "", "path: %"), ("i2c", "", "sysfs-name: %"), ("iio", "", "path: %"),
    ("gbm-driver-libs", "", "library-source: [$SNAP/lib]\nclient-driver: %"),
    ("cuda-driver-libs", "", "library-source: [%]"), ("home", "read: %", ""),
  ]

  static let hostileTexts = [
    #"x" rw,"#, "x\n/** rw,", "../../etc", "/dev/../etc/shadow", "/dev/iio:device0\n", "$SNAP/../..", "z**", "a*",
    "{a,b",
    "a\\", "@{HOME}", "$SNAP_COMMON/\u{1}", "/dev/i2c-1\", RUN+=\"/bin/sh", "a\0b", "/sys/class/leds/*/brightness",
    "/sys/class/leds/x\"/brightness", "$SNAP_DATA/a\u{7f}", "org.a\" own", "/dev/a\nb", "$SNAP/\u{1b}",
    "/dev/a\u{2028}b/../c", "a/\u{301}b", "../\u{301}b", "/dev/../\u{301}b", "/dev//\u{301}b", "/dev/**\u{301}",
    "$SNAP_DATA/../\u{301}b",
  ]

  @Test(arguments: hostileTexts)
  func hostileTextsReachNoRule(_ text: String) throws {
    for opening in Self.openings {
      let interface = try Self.named(opening.interface)
      func hostile(_ attributes: String) -> String {
        attributes.replacing(
          #""/sys/class/leds/"%"/brightness""#, with: Self.quoted("/sys/class/leds/\(text)/brightness")
        )
        .replacing("%", with: Self.quoted(text))
      }
      guard let sets = try? AttributeSample.grants(interface, plug: hostile(opening.plug), slot: hostile(opening.slot))
      else {
        continue
      }
      for set in [sets.plug, sets.slot] {
        for pattern in set.patterns {
          let isPlain = pattern.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && $0 != "\"" }
          #expect(isPlain, "\(opening.interface): \(pattern)")
          let names = pattern.utf8.split(separator: UInt8(ascii: "/"))
          #expect(!names.contains { $0.elementsEqual("..".utf8) }, "\(opening.interface): \(pattern)")
          // Patterns are for gadgets alone, whose slots need the store's word.
          guard opening.interface != "custom-device", text.contains(where: { "*{@".contains($0) }) else { continue }
          #expect(!pattern.contains("/\(text)/") && !pattern.hasSuffix("/\(text)"), "\(opening.interface): \(pattern)")
        }
        for mount in set.contentMounts {
          for path in [mount.source, mount.target] {
            #expect(!path.contains("/../") && path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\"" })
          }
        }
        for line in set.lines { #expect(!line.contains("\n") && !line.contains("RUN+=")) }
      }
    }
  }

  /// As YAML has it in double quotes.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  // MARK: All of them

  /// Evaluates every literal: a wrong one would stop the daemon.
  @Test(arguments: [true, false], [true, false])
  func everyInterfaceCanBeEvaluated(isClassic: Bool, isSystem: Bool) throws {
    for interface in Self.all {
      let sample = Self.grants.first { $0.interface == interface.name && !$0.slot.isEmpty }
      _ = try? AttributeSample.grants(
        interface, plug: sample?.plug ?? "", slot: sample?.slot ?? "", isSystem: isSystem && sample == nil,
        machine: Machine(isClassic: isClassic))
      #expect(!interface.summary.isEmpty && !interface.summary.hasSuffix("."))
    }
  }
}
