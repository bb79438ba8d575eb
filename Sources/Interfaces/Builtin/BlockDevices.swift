internal import Permissions

extension Interface {
  /// Lets a snap read and write disks as a whole, past all files. Attributes: `allow-partitions`.
  static let blockDevices = Interface(
    "block-devices", "allows a snap to read and write disks as a whole, past all files", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try plug.requireFlag("allow-partitions") }
    $0.connectedPlug = { grants, connection in
      grants.files(
        .read,
        "/proc/devices", "/run/udev/data/b[0-9]*:[0-9]*", "/sys/block/", "/sys/devices/**/block/**",
        "/sys/dev/block/", "/sys/devices/platform/soc/**/mmc_host/**", "/sys/devices/**/nvme/**/dev")
      grants.files(
        "rwk",
        "/dev/hd[a-t]", "/dev/sd{,[a-h]}[a-z]", "/dev/sdi[a-v]", "/dev/i2o/hd{,[a-c]}[a-z]", "/dev/i2o/hdd[a-x]",
        "/dev/mmcblk[0-9]{,[0-9],[0-9][0-9]}", "/dev/vd[a-z]", "/dev/loop[0-9]{,[0-9],[0-9][0-9]}")
      grants.files(.readWrite, "/dev/loop-control")
      grants.files("rwk", "/dev/zd[0-9]{,[0-9],[0-9][0-9]}")
      grants.files(.readWrite, "/dev/zfs")
      grants.files(
        "rwk",
        "/dev/xvd{,[a-h]}[a-z]", "/dev/xvdi[a-v]", "/dev/nvme{[0-9],[1-9][0-9]}n{[1-9],[1-5][0-9],6[0-3]}",
        "/dev/nvme{[0-9],[1-9][0-9]}")
      grants.capabilities(.sysRawio, .sysAdmin)
      grants.files(
        .readWrite,
        "/dev/mpt2ctl{,_wd}", "/dev/megaraid_sas_ioctl_node", "/sys/devices/**/host*/**/state")
      grants.files(.run, "/{,usr/}sbin/blkid", "/{,usr/}sbin/mke2fs", "/{,usr/}sbin/mkfs.fat")
      grants.files(
        .read,
        "/sys/module/zfs/features.*/{,**}", "/sys/module/zfs/properties.*/{,**}", "/proc/sys/kernel/spl/hostid",
        "/etc/hostid")
      if connection.plug.read.flag("allow-partitions") == true {
        grants.files(
          "rwk",
          "/dev/hd[a-t][1-9]{,[0-6]}", "/dev/sd[a-z][1-9]{,[0-6]}", "/dev/sdi[a-v][1-9]{,[0-6]}",
          "/dev/i2o/hd{,[a-c]}[a-z][1-9]{,[0-5]}", "/dev/i2o/hdd[a-x][1-9]{,[0-5]}",
          "/dev/mmcblk[0-9]{,[0-9],[0-9][0-9]}p[1-9]{,[0-9]}", "/dev/vd[a-z][1-9]{,[0-9]}",
          "/dev/loop[0-9]{,[0-9],[0-9][0-9]}p[1-9]{,[0-9]}",
          "/dev/nvme{[0-9],[1-9][0-9]}n{[1-9],[1-5][0-9],6[0-3]}p[1-9]{,[0-9],[0-9][0-9]}",
          "/dev/xvd{,[a-h]}[a-z][1-9]{,[0-5]}", "/dev/xvdi[a-v][1-9]{,[0-5]}")
      }
      grants.udev(
        #"SUBSYSTEM=="block""#, #"SUBSYSTEM=="nvme""#, #"KERNEL=="mpt2ctl*""#,
        #"KERNEL=="megaraid_sas_ioctl_node""#, #"KERNEL=="zfs""#)
    }
  }
}
