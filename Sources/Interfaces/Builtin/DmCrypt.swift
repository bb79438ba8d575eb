internal import Permissions

extension Interface {
  /// Lets a snap open and close encrypted disks.
  static let dmCrypt = Interface(
    "dm-crypt", "allows a snap to open and close encrypted disks", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/mapper/control")
      grants.files("rwk", "/dev/dm-[0-9]*")
      grants.files(.run, "/{,usr/}sbin/cryptsetup")
      grants.files(.read, "/run/systemd/seats/*")
      grants.files(.readWrite, "/{,run/}media/{,**}")
      grants.mount(
        options: ["ro", "nosuid", "nodev"], from: "/dev/dm-[0-9]*", to: "/{,run/}media/**",
        brokered: .only([]))
      grants.mount(
        options: ["rw", "nosuid", "nodev"], from: "/dev/dm-[0-9]*", to: "/{,run/}media/**",
        brokered: .only([]))
      grants.files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/umount")
      grants.files("rwkl", "/{,var/}run/mount/utab*")
      grants.files(.readWrite, "/{,var/}run/cryptsetup/")
      grants.files("rwk", "/{,var/}run/cryptsetup/*")
      grants.files(.read, "/{,var/}run/")
      grants.syscalls("add_key", "keyctl", "request_key")
      grants.modules("dm-crypt")
      grants.udev(#"KERNEL=="device-mapper""#, #"KERNEL=="dm-[0-9]""#, #"SUBSYSTEM=="block""#)
    }
  }
}
