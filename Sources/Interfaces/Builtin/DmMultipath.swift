internal import Permissions

extension Interface {
  /// Lets a snap manage disks that are reached over several paths.
  static let dmMultipath = Interface(
    "dm-multipath", "allows a snap to manage disks that are reached over several paths", implicitSlot: .onClassic,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/etc/multipath.conf")
      grants.files("rwk", "/etc/multipath/bindings", "/etc/multipath/wwids")
      grants.files(.readWrite, "/dev/mapper/control", "/dev/mapper/{,**}")
      grants.files("rwk", "/dev/dm-[0-9]*")
      grants.files(.readWrite, "/dev/bcache[0-9]{,[0-9],[0-9][0-9]}")
      grants.unix([.send, .receive, .connect], type: .stream, peerAddress: "@/org/kernel/linux/storage/multipathd")
      grants.modules("dm-multipath")
      grants.udev(#"KERNEL=="device-mapper""#, #"KERNEL=="dm-[0-9]*""#)
    }
  }
}
