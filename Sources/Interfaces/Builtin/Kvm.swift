internal import Permissions

extension Interface {
  /// The device of the kernel's hypervisor.
  static let kvm = Interface(
    "kvm", "allows running virtual machines with the help of the processor", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/kvm")
      grants.files(
        .read,
        "/sys/module/kvm_intel/parameters/nested", "/sys/module/kvm_amd/parameters/nested",
        "/sys/module/kvm_hv/parameters/nested", "/sys/module/kvm/parameters/nested",
        "/sys/module/kvm_amd/parameters/sev")
      grants.modules("kvm")
      grants.udev(#"KERNEL=="kvm""#)
    }
  }
}
