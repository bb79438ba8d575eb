internal import Permissions

extension Interface {
  /// Sockets of the host's Podman, root's and the user's.
  static let podman = Interface(
    "podman", "allows access to the Podman socket", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core])), denyConnection: .always,
      denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/{,var/}run/podman/podman.sock")
      grants.files(.readWrite, owner: true, "/{,var/}run/user/[0-9]*/podman/podman.sock")
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
