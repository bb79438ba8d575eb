internal import Permissions

extension Interface {
  /// Firmware_class path.
  static let kernelFirmwareControl = Interface(
    "kernel-firmware-control", "firmware_class path", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/sys/module/firmware_class/parameters/path")
    }
  }
}
