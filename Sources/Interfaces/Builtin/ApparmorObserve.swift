internal import Permissions

extension Interface {
  /// Lets a snap ask the kernel what AppArmor would decide.
  static let apparmorObserve = Interface(
    "apparmor-observe", "allows a snap to ask the kernel what AppArmor would decide", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/sys/kernel/security/apparmor/.access")
    }
  }
}
