internal import Permissions

extension Interface {
  /// Firmware and state of processors beside the main one.
  static let remoteproc = Interface(
    "remoteproc", "allows controlling auxiliary processors", implicitSlot: .always, plugRules: .superPrivilegedPlug,
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
