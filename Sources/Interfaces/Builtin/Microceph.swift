internal import Permissions

extension Interface {
  /// The control socket of the snap `microceph`.
  static let microceph = Interface(
    "microceph", "allows access to the MicroCeph socket",
    slotRules: .superPrivilegedSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/var/snap/microceph/common/state/control.socket")
      grants.syscalls("socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
