internal import Permissions

extension Interface {
  /// Lets a snap mount shares of Windows networks.
  static let cifsMount = Interface(
    "cifs-mount", "allows a snap to mount shares of Windows networks", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("mount", "umount", "umount2")
      grants.mountCapabilities(.sysAdmin)
      grants.mount(
        types: "cifs", from: "//**", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}",
        brokered: .any)
      grants.mount(
        types: "cifs", from: "//**", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}", brokered: .any)
      grants.unmount("/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}", brokered: true)
      grants.unmount("/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}", brokered: true)
    }
  }
}
