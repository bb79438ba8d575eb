internal import Permissions
internal import Snap

extension Interface {
  /// Mounts that the plug describes in `mount`: the snap makes them itself, or has `snapctl mount` make them.
  static let mountControl = Interface(
    "mount-control", "allows making the mounts that the snap describes", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.core])), denyConnection: .always)
  )
  .with {
    $0.checkConnection = { connection throws(InterfaceError) in _ = try DescribedMount.all(of: connection.plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.mountCapabilities(.sysAdmin)
      grants.files(.read, owner: true, "/proc/@{pid}/mounts", "/proc/@{pid}/mountinfo", "/proc/self/mountinfo")
      grants.files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/umount")
      // libmount(3) keeps notes there.
      grants.files("rwkl", "/run/mount/utab*")
      grants.syscalls("mount", "umount", "umount2")
      for mount in try DescribedMount.all(of: connection.plug) { try mount.grant(to: &grants, of: connection.plug) }
    }
  }
}
