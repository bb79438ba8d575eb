internal import Permissions

extension Interface {
  /// Lets a snap control Bluetooth adapters in the kernel.
  static let bluetoothControl = Interface(
    "bluetooth-control", "allows a snap to control Bluetooth adapters in the kernel", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.network(.bluetooth)
      grants.network(.alg)
      grants.capabilities(.netAdmin)
      grants.files(
        .read,
        "/sys/bus/usb/drivers/btusb/", "/sys/bus/usb/drivers/btusb/**", "/sys/module/btusb/",
        "/sys/module/btusb/**", "/sys/class/bluetooth/")
      grants.files(
        .readWrite,
        "/sys/devices/**/bluetooth/", "/sys/devices/**/bluetooth/**", "/dev/vhci", "/dev/stpbt")
      grants.syscalls("bind")
      grants.udev(#"SUBSYSTEM=="bluetooth""#, #"SUBSYSTEM=="BT_chrdev""#)
    }
  }
}
