internal import Permissions

extension Interface {
  /// Clocks of network cards and the like (PTP).
  static let ptp = Interface(
    "ptp", "allows access to precise clocks", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/ptp[0-9]*")
      grants.files("w", "/sys/class/ptp/ptp[0-9]*/{extts_enable,period,pps_enable}")
      grants.files(.read, "/sys/class/ptp/ptp[0-9]*/*")
      grants.udev(#"SUBSYSTEM=="ptp", KERNEL=="ptp[0-9]*""#)
    }
  }
}
