internal import Permissions

extension Interface {
  /// Lets a snap use cameras.
  static let camera = Interface(
    "camera", "allows a snap to use cameras", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/video[0-9]*", "/dev/vchiq")
      grants.files(
        .read,
        "/sys/bus/usb/devices/", "/sys/devices/pci**/usb*/**/busnum", "/sys/devices/pci**/usb*/**/devnum",
        "/sys/devices/pci**/usb*/**/idVendor", "/sys/devices/pci**/usb*/**/idProduct",
        "/sys/devices/pci**/usb*/**/interface", "/sys/devices/pci**/usb*/**/modalias",
        "/sys/devices/pci**/usb*/**/speed", "/run/udev/data/c81:[0-9]*", "/run/udev/data/+usb:*",
        "/sys/class/video4linux/", "/sys/devices/pci**/usb*/**/video4linux/**",
        "/sys/devices/platform/**/usb*/**/video4linux/**")
      grants.udev(#"KERNEL=="video[0-9]*""#, #"KERNEL=="vchiq""#)
    }
  }
}
