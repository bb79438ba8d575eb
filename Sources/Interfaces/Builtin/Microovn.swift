internal import Permissions

extension Interface {
  /// MicroOVN socket.
  static let microovn = Interface(
    "microovn", "MicroOVN socket",
    slotRules: SideRules(allowInstallation: .never, denyConnection: .always, denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/var/snap/microovn/common/state/control.socket")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
