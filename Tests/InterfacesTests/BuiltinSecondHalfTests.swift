import Permissions
import Snap
import Testing

@testable import Interfaces

/// The interfaces from j to z: what attributes they admit, and what they grant for them.
@Suite struct BuiltinSecondHalfTests {
  static let interfaces = Interface.builtin.filter { $0.name >= "j" }

  /// Every literal is a good one, whoever has the slot.
  @Test(arguments: interfaces.map(\.name)) func everyGrantCanBeEvaluated(name: String) throws {
    for system in [true, false] { try SampleConnection(name, system: system).evaluate() }
  }

  /// `snap interface` shows one sentence for each.
  @Test func summariesAreSentencesForPeople() {
    for interface in Self.interfaces {
      #expect(interface.summary.hasPrefix("allows "), "\(interface.name)")
      #expect(!interface.summary.hasSuffix(".") && interface.summary.utf8.count <= 80, "\(interface.name)")
    }
  }

  /// A device that udev tags also has a file in the view, or the tag would open nothing.
  @Test(arguments: interfaces.map(\.name)) func taggedDevicesHaveFiles(name: String) throws {
    let grants = try SampleConnection(name, system: true).plugGrants()
    guard !grants.udev.isEmpty else { return }
    #expect(grants.files.contains { $0.pattern.rawValue.hasPrefix("/dev/") }, "\(name)")
  }

  // MARK: What valid attributes grant

  struct Grant: CustomTestStringConvertible {
    let interface: String
    var plug: [String: AttributeValue]?
    var slot: [String: AttributeValue]?
    /// Lines as ``describe(_:)`` has them.
    let lines: [String]
    var absent: [String] = []
    var testDescription: String { interface }
  }

