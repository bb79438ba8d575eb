internal import Permissions

extension Interface {
  /// NVMe controllers, disks and fabrics.
  static let nvmeControl = Interface(
    "nvme-control", "allows managing NVMe disks", implicitSlot: .onClassic, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/etc/nvme/discovery.conf", "/etc/nvme/hostid", "/etc/nvme/hostnqn", "/sys/class/nvme/**")
      grants.files(.readWrite, "/sys/devices/virtual/nvme-fabrics/**", "/sys/devices/virtual/nvme-subsystem/**")
      grants.files(.read, "/sys/module/nvme_core/parameters/*", "/sys/bus/pci/slots/", "/sys/firmware/acpi/tables/")
      grants.files(.readWrite, "/dev/nvme-fabrics")
      grants.files("rwk", "/dev/nvme[0-9]*", "/dev/nvme[0-9]*n[0-9]*")
      grants.modules("nvme", "nvme-fabrics", "nvme-tcp")
      grants.udev(#"SUBSYSTEM=="nvme""#, #"KERNEL=="nvme-fabrics""#)
    }
  }
}
