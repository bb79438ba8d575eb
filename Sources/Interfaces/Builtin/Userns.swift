internal import Permissions

extension Interface {
  /// Create user namespaces.
  static let userns = Interface(
    "userns", "create user namespaces", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.namespaces = true
      grants.syscalls("clone", "unshare")
    }
  }
}
