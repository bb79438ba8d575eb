internal import Permissions

extension Interface {
  /// The search path of the firmware loader.
  static let kernelFirmwareControl = Interface(
    "kernel-firmware-control", "allows changing where the kernel looks for firmware", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/sys/module/firmware_class/parameters/path")
    }
  }
}