  @Test(arguments: grants) func attributesDecideWhatIsGranted(_ expected: Grant) throws {
    let grants = try SampleConnection(expected.interface, plug: expected.plug, slot: expected.slot).evaluate()
    let lines = describe(grants)
    for line in expected.lines { #expect(lines.contains(line), "\(line) in \(lines)") }
    for line in expected.absent { #expect(!lines.contains(line), "\(line)") }
  }

  static let grants: [Grant] = [
    Grant(
      interface: "kernel-module-load",
      plug: [
        "modules": [
          ["name": "snd-dummy", "load": "on-boot", "options": "index=1 id=a"], ["name": "floppy", "load": "denied"],
          ["name": "nbd", "load": "dynamic", "options": "*"], ["name": "loop", "options": "max_loop=8"],
        ]
      ],
      lines: [
        "module snd-dummy onBoot index=1 id=a", "module floppy denied", "module nbd dynamic *",
        "module loop dynamic max_loop=8",
      ]),
    Grant(
      interface: "kubernetes-support", plug: ["flavor": "autobind-unix"], lines: ["syscall bind"],
      absent: ["syscall mount", "file r /dev/kmsg"]),
    Grant(
      interface: "kubernetes-support", plug: ["flavor": "kubelet"], lines: ["syscall mount", "file r /dev/kmsg"],
      absent: ["module ip_vs onBoot"]),
    Grant(
      interface: "kubernetes-support", plug: ["flavor": "kubeproxy"], lines: ["module ip_vs onBoot"],
      absent: ["syscall mount"]),
    Grant(interface: "lxd-support", plug: [:], lines: [], absent: ["unconfined"]),
    Grant(interface: "lxd-support", plug: ["enable-unconfined-mode": true], lines: ["unconfined"]),
    Grant(
      interface: "mediatek-accel", plug: ["units": ["apu"]], lines: ["file rw /dev/apusys"],
      absent: ["file rw /dev/vcu"]),
    Grant(interface: "microceph-support", plug: [:], lines: [], absent: ["syscall setgroups"]),
    Grant(interface: "microceph-support", plug: ["user-identity-switching": true], lines: ["syscall setgroups"]),
    Grant(
      interface: "mount-control",
      plug: [
        "mount": [
          ["what": "/dev/sd*", "where": "/media/**", "type": ["ext2", "ext4"], "options": ["rw", "sync", "nofail"]],
          ["what": "none", "where": "$SNAP_COMMON/tmp", "type": ["tmpfs"], "options": ["rw", "size=10M"]],
          ["what": "/usr/{a,b}", "where": "$SNAP_DATA/b", "options": ["bind", "ro"]],
          ["where": "$SNAP_COMMON/nfs", "type": ["nfs"], "options": ["rw"], "persistent": true],
        ]
      ],
      lines: [
        "mount {ext2,ext4} rw,sync /dev/sd* -> /media/**{,/}", "umount /media/**{,/}",
        "mount tmpfs rw none -> /var/snap/consumer/common/tmp{,/}",
        "mount any bind,ro /usr/{a,b} -> /var/snap/consumer/7/b{,/}",
        "mount nfs rw any -> /var/snap/consumer/common/nfs{,/}",
      ]),
    Grant(interface: "mpris", slot: [:], lines: ["own org.mpris.MediaPlayer2.producer{,.*}"]),
    Grant(interface: "mpris", slot: ["name": "vlc"], lines: ["own org.mpris.MediaPlayer2.vlc{,.*}"]),
    Grant(interface: "netlink-driver", lines: ["syscall socket 16 - 100"]),
    Grant(interface: "opengl-driver-libs", slot: SampleConnection.libraries, lines: ["libraries /snap/producer/7/lib"]),
    Grant(
      interface: "vulkan-driver-libs",
      slot: ["library-source": ["$SNAP/lib"], "icd-source": ["${SNAP}/icd.d"], "compatibility": "nvidia-570-(1..3)"],
      lines: ["links /snap/producer/7/icd.d -> /etc/vulkan/icd.d/snap_producer_vulkan-driver-libs_"]),
    Grant(interface: "optical-drive", plug: [:], lines: ["file r /dev/sr[0-9]*"], absent: ["file w /dev/sr[0-9]*"]),
    Grant(interface: "optical-drive", plug: ["write": true], lines: ["file w /dev/sr[0-9]*"]),
    Grant(
      interface: "personal-files", plug: ["read": ["$HOME/.config/a b"], "write": ["$HOME/.x,y@z"]],
      lines: ["owner file rk $HOME/.config/a b{,/,/**}", #"owner file rwkl $HOME/.x\,y\@z{,/,/**}"#]),
    Grant(
      interface: "system-files", plug: ["read": ["/etc/foo"], "write": ["/etc/bar"]],
      lines: ["file rk /etc/foo{,/,/**}", "file rwkl /etc/bar{,/,/**}"]),
    Grant(
      interface: "pkcs11", slot: ["pkcs11-socket": "/run/p11-kit/token"],
      lines: ["file rw /{,var/}run/p11-kit/token", "file rwk /{,var/}run/p11-kit/token"]),
    Grant(
      interface: "polkit",
      plug: [
        "action-prefix": "org.example.foo",
        "install-rules": [["name": "a.rules", "sha3-384": .string(String(repeating: "A", count: 64))]],
      ],
      lines: ["polkit actions org.example.foo", "polkit rule a.rules"]),
    Grant(
      interface: "posix-mq", slot: ["path": ["/a", "/b"], "permissions": ["read"]],
      lines: [
        "queue open,read /a", "queue open,read /b", "queue open,read,write,create,delete /a", "syscall mq_timedreceive",
      ]),
    Grant(interface: "pwm", lines: ["file rwk /sys/devices/**/pwm/pwmchip2/pwm1/*"]),
    Grant(interface: "qualcomm-ipc-router", lines: ["unix bind,listen seqpacket @router any"]),
    Grant(interface: "raw-volume", slot: ["path": "/dev/mmcblk0p3"], lines: ["file rwk /dev/mmcblk0p3"]),
    Grant(interface: "sd-control", plug: ["flavor": "dual-sd"], lines: ["file rw /dev/DualSD"]),
    Grant(interface: "sd-control", plug: [:], lines: [], absent: ["file rw /dev/DualSD"]),
    Grant(
      interface: "serial-port", slot: ["path": "/dev/ttyS0"],
      lines: ["file rwk /dev/ttyS0", #"udev SUBSYSTEM=="tty", KERNEL=="ttyS0""#],
      absent: ["file rwk /dev/tty[A-Z]*[0-9]*"]),
    Grant(
      interface: "serial-port",
      slot: ["path": "/dev/serial-port-gps", "usb-vendor": 0x403, "usb-product": 0x6001, "usb-interface-number": 2],
      lines: [
        "file rwk /dev/serial-port-gps",
        #"udev SUBSYSTEM=="tty", SUBSYSTEMS=="usb", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ENV{ID_USB_INTERFACE_NUM}=="02""#,
        "link serial-port-gps",
      ]),
    Grant(
      interface: "shared-memory", plug: ["private": true], slot: ["read": ["in"]],
      lines: ["content /dev/shm/snap.consumer -> /dev/shm", "file mrwklix /dev/shm/**"]),
    Grant(
      interface: "shared-memory", plug: [:], slot: ["read": ["in"], "write": ["out-*"]],
      lines: ["file r /{dev,run}/shm/in", "file mrwkl /{dev,run}/shm/out-*"]),
    Grant(
      interface: "spi", slot: ["path": "/dev/spidev1.0"],
      lines: ["file rw /dev/spidev1.0", #"udev KERNEL=="spidev1.0""#]),
    Grant(interface: "uio", slot: ["path": "/dev/uio3"], lines: ["file rw /dev/uio3"]),
    Grant(
      interface: "usb-gadget", plug: ["ffs-mounts": [["name": "hid", "where": "$SNAP_COMMON/ffs"]]],
      lines: ["mount functionfs rw hid -> /var/snap/consumer/common/ffs{,/}"]),
    Grant(interface: "usb-gadget", plug: [:], lines: [], absent: ["syscall mount"]),
    Grant(
      interface: "unity7",
      lines: ["dbus /com/canonical/indicator/messages/consumer_*_desktop org.freedesktop.DBus.Properties GetAll"]),
  ]

  /// Defaults are what the other side is compared with.
  @Test func labelsAreFilledIn() throws {
    var queue = try SampleConnection("posix-mq").connection.slot
    try SampleConnection("posix-mq").interface.checkSlot(&queue)
    #expect(queue["posix-mq"] == .string("posix-mq"))
    var memory = try SampleConnection("shared-memory").connection.plug
    try SampleConnection("shared-memory").interface.checkPlug(&memory)
    #expect(memory["shared-memory"] == .string("shared-memory"))
    #expect(memory["private"] == .bool(false))
  }

  @Test func serialPortsAppearWithTheirDevice() throws {
    let hotplug = try #require(Interface.builtin.first { $0.name == "serial-port" }?.hotplug)
    func device(_ node: String?, bus: String) -> HotplugDevice {
      HotplugDevice(
        devicePath: "/sys/x", subsystem: "tty", node: node,
        properties: ["ID_BUS": bus, "ID_VENDOR_ID": "0403", "ID_MODEL_ID": "6001"])
    }
    let slot = try #require(hotplug(device("/dev/ttyUSB0", bus: "usb")))
    #expect(slot.attributes.values == ["path": "/dev/ttyUSB0", "usb-vendor": "0403", "usb-product": "6001"])
    var side = try SampleConnection("serial-port").connection.slot
    side.attributes = slot.attributes
    try SampleConnection("serial-port").interface.checkSlot(&side)
    #expect(hotplug(device("/dev/ttyUSB0", bus: "pci")) == nil)
    #expect(hotplug(device("/dev/tty0", bus: "usb")) == nil)
    #expect(hotplug(device(nil, bus: "usb")) == nil)
  }

  /// The system bus refuses every name that no policy names.
  @Test(arguments: [
    "location-control", "location-observe", "modem-manager", "network-manager", "ofono", "udisks2", "upower-observe",
  ]) func servicesOfTheSystemBusMayOwnTheirNames(name: String) throws {
    let grants = try SampleConnection(name).evaluate()
    let owned = grants.dbus.compactMap { rule in
      if case .own(let name) = rule.action, rule.bus == .system { name.rawValue } else { nil }
    }
    let admitted = grants.busPolicies.filter { $0.subject == .user("root") }.flatMap(\.rules).compactMap { rule in
      if case .own(let name) = rule { name.escaped } else { nil }
    }
    #expect(!admitted.isEmpty)
    // A pattern of names is for plugins of the service, which have a policy of their own.
    #expect(Set(owned.filter { !$0.contains("*") }).isSubset(of: admitted))
  }

  /// The other side is the snap's processes, or the host's.
  @Test(arguments: ["network-manager", "modem-manager", "ofono", "udisks2", "upower-observe", "pulseaudio", "x11"])
  func servicesOfSnapsAreKnownByTheirLabel(name: String) throws {
    let ofSnap = describe(try SampleConnection(name).plugGrants())
    let ofHost = describe(try SampleConnection(name, system: true).plugGrants())
    #expect(ofSnap != ofHost)
    let grants = try SampleConnection(name, system: true).plugGrants()
    #expect(!grants.files.contains { $0.pattern.rawValue.contains("unconfined") })
    #expect(grants.dbus.allSatisfy { $0.peer == .unconfined || $0.peerName == "org.freedesktop.DBus" })
  }
}
