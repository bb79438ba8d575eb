internal import Permissions

extension Interface {
  /// Everything that Steam's containers need, which is everything; and controllers.
  static let steamSupport = Interface(
    "steam-support", "allows Steam to run games in containers of its own",
    implicitSlot: .init(onCore: .when { $0.isCoreDesktop }, onClassic: .yes), plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.trait(.everything)
      grants.trait(.messageQueues)
      grants.namespaces = true
      grants.trait(.ioUring)
      grants.trait(.unrestrictedSyscalls)
      // Controllers.
      grants.files(.readWrite, "/dev/uinput", "/dev/hidraw[0-9]*")
      grants.udev(
        #"KERNEL=="uinput", SUBSYSTEM=="misc""#, #"SUBSYSTEM=="usb", ATTRS{idVendor}=="28de""#,
        #"KERNEL=="hidraw*", ATTRS{idVendor}=="28de""#, #"KERNEL=="hidraw*", KERNELS=="*28DE:*""#,
        #"KERNEL=="hidraw*", ATTRS{idVendor}=="054c""#, #"KERNEL=="hidraw*", KERNELS=="*054C:*""#,
        #"KERNEL=="hidraw*", ATTRS{idVendor}=="057e""#, #"KERNEL=="hidraw*", KERNELS=="*057E:*""#)
    }
  }
}
