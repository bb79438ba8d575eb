internal import Permissions

extension Interface {
  /// LXD guest API socket.
  static let devlxd = Interface(
    "devlxd", "LXD guest API socket", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/lxd/sock", "/var/snap/lxd/common/lxd/devlxd/sock")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
