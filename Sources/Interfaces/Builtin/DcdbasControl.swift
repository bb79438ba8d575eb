internal import Permissions

extension Interface {
  /// Lets a snap shut down and control Dell machines through their firmware.
  static let dcdbasControl = Interface(
    "dcdbas-control", "allows a snap to shut down and control Dell machines through their firmware",
    implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .readWrite,
        "/sys/devices/platform/dcdbas/smi_data", "/sys/devices/platform/dcdbas/smi_data_buf_phys_addr",
        "/sys/devices/platform/dcdbas/smi_data_buf_size", "/sys/devices/platform/dcdbas/smi_request",
        "/sys/devices/platform/dcdbas/host_control_action", "/sys/devices/platform/dcdbas/host_control_smi_type",
        "/sys/devices/platform/dcdbas/host_control_on_shutdown")
    }
  }
}
