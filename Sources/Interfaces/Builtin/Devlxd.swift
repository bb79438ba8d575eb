internal import Permissions

extension Interface {
  /// Lets a snap talk to the LXD that this container or virtual machine runs in.
  static let devlxd = Interface(
    "devlxd", "allows a snap to talk to the LXD that this container or virtual machine runs in", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/lxd/sock", "/var/snap/lxd/common/lxd/devlxd/sock")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
