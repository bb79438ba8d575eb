internal import Permissions

extension Interface {
  /// The socket of the snap `lxd`, which gives root to whoever reaches it.
  static let lxd = Interface(
    "lxd", "allows access to the LXD socket",
    slotRules: .superPrivilegedSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/var/snap/lxd/common/lxd/unix.socket")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
