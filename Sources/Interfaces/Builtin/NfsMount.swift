internal import Permissions

extension Interface {
  /// Mounts of the types `nfs` and `nfs4` below the snap's data.
  static let nfsMount = Interface(
    "nfs-mount", "allows mounting NFS shares in the snap's own directories", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("mount", "umount", "umount2")
      grants.mountCapabilities(.sysAdmin)
      grants.mount(
        types: "nfs{,4}", from: "*:**", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}",
        brokered: .any)
      grants.mount(
        types: "nfs{,4}", from: "*:**", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}",
        brokered: .any)
      grants.unmount(
        types: "nfs{,4}", "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}", brokered: true)
      grants.unmount(
        types: "nfs{,4}", "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}", brokered: true)
      grants.files(.run, "/{,usr/}bin/umount")
      grants.files(.read, owner: true, "/proc/@{pid}/mounts")
      grants.files(.read, "/etc/rpc")
    }
  }
}
