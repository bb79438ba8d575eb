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
      grants.capabilities(.sysAdmin)
      grants.mount(
        types: "nfs{,4}", from: "*:**", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}")
      grants.mount(
        types: "nfs{,4}", from: "*:**", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}")
      grants.unmount(types: "nfs{,4}", "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}")
      grants.unmount(types: "nfs{,4}", "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}")
      grants.files(.run, "/{,usr/}bin/umount")
      grants.files(.read, owner: true, "/proc/@{pid}/mounts")
      grants.files(.read, "/etc/rpc")
    }
  }
}
