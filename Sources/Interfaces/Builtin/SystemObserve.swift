internal import Permissions

extension Interface {
  /// All processes, statistics of the kernel, and units of systemd.
  static let systemObserve = Interface(
    "system-observe", "allows reading the state of processes and of the system", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.plug = { grants, _ in
      // The kernel's configuration is there.
      grants.contentMounts.append(ContentMount(source: "/boot", target: "/boot", optional: true))
    }
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/proc/tty/drivers")
      grants.ptrace([.read])
      grants.files(
        .read,
        "/proc/cgroups", "/proc/buddyinfo", "/proc/locks", "/proc/modules", "/proc/mdstat", "/proc/schedstat",
        "/proc/slabinfo", "/proc/softirqs", "/proc/stat", "/proc/vmstat", "/proc/zoneinfo", "/proc/diskstats",
        "/proc/kallsyms", "/proc/partitions", "/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory",
        "/proc/sys/kernel/panic", "/proc/sys/kernel/panic_on_oops", "/proc/sys/kernel/random/poolsize",
        "/proc/sys/kernel/random/urandom_min_reseed_secs", "/proc/sys/kernel/random/write_wakeup_threshold",
        "/proc/sys/kernel/sched_autogroup_enabled", "/proc/sys/kernel/threads-max", "/proc/sys/vm/max_map_count",
        "/proc/sys/vm/panic_on_oom", "/proc/sys/vm/swappiness", "/proc/*/{,task/,task/*/}",
        "/proc/*/{,task/*/}autogroup", "/proc/*/{,task/*/}auxv", "/proc/*/{,task/*/}cgroup",
        "/proc/*/{,task/*/}cmdline", "/proc/*/{,task/*/}comm", "/proc/*/{,task/*/}exe",
        "/proc/*/{,task/*/}fdinfo/*", "/proc/*/{,task/*/}io", "/proc/*/{,task/*/}oom_score",
        "/proc/*/{,task/*/}smaps_rollup", "/proc/*/{,task/*/}schedstat", "/proc/*/{,task/*/}stat",
        "/proc/*/{,task/*/}statm", "/proc/*/{,task/*/}status", "/proc/*/{,task/*/}wchan", "/proc/*/fdinfo/",
        "/proc/*/{,task/*/}attr/{,apparmor/}current")
      grants.files("rk", "/var/lib/snapd/hostfs/etc/os-release", "/var/lib/snapd/hostfs/usr/lib/os-release")
      grants.files(
        .read,
        "/proc/config.gz", "/boot/config*", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu,cpuacct/cpu.shares",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.stat", "/sys/fs/cgroup/memory/memory.stat",
        "/sys/fs/cgroup/system.slice/cpu.max", "/sys/fs/{btrfs,ext4}/{,**}", "/proc/spl/kstat/zfs/{,**}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      for bus in [.session, .system] as [DBusRule.Bus] {
        grants.dbus(
          bus, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus", member: "ListNames",
          peerName: "org.freedesktop.DBus")
      }
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1{,/**}", interface: "org.freedesktop.DBus.Properties",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "{GetUnit,ListUnits}", peer: connection.slot.peer)
      grants.files(
        .read,
        "/proc/sys/fs/protected_hardlinks", "/proc/sys/fs/protected_symlinks", "/proc/sys/fs/protected_fifos",
        "/proc/sys/fs/protected_regular")
      grants.syscalls("lsm_get_self_attr")
    }
  }
}
