internal import Permissions

extension Interface {
  /// The display server Mir, and its clients.
  static let mir = Interface(
    "mir", "allows operating as the Mir display server, or drawing on it",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.unix([.receive, .send], type: .seqpacket, address: "none", peer: connection.slot.peer)
      grants.files(.readWrite, "/run/mir_socket", "/run/user/[0-9]*/mir_socket")
      grants.files("mrw", "/{dev,run}/shm/#[0-9]*")
    }
    $0.slot = { grants, _ in
      grants.displayServerDevices()
      grants.capabilities(.sysTtyConfig)
      grants.files(.readWrite, "/dev/tty[0-9]*")
      grants.files("mrw", "/{dev,run}/shm/#[0-9]*")
      grants.files(.readWrite, "/run/mir_socket", "/run/user/[0-9]*/mir_socket")
      grants.capabilities(.sysAdmin)
      grants.files(.readWrite, "/dev/input/*")
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/run/udev/data/c13:[0-9]*", "/run/udev/data/+input:input[0-9]*", "/run/udev/data/+platform:*")
      grants.syscalls("bind", "listen", "accept", "accept4", "shmctl", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.unix([.receive, .send], type: .seqpacket, address: "none", peer: connection.plug.peer)
    }
  }
}
