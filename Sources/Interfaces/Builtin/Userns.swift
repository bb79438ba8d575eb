internal import Permissions

extension Interface {
  /// User namespaces, and what the kernel lets a process do in its own.
  static let userns = Interface(
    "userns", "allows making user namespaces", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.namespaces = true
      grants.syscalls("clone", "unshare")
    }
  }
}
