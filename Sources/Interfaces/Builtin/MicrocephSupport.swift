internal import Permissions

extension Interface {
  /// The MicroCeph daemon: disks for Ceph. With `user-identity-switching` it may become another user.
  static let microcephSupport = Interface(
    "microceph-support", "allows operating as the MicroCeph service", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard plug["user-identity-switching"] == nil || plug.read.flag("user-identity-switching") != nil else {
        throw InterfaceError("microceph-support plug requires bool with 'user-identity-switching'")
      }
    }
    $0.connectedPlug = { grants, connection in
      grants.files(
        "rwk",
        "/dev/bcache[0-9]{,[0-9],[0-9][0-9]}", "/dev/hd[a-t][0-9]{,[0-9],[0-9][0-9]}",
        "/dev/sd{,[a-z]}[a-z][0-9]{,[0-9],[0-9][0-9]}", "/dev/vd{,[a-z]}[a-z][0-9]{,[0-9],[0-9][0-9]}",
        "/dev/nvme{[0-9],[1-9][0-9]}n{[1-9],[1-5][0-9],6[0-3]}p[0-9]{,[0-9],[0-9][0-9]}",
        "/dev/dm-[0-9]{,[0-9],[0-9][0-9]}", "/sys/bus/rbd/add", "/sys/bus/rbd/remove",
        "/sys/bus/rbd/add_single_major", "/sys/bus/rbd/remove_single_major")
      grants.files(.read, "/sys/bus/rbd/supported_features")
      grants.files("rwk", "/sys/bus/rbd/devices/**")
      guard connection.plug.read.flag("user-identity-switching") == true else { return }
      grants.denyFiles("ix", "/usr/bin/sudo")
      grants.capabilities(.setuid, .setgid)
      grants.syscalls("setgroups", "setgroups32")
    }
  }
}
