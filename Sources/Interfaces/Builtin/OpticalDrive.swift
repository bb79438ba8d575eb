internal import Permissions
internal import Snap

extension Interface {
  /// CD, DVD and Blu-ray drives: reading, and with `write` also burning.
  static let opticalDrive = Interface(
    "optical-drive", "allows access to optical drives", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core])),
      denyConnection: .when(Constraints(plugAttributes: .map(["write": .matches("true")]))),
      denyAutoConnection: .when(Constraints(plugAttributes: .map(["write": .matches("true")]))))
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard plug["write"] == nil || plug.read.flag("write") != nil else {
        throw InterfaceError(#"optical-drive "write" attribute must be a boolean"#)
      }
    }
    $0.connectedPlug = { grants, connection in
      grants.files(
        .read,
        "/dev/sr[0-9]*", "/dev/scd[0-9]*", "/dev/sg[0-9]*", "/proc/sys/dev/cdrom/info",
        "/run/udev/data/b11:[0-9]*")
      if connection.plug.read.flag("write") == true {
        grants.files("w", "/dev/sr[0-9]*", "/dev/scd[0-9]*", "/dev/sg[0-9]*")
      }
      grants.udev(
        #"KERNEL=="sr[0-9]*""#, #"KERNEL=="scd[0-9]*""#,
        #"SUBSYSTEM=="scsi_generic", SUBSYSTEMS=="scsi", ATTRS{type}=="4|5""#)
    }
  }
}
