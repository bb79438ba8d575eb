internal import Permissions

extension Interface {
  /// Query AppArmor decisions.
  static let apparmorObserve = Interface(
    "apparmor-observe", "query AppArmor decisions", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/sys/kernel/security/apparmor/.access")
    }
  }
}
