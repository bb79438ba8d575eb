internal import Permissions

extension Interface {
  /// Mounts described by attributes (snapctl mount). Attributes: `mount`.
  static let mountControl = Interface(
    "mount-control", "mounts described by attributes (snapctl mount)", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.core])), denyConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("mount", "umount", "umount2")
    }
  }
}
