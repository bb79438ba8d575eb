internal import Permissions

extension Interface {
  /// The control socket of the snap `microovn`.
  static let microovn = Interface(
    "microovn", "allows access to the MicroOVN socket",
    slotRules: .superPrivilegedSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/var/snap/microovn/common/state/control.socket")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
