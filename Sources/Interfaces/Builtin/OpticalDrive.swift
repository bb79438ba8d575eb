internal import Permissions

extension Interface {
  /// CD/DVD devices. Attributes: `write`.
  static let opticalDrive = Interface(
    "optical-drive", "CD/DVD devices", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core])),
      denyConnection: .when(Constraints(plugAttributes: .map(["write": .matches("true")]))),
      denyAutoConnection: .when(Constraints(plugAttributes: .map(["write": .matches("true")]))))
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/dev/sr[0-9]*", "/dev/scd[0-9]*", "/dev/sg[0-9]*", "/proc/sys/dev/cdrom/info",
        "/run/udev/data/b11:[0-9]*")
      grants.udev(
        #"KERNEL=="sr[0-9]*""#, #"KERNEL=="scd[0-9]*""#,
        #"SUBSYSTEM=="scsi_generic", SUBSYSTEMS=="scsi", ATTRS{type}=="4|5""#)
    }
  }
}
