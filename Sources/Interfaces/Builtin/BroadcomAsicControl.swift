internal import Permissions

extension Interface {
  /// Lets a snap control Broadcom network switches.
  static let broadcomAsicControl = Interface(
    "broadcom-asic-control", "allows a snap to control Broadcom network switches", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/sys/module/linux_bcm_knet/{,**}", "/sys/module/linux_kernel_bde/{,**}",
        "/sys/module/linux_user_bde/{,**}")
      grants.files(.readWrite, "/dev/linux-user-bde", "/dev/linux-kernel-bde", "/dev/linux-bcm-knet")
      grants.files(
        .read,
        "/sys/devices/pci[0-9a-f]*/**/config", "/sys/devices/pci[0-9a-f]*/**/{,subsystem_}device",
        "/sys/devices/pci[0-9a-f]*/**/{,subsystem_}vendor", "/sys/bus/pci/devices/",
        "/run/udev/data/+pci:[0-9a-f]*")
      grants.udev(#"SUBSYSTEM=="pci", DRIVER=="linux-kernel-bde""#, #"SUBSYSTEM=="net", KERNEL=="bcm[0-9]*""#)
      grants.modules("linux-user-bde", "linux-kernel-bde", "linux-bcm-knet")
    }
  }
}
