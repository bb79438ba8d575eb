internal import Permissions

extension Interface {
  /// LXD socket provider/client.
  static let lxd = Interface(
    "lxd", "LXD socket provider/client",
    slotRules: SideRules(allowInstallation: .never, denyConnection: .always, denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/var/snap/lxd/common/lxd/unix.socket")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
