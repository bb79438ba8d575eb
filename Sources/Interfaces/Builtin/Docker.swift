internal import Permissions

extension Interface {
  /// Lets a snap use the Docker service.
  static let docker = Interface(
    "docker", "allows a snap to use the Docker service", implicitSlot: .onClassic,
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
