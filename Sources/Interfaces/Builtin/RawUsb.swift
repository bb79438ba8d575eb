internal import Permissions

extension Interface {
  /// USB devices themselves, and serial lines and printers on USB.
  static let rawUsb = Interface(
    "raw-usb", "allows access to all USB devices", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/bus/usb/[0-9][0-9][0-9]/[0-9][0-9][0-9]")
      grants.files("rwk", "/dev/tty{USB,ACM}[0-9]*")
      grants.files(.read, "/proc/tty/drivers")
      grants.files("rwk", "/dev/usb/lp[0-9]*")
      grants.files(
        .read,
        "/sys/bus/usb/devices/", "/sys/devices/pci**/usb[0-9]**", "/sys/devices/platform/soc**/*.usb**/usb[0-9]**",
        "/sys/devices/platform/soc**/*.ssusb**/usb[0-9]**", "/sys/devices/platform/scb/*.pcie/pci**/usb[0-9]**",
        "/sys/devices/platform/axi/*.pcie/*.usb/xhci-hcd.[0-9]*/usb[0-9]**",
        "/sys/devices/platform/axi/*.usb/usb[0-9]**", "/run/udev/data/c16[67]:[0-9]", "/run/udev/data/b180:*",
        "/run/udev/data/c18[089]:*", "/run/udev/data/+usb:*")
      grants.network(.netlink, .raw)
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
      grants.udev(#"SUBSYSTEM=="usb""#, #"SUBSYSTEM=="usbmisc""#, #"SUBSYSTEM=="tty", ENV{ID_BUS}=="usb""#)
    }
  }
}
