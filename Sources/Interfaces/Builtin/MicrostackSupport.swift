internal import Permissions

extension Interface {
  /// A cloud on one machine: virtual machines, disks, and AppArmor profiles of libvirt's.
  static let microstackSupport = Interface(
    "microstack-support", "allows operating as the MicroStack service", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.plug = { grants, _ in grants.trait(.delegatesGroups) }
    $0.connectedPlug = { grants, connection in
      grants.files(
        .readWrite,
        "/dev/vhost-net", "/dev/vhost-scsi", "/dev/vhost-vsock", "/dev/vfio/vfio", "/dev/vfio/*", "/dev/nbd*",
        "/dev/mapper/control", "/dev/mapper/{,**}", "/dev/dm-*", "/dev/microstack-*/{,**}",
        "/dev/bcache[0-9]{,[0-9],[0-9][0-9]}", "/dev/loop-control", "/dev/loop[0-9]*")
      grants.files(.read, "/sys/kernel/security/apparmor/{,**}")
      grants.files("w", "/sys/kernel/security/apparmor/.remove", "/sys/kernel/security/apparmor/.replace")
      grants.files(.read, "/sys/kernel/iommu_groups/{,**}", "/sys/bus/pci/devices/**/iommu_group/**")
      grants.files(.readWrite, "/dev/hugepages/libvirt/")
      grants.files("mrwklix", "/dev/hugepages/libvirt/**")
      grants.files(
        .read,
        "/sys/module/vhost/parameters/max_mem_regions", "/sys/fs/cgroup/unified/cgroup.controllers",
        "/sys/fs/cgroup/cpuset/cpuset.cpus", "/sys/fs/cgroup/*/")
      grants.files(
        .readWrite,
        "/sys/fs/cgroup/*/machine/", "/sys/fs/cgroup/*/machine/**",
        "/sys/fs/cgroup/*/machine.slice/machine-qemu*/{,**}")
      grants.files(.read, "/proc/[0-9]*/cgroup", "/proc/cgroups", "/proc/filesystems")
      grants.files("w", "/proc/mtrr")
      grants.files(
        .read,
        "/proc/@{pids}/environ", "/proc/@{pids}/sched", "/proc/@{pids}/task/@{tid}/sched",
        "/proc/@{pids}/task/@{tid}/schedstat", "/proc/*/status")
      grants.files(
        .readWrite,
        "/sys/devices/pci*/**/config", "/sys/devices/pci*/**/driver_override", "/sys/bus/pci/drivers/**/unbind",
        "/sys/bus/pci/drivers_probe")
      grants.files(.readWrite, owner: true, "/{dev,run}/shm/spice.*")
      grants.files(.read, "/run/lock/")
      grants.files("rwk", "/run/lock/LCK.._pts_*")
      grants.files(.readWrite, "/run/lock/lvm/")
      grants.files("rwk", "/run/lock/lvm/**")
      grants.files(.readWrite, "/run/lvm/")
      grants.files("rwkl", "/run/lvm/**", "/run/dmeventd-client", "/run/dmeventd-server")
      grants.files(.readWrite, "/sys/kernel/config/target/", "/sys/kernel/config/target/**")
      grants.files("rwkl", "/{var/,}run/targetcli.lock")
      grants.files(.readWrite, "/run/lock/iscsi/")
      grants.files("rwkl", "/run/lock/iscsi/**")
      grants.files(
        .read,
        "/sys/devices/virtual/iscsi_transport/tcp/**", "/sys/devices/virtual/iscsi_transport/iser/**")
      grants.files(.readWrite, "/sys/class/iscsi_session/**")
      grants.files(.read, "/sys/class/iscsi_host/**")
      grants.files(
        .readWrite,
        "/sys/devices/platform/host*/scsi_host/host*/**",
        "/sys/devices/platform/host*/session*/connection*/iscsi_connection/connection*/**",
        "/sys/devices/platform/host*/session*/iscsi_session/session*/**",
        "/sys/devices/platform/host*/session*/target*/**", "/sys/devices/platform/host*/iscsi_host/host*/**")
      grants.files("rwk", "/dev/sd{,[a-h]}[a-z]", "/dev/sdi[a-v]")
      grants.files(.readWrite, "/sys/block/sd{,[a-h]}[a-z]/device/delete", "/sys/block/sdi[a-v]/device/delete")
      grants.files(.readWrite, owner: true, "/proc/@{pid}/oom_score_adj")
      grants.capabilities(.macAdmin, .chown, .dacOverride, .dacReadSearch, .fowner, .setpcap, .mknod)
      grants.changeProfile(to: "libvirt-[0-9a-f]*-[0-9a-f]*-[0-9a-f]*-[0-9a-f]*-[0-9a-f]*")
      grants.signals([.receive, .send], peer: .named("libvirt-*"))
      grants.ptrace([.read, .trace], peer: .own)
      grants.ptrace([.read, .trace], peer: .named("libvirt-*"))
      grants.files(.readWrite, "/dev/sev")
      grants.files(.read, "/proc/@{pids}/pagemap")
      grants.capabilities(.ipcLock)
      grants.files(.readWrite, owner: true, "/")
      grants.syscalls("mknod - |S_IFBLK -", "mknodat - - |S_IFBLK -")
      grants.trait(.managesDeviceGroup)
      grants.modules(
        "vhost", "vhost-net", "vhost-scsi", "vhost-vsock", "pci-stub", "vfio", "nbd", "dm-mod", "dm-thin-pool",
        "dm-snapshot", "iscsi-tcp", "target-core-mod")
    }
  }
}
