internal import Permissions

extension Interface {
  /// Lets a snap run AWS Greengrass and its functions. Attributes: `flavor`.
  static let greengrassSupport = Interface(
    "greengrass-support", "allows a snap to run AWS Greengrass and its functions", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      let flavor = connection.plug.read.string("flavor") ?? ""
      guard ["", "legacy-container", "no-container"].contains(flavor) else { return }
      // runc runs a copy of itself.
      grants.files("ix", "/")
      grants.files(.run, "/bin/runc")
      guard flavor != "no-container" else { return }
      if !connection.machine.isClassic {
        grants.files(
          .readWrite,
          "/system-data/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/",
          "/system-data/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/{,**}")
      }
      containerFiles(&grants)
      containerMounts(&grants)
      containerState(&grants)
      grants.trait(.managesDeviceGroup)
    }
    $0.plug = { grants, plug in
      guard ["", "legacy-container"].contains(plug.read.string("flavor") ?? "") else { return }
      grants.trait(.delegatesGroups)
    }
  }

  /// Powers and files of the program that makes containers.
  private static func containerFiles(_ grants: inout PermissionSet) {
    grants.capabilities(.setpcap, .kill, .sysResource)
    grants.files(.read, "/sys/kernel/mm/hugepages/", "/sys/kernel/mm/transparent_hugepage/{,**}")
    grants.files(.readWrite, owner: true, "/proc/[0-9]*/oom_score_adj")
    grants.capabilities(.sysPtrace)
    grants.ptrace([.trace], peer: .own)
    grants.capabilities(.chown, .fowner, .fsetid, .setuid, .setgid)
    grants.files(.read, "/proc/[0-9]*/uid_map", "/proc/[0-9]*/gid_map", "/proc/[0-9]*/environ")
    grants.files("w", owner: true, "/proc/[0-9]*/uid_map", "/proc/[0-9]*/gid_map")
    grants.capabilities(.dacReadSearch, .sysAdmin, .dacOverride)
    grants.files(.read, "/proc/filesystems", "/proc/[0-9]*/setgroups", "/proc/cgroups")
    grants.files(.read, owner: true, "/proc/[0-9]*/cgroup", "/old_rootfs/sys/fs/cgroup/{,**}")
    grants.files(
      .readWrite, owner: true,
      "/old_rootfs/sys/fs/cgroup/{blkio,cpuset,devices,hugetlb,memory,perf_event,pids,freezer/snap.@{SNAP_NAME}}/{,system.slice/}system.slice/",
      "/old_rootfs/sys/fs/cgroup/{blkio,cpuset,devices,hugetlb,memory,perf_event,pids,freezer/snap.@{SNAP_NAME}}/{,system.slice/}system.slice/\(lambda)/{,**}",
      "/old_rootfs/sys/fs/cgroup/net_cls,net_prio/{,system.slice/}system.slice/",
      "/old_rootfs/sys/fs/cgroup/net_cls,net_prio/{,system.slice/}system.slice/\(lambda)/{,**}",
      "/old_rootfs/sys/fs/cgroup/cpu,cpuacct/{,system.slice/}system.slice/",
      "/old_rootfs/sys/fs/cgroup/cpu,cpuacct/{,system.slice/}system.slice/\(lambda)/{,**}",
      "/old_rootfs/sys/fs/cgroup/{devices,memory,pids,blkio,systemd}/{,system.slice/}snap.@{SNAP_NAME}.greengrass{,d.service}/system.slice/",
      "/old_rootfs/sys/fs/cgroup/{devices,memory,pids,blkio,systemd}/{,system.slice/}snap.@{SNAP_NAME}.greengrass{,d.service}/system.slice/\(lambda)/{,**}",
      "/old_rootfs/sys/fs/cgroup/cpu,cpuacct/system.slice/snap.@{SNAP_NAME}.greengrass{,d.service}/system.slice/",
      "/old_rootfs/sys/fs/cgroup/cpu,cpuacct/system.slice/snap.@{SNAP_NAME}.greengrass{,d.service}/system.slice/{,**}",
      "/old_rootfs/sys/fs/cgroup/cpuset/{,system.slice/}cpuset.{cpus,mems}")
  }

  /// What it mounts for them.
  private static func containerMounts(_ grants: inout PermissionSet) {
    grants.files(.run, "/{,usr/}bin/{,u}mount", "/{,usr/}sbin/pivot_root")
    grants.pivotRoot(
      oldRoot: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/old_rootfs/",
      newRoot: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/")
    grants.files(
      .read,
      "/sys/devices/virtual/block/loop[0-9]*/loop/autoclear",
      "/sys/devices/virtual/block/loop[0-9]*/loop/backing_file", "/proc/sys/fs/protected_hardlinks",
      "/proc/sys/fs/protected_symlinks", "/proc/sys/fs/protected_fifos", "/proc/sys/fs/protected_regular")
    grants.denyFiles(.readWrite, "/run/mount/utab")
    grants.files(.readWrite, "/dev/loop-control", "/dev/loop[0-9]*")
    grants.files(.read, "/sys/devices/virtual/block/loop[0-9]*/", "/sys/devices/virtual/block/loop[0-9]*/**")
    grants.mount(
      options: ["ro"], from: "/dev/loop[0-9]*", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/")
    grants.mount(
      options: ["rw", "bind"], from: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**")
    grants.mount(
      options: ["rw", "rbind"], from: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**")
    grants.mount(to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/**")
    grants.mount(
      options: ["rw", "bind"], from: "/proc/",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/proc/")
    grants.mount(from: "/sys", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/sys/")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/dev/")
    grants.mount(
      options: ["rw", "bind"], from: "/{,var/}run/",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/{,var/}run/")
    grants.mount(
      types: "tmpfs", options: ["rw", "nosuid", "strictatime"], from: "tmpfs",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/dev/")
    grants.mount(
      options: ["rw", "bind"], from: "/tmp/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/tmp/")
    grants.mount(
      types: "mqueue", options: ["rw", "nosuid", "nodev", "noexec"], from: "mqueue",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/dev/mqueue/")
    grants.mount(
      types: "devpts", options: ["rw", "nosuid", "noexec"], from: "devpts",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/dev/pts/")
    grants.mount(
      types: "tmpfs", options: ["rw", "nosuid", "nodev", "noexec"], from: "shm",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/dev/shm/")
    grants.mount(types: "proc", from: "proc", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/proc/")
    grants.mount(options: ["rw", "rprivate"], to: "/")
    grants.mount(options: ["ro", "remount", "rbind"], to: "/")
    grants.mount(
      types: "overlay",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/")
    grants.unmount("/")
    grants.mount(
      types: "tmpfs", options: ["rw", "nosuid", "strictatime"], from: "tmpfs",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/")
    grants.mount(
      types: "proc", from: "proc",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/proc/")
    grants.mount(
      types: "devpts", options: ["rw", "nosuid", "noexec"], from: "devpts",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/pts/")
    grants.mount(
      types: "tmpfs", options: ["rw", "nosuid", "nodev", "noexec"], from: "shm",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/shm/")
    grants.mount(
      types: "mqueue", options: ["rw", "nosuid", "nodev", "noexec"], from: "mqueue",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/mqueue/")
    grants.mount(
      options: ["ro", "remount", "bind"],
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/lambda/")
    grants.mount(
      options: ["ro", "remount", "bind"],
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/runtime/")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/null",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/null")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/random",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/random")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/full",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/full")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/tty",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/tty")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/zero",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/zero")
    grants.mount(
      options: ["rw", "bind"], from: "/dev/urandom",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/dev/urandom")
    grants.mount(options: ["rw", "bind"], from: "/run/", to: "/run/")
    grants.mount(
      options: ["ro", "bind"], from: "/run/systemd/resolve/stub-resolv.conf",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/etc/resolv.conf")
    grants.mount(
      options: ["ro", "bind"], from: "/run/resolvconf/resolv.conf",
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/etc/resolv.conf")
    grants.mount(
      options: ["ro", "remount", "bind"],
      to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/rootfs/etc/resolv.conf")
    grants.pivotRoot(
      oldRoot: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/",
      newRoot: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/ggc-writable/packages/*/rootfs/merged/")
    grants.mount(options: ["ro", "remount"], to: "/proc/{asound/,bus/,fs/,irq/,sys/,sysrq-trigger}")
    grants.mount(options: ["ro", "remount", "rbind"], to: "/proc/{asound/,bus/,fs/,irq/,sys/,sysrq-trigger}")
    grants.mount(
      options: ["ro", "nosuid", "nodev", "noexec", "remount", "rbind"],
      to: "/proc/{asound/,bus/,fs/,irq/,sys/,sysrq-trigger}")
    grants.mount(options: ["rw", "bind"], from: "/proc/asound/", to: "/proc/asound/")
    grants.mount(options: ["rw", "bind"], from: "/proc/bus/", to: "/proc/bus/")
    grants.mount(options: ["rw", "bind"], from: "/proc/fs/", to: "/proc/fs/")
    grants.mount(options: ["rw", "bind"], from: "/proc/irq/", to: "/proc/irq/")
    grants.mount(options: ["rw", "bind"], from: "/proc/sys/", to: "/proc/sys/")
    grants.mount(options: ["rw", "bind"], from: "/proc/sysrq-trigger", to: "/proc/sysrq-trigger")
    grants.mount(options: ["rw", "bind"], from: "/dev/null", to: "/proc/kcore")
    grants.mount(options: ["rw", "bind"], from: "/dev/null", to: "/proc/sched_debug")
    grants.mount(options: ["rw", "bind"], from: "/dev/null", to: "/proc/timer_stats")
    grants.mount(options: ["rw", "bind"], from: "/dev/null", to: "/proc/latency_stats")
    grants.unmount("/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/*/**")
  }

  /// What runs inside, and what it keeps.
  private static func containerState(_ grants: inout PermissionSet) {
    grants.capabilities(.mknod)
    grants.files(.readWrite, owner: true, "/{var/,}run/greengrassd.pid")
    grants.files(
      .readWrite,
      "/\(lambda)/upper/{,greengrass_ipc.sock}"
    )
    grants.files(.read, "/certs/", "/certs/**", "/group/", "/group/**", "/state/")
    grants.files("rwk", "/state/{,**}")
    grants.files("rwk", owner: true, "/state/secretsmanager/secrets.db")
    grants.files(.readWrite, owner: true, "/state/secretsmanager/secrets.db-journal", "/state/shadow/")
    grants.files("rwk", owner: true, "/state/shadow/{,**}")
    grants.files(.readWrite, owner: true, "/state/server/", "/state/server/{,**}")
    grants.files(
      .read,
      "/runtime/{python*,executable*,nodejs*,java*}/", "/runtime/{python*,executable*,nodejs*,java*}/**",
      "/lambda/")
    grants.files(.run, "/lambda/**")
    grants.files(.read, "/etc/", "/etc/debian_version")
    grants.files("mr", "/usr/lib{,32,64}/python3.[0-9]/**.{pyc,so}")
    grants.files(
      .read,
      "/usr/lib{,32,64}/python3.[0-9]/**.{egg,py,pth}", "/usr/lib{,32,64}/python3.[0-9]/{site,dist}-packages/")
    grants.files("mr", "/usr/lib{,32,64}/python3.[0-9]/lib-dynload/*.so")
    grants.files(
      .read,
      "/etc/python3.[0-9]/**", "/usr/include/python3.[0-9]*/pyconfig.h", "/etc/ssl/certs/java/{,*}")
    grants.namespaces = true
    grants.syscalls(
      "lchown", "lchown32", "fchown", "fchown32", "fchownat", "setgroups", "setgroups32", "setns - CLONE_NEWNS",
      "unshare", "mount", "umount2", "pivot_root", "sethostname", "keyctl", "mknod - |S_IFCHR -",
      "mknodat - - |S_IFCHR -")
  }

  /// The directory of one running function: a UUID.
  private static let lambda: PolicyPattern = {
    func digits(_ count: Int) -> String { String(repeating: "[0-9a-f]", count: count) }
    let text = [8, 4, 4, 4, 12].map(digits).joined(separator: "-")
    return (try? PolicyPattern(text)) ?? "[0-9a-f]"
  }()
}
