internal import Permissions

extension Interface {
  /// Keyboards, mice and all else below `/dev/input`, past the display server.
  static let rawInput = Interface(
    "raw-input", "allows access to all input devices", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
      grants.files(.readWrite, "/dev/input/*")
      grants.files(.read, "/sys/devices/**/input[0-9]*/capabilities/*")
      grants.network(.netlink, .raw)
      grants.files(.read, "/run/udev/data/c13:[0-9]*", "/run/udev/data/+input:input[0-9]*")
      grants.udev(
        #"KERNEL=="event[0-9]*", SUBSYSTEM=="input""#, #"KERNEL=="mice""#, #"KERNEL=="mouse[0-9]*""#,
        #"KERNEL=="ts[0-9]*""#)
    }
  }
}
