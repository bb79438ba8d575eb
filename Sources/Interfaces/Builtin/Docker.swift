internal import Permissions

extension Interface {
  /// Docker socket provider/client.
  static let docker = Interface(
    "docker", "docker socket provider/client", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .when(Constraints(onClassic: .no)),
      denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/{,var/}run/docker.sock")
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_GENERIC")
    }
  }
}
