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
    let data: PolicyPattern = "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}"
    let rootfs: PolicyPattern = "\(data)/*/rootfs"
    let merged: PolicyPattern = "\(data)/*/ggc-writable/packages/*/rootfs/merged"
    grants.files(.run, "/{,usr/}bin/{,u}mount", "/{,usr/}sbin/pivot_root")
    grants.pivotRoot(oldRoot: "\(rootfs)/old_rootfs/", newRoot: "\(rootfs)/")
    grants.files(
      .read,
      "/sys/devices/virtual/block/loop[0-9]*/loop/autoclear",
      "/sys/devices/virtual/block/loop[0-9]*/loop/backing_file", "/proc/sys/fs/protected_hardlinks",
      "/proc/sys/fs/protected_symlinks", "/proc/sys/fs/protected_fifos", "/proc/sys/fs/protected_regular")
    grants.denyFiles(.readWrite, "/run/mount/utab")
    grants.files(.readWrite, "/dev/loop-control", "/dev/loop[0-9]*")
    grants.files(.read, "/sys/devices/virtual/block/loop[0-9]*/", "/sys/devices/virtual/block/loop[0-9]*/**")
    grants.mount(options: ["ro"], from: "/dev/loop[0-9]*", to: "\(rootfs)/")
    for bind in ["bind", "rbind"] { grants.mount(options: ["rw", bind], from: "\(data)/**", to: "\(data)/**") }
    grants.mount(types: "overlay", to: "\(merged)/")
    grants.mount(to: "\(merged)/**")
    kernelFileSystems(&grants, below: [rootfs, merged])
    grants.mount(from: "/sys", to: "\(rootfs)/sys/")
    for place in ["proc/", "dev/", "tmp/"] as [PolicyPattern] {
      grants.mount(options: ["rw", "bind"], from: "/\(place)", to: "\(rootfs)/\(place)")
    }
    grants.mount(options: ["rw", "bind"], from: "/{,var/}run/", to: "\(rootfs)/{,var/}run/")
    for node in ["null", "random", "full", "tty", "zero", "urandom"] as [PolicyPattern] {
      grants.mount(options: ["rw", "bind"], from: "/dev/\(node)", to: "\(merged)/dev/\(node)")
    }
    for place in ["\(merged)/lambda/", "\(merged)/runtime/", "\(rootfs)/etc/resolv.conf"] as [PolicyPattern] {
      grants.mount(options: ["ro", "remount", "bind"], to: place)
    }
    for source in ["/run/systemd/resolve/stub-resolv.conf", "/run/resolvconf/resolv.conf"] as [PolicyPattern] {
      grants.mount(options: ["ro", "bind"], from: source, to: "\(rootfs)/etc/resolv.conf")
    }
    grants.mount(options: ["rw", "rprivate"], to: "/")
    grants.mount(options: ["ro", "remount", "rbind"], to: "/")
    grants.unmount("/")
    grants.mount(options: ["rw", "bind"], from: "/run/", to: "/run/")
    grants.pivotRoot(oldRoot: "\(merged)/", newRoot: "\(merged)/")
    hiddenKernelFiles(&grants)
    grants.unmount("\(data)/*/**")
  }

  /// What the kernel provides to each container.
  private static func kernelFileSystems(_ grants: inout PermissionSet, below roots: [PolicyPattern]) {
    for root in roots {
      grants.mount(types: "proc", from: "proc", to: "\(root)/proc/")
      grants.mount(types: "tmpfs", options: ["rw", "nosuid", "strictatime"], from: "tmpfs", to: "\(root)/dev/")
      grants.mount(types: "devpts", options: ["rw", "nosuid", "noexec"], from: "devpts", to: "\(root)/dev/pts/")
      let closed = ["rw", "nosuid", "nodev", "noexec"]
      grants.mount(types: "tmpfs", options: closed, from: "shm", to: "\(root)/dev/shm/")
      grants.mount(types: "mqueue", options: closed, from: "mqueue", to: "\(root)/dev/mqueue/")
    }
  }

  /// What containers see of `/proc` without being able to change it, or do not see.
  private static func hiddenKernelFiles(_ grants: inout PermissionSet) {
    let closed = [
      ["ro", "remount"], ["ro", "remount", "rbind"], ["ro", "nosuid", "nodev", "noexec", "remount", "rbind"],
    ]
    for options in closed {
      grants.mount(options: options, to: "/proc/{asound/,bus/,fs/,irq/,sys/,sysrq-trigger}")
    }
    for place in ["asound/", "bus/", "fs/", "irq/", "sys/", "sysrq-trigger"] as [PolicyPattern] {
      grants.mount(options: ["rw", "bind"], from: "/proc/\(place)", to: "/proc/\(place)")
    }
    for file in ["kcore", "sched_debug", "timer_stats", "latency_stats"] as [PolicyPattern] {
      grants.mount(options: ["rw", "bind"], from: "/dev/null", to: "/proc/\(file)")
    }
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
