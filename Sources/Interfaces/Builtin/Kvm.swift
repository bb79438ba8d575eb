internal import Permissions

extension Interface {
  /// /dev/kvm.
  static let kvm = Interface(
    "kvm", "/dev/kvm", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/kvm")
      grants.files(
        .read,
        "/sys/module/kvm_intel/parameters/nested", "/sys/module/kvm_amd/parameters/nested",
        "/sys/module/kvm_hv/parameters/nested", "/sys/module/kvm/parameters/nested",
        "/sys/module/kvm_amd/parameters/sev")
      grants.udev(#"KERNEL=="kvm""#)
    }
  }
}
