internal import Permissions

extension Interface {
  /// Lets a snap use Intel QuickAssist accelerators.
  static let intelQat = Interface(
    "intel-qat", "allows a snap to use Intel QuickAssist accelerators", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/vfio/*")
      grants.files(
        .read,
        "/sys/kernel/iommu_groups/{,**}", "/sys/devices/pci*/**/{device,vendor}",
        "/sys/bus/pci/drivers/4xxx/{,**}")
      grants.files(.readWrite, "/dev/qat_adf_ctl", "/run/qat/qatmgr.sock")
      grants.udev(
        #"SUBSYSTEM=="vfio", KERNEL=="*""#, #"SUBSYSTEM=="misc", KERNEL=="vfio""#,
        #"SUBSYSTEM=="qat_adf_ctl", KERNEL=="qat_adf_ctl""#)
    }
  }
}
