import CLinux
import Glibc
import Linux
import TestSupport
import Testing

@Suite struct UeventTests {
  static func kernel(_ lines: String...) -> [UInt8] { lines.flatMap { Array($0.utf8) + [UInt8(0)] } }

  static func udev(_ properties: [String], magic: UInt32 = 0xfeed_cafe, start: UInt32 = 40) -> [UInt8] {
    var message = Array("libudev".utf8) + [UInt8(0)]
    let texts: [UInt8] = properties.flatMap { Array($0.utf8) + [UInt8(0)] }
    withUnsafeBytes(of: magic.bigEndian) { message += $0 }
    for number in [UInt32(40), start, UInt32(texts.count), 0, 0, 0, 0] { withUnsafeBytes(of: number) { message += $0 } }
    return message + texts
  }

  @Test func messagesOfKernelAndUdev() {
    let event = Uevent(
      message: Self.kernel(
        "add@/devices/x/ttyUSB0", "ACTION=add", "DEVPATH=/devices/x/ttyUSB0", "SUBSYSTEM=tty", "DEVNAME=ttyUSB0"))
    #expect(event?.action == "add" && event?.node == "/dev/ttyUSB0" && event?.subsystem == "tty")
    let properties = [
      "ACTION=remove", "DEVPATH=/devices/x", "SUBSYSTEM=usb", "DEVNAME=/dev/bus/usb/001/002", "ID_BUS=usb",
    ]
    let other = Uevent(message: Self.udev(properties))
    #expect(other?.node == "/dev/bus/usb/001/002" && other?.properties["ID_BUS"] == "usb")
    #expect(Uevent(message: Self.udev(properties, magic: 1)) == nil)
    #expect(Uevent(message: Self.udev(properties, start: 4000)) == nil)
  }

  /// No message reads beyond its end, and no name leads out of `/dev`.
  @Test func damagedMessages() {
    let good = Self.udev(["ACTION=add", "DEVPATH=/devices/x", "SUBSYSTEM=tty", "DEVNAME=/dev/ttyUSB0"])
    for count in 0..<good.count { _ = Uevent(message: Array(good[..<count])) }
    for index in good.indices {
      var bad = good
      bad[index] ^= 0xff
      _ = Uevent(message: bad)
    }
    for name in ["../etc/passwd", "/dev/../etc/passwd", "a//b", "a/./b", ""] {
      let event = Uevent(
        message: Self.kernel("add@/d", "ACTION=add", "DEVPATH=/d", "SUBSYSTEM=tty", "DEVNAME=\(name)"))
      #expect(event != nil && event?.node == nil, "\(name)")
    }
    #expect(Uevent(message: Self.kernel("add@/d", "ACTION=add", "DEVPATH=/a/../b", "SUBSYSTEM=tty")) == nil)
  }

  /// A tree like the kernel's: the port hangs on a USB device, which says what it is.
  @Test func devicesThatAreThere() throws {
    try withTemporaryDirectory { root in
      let sys = root + "/sys"
      let port = sys + "/devices/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0"
      try Files.makeDirectories(port)
      try Files.makeDirectories(sys + "/class/tty")
      func write(_ text: String, _ path: String) throws {
        try Files.writeAtomically([UInt8](text.utf8), to: path, mode: 0o644)
      }
      try write("MAJOR=188\nMINOR=0\nDEVNAME=ttyUSB0\n", port + "/uevent")
      for (name, text) in [
        ("idVendor", "0403\n"), ("idProduct", "6001\n"), ("serial", "A1\n"), ("product", "FT232R\n"),
      ] {
        try write(text, "\(sys)/devices/usb1/1-1/\(name)")
      }
      try Files.replaceSymlink(
        at: sys + "/class/tty/ttyUSB0", target: "../../devices/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0")
      let found = DeviceTree.devices(subsystems: ["tty", "none"], sys: sys, udev: root + "/udev")
      #expect(found.map(\.node) == ["/dev/ttyUSB0"])
      #expect(found.first?.properties["ID_VENDOR_ID"] == "0403" && found.first?.properties["ID_MODEL"] == "FT232R")
      // What udev knows stands above.
      try Files.makeDirectories(root + "/udev")
      try write("I:1\nE:ID_BUS=usb\nE:ID_MODEL=Serial\n", root + "/udev/c188:0")
      let known = DeviceTree.devices(subsystems: ["tty"], sys: sys, udev: root + "/udev")
      #expect(known.first?.properties["ID_MODEL"] == "Serial" && known.first?.properties["ID_VENDOR_ID"] == nil)
    }
  }

  /// The kernel repeats an event that is written into a device's `uevent`.
  @Test(.enabled(if: getuid() == 0)) func theKernelIsHeard() throws {
    let source = try DeviceSource(udev: false)
    #expect(try source.read() == [])
    guard (try? shell("echo change > /sys/class/mem/null/uevent")) != nil else { return }
    var polled = pollfd(fd: source.descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, 5000) == 1 else { return }
    #expect(try source.read().contains { $0.action == "change" && $0.node == "/dev/null" })
  }
}
