internal import Permissions

extension Interface {
  /// Remoteproc sysfs.
  static let remoteproc = Interface(
    "remoteproc", "remoteproc sysfs", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .readWrite,
        "/sys/devices/platform/**/remoteproc/remoteproc[0-9]/firmware",
        "/sys/devices/platform/**/remoteproc/remoteproc[0-9]/state")
      grants.files(.read, "/sys/devices/platform/**/remoteproc/remoteproc[0-9]/name")
      grants.files(
        .readWrite,
        "/sys/devices/platform/**/remoteproc/remoteproc[0-9]/coredump",
        "/sys/devices/platform/**/remoteproc/remoteproc[0-9]/recovery")
    }
  }
}
