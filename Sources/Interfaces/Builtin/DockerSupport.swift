internal import Permissions

extension Interface {
  /// Lets a snap run Docker and its containers. Attributes: `privileged-containers`.
  static let dockerSupport = Interface(
    "docker-support", "allows a snap to run Docker and its containers", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try plug.requireFlag("privileged-containers") }
    $0.connectedPlug = { grants, connection in
      if !connection.machine.isClassic {
        // Where the writable places of an OS snap really are, as overlayfs sees them.
        grants.files(
          "rwl",
          "/system-data/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/{,**}",
          "/system-data/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/{,**}")
      }
      grants.namespaces = true
      grants.trait(.messageQueues)
      grants.files(.readWrite, "/{,var/}run/docker.sock", "/{,var/}run/docker/")
      grants.files("mrwklix", "/{,var/}run/docker/**")
      grants.files(.readWrite, "/{,var/}run/runc/")
      grants.files("mrwklix", "/{,var/}run/runc/**")
      grants.files(.readWrite, "/{,var/}run/containerd/{,s/,runc/,runc/k8s.io/,runc/k8s.io/*/}")
      grants.files("rwk", "/{,var/}run/containerd/runc/k8s.io/*/**")
      grants.files(
        .readWrite,
        "/{,var/}run/containerd/{io.containerd*/,io.containerd*/k8s.io/,io.containerd*/k8s.io/*/}")
      grants.files("rwk", "/{,var/}run/containerd/io.containerd*/*/**", "/{,var/}run/containerd/s/**")
      grants.files(.readWrite, "/run/ipam-state/k8s-**")
      grants.files("k", "/run/ipam-state/k8s-*/lock")
      grants.unix([.bind, .listen], type: .stream, address: "@/containerd-shim/**.sock\\x00")
      grants.files(.read, "/{,var/}run/mount/utab", "/proc/", "/proc/**")
      grants.files("w", "/proc/[0-9]*/attr/{,apparmor/}exec", "/proc/[0-9]*/oom_score_adj")
      grants.files(
        .read,
        "/sys/kernel/mm/hugepages/", "/sys/kernel/mm/transparent_hugepage/{,**}",
        "/sys/fs/cgroup/cpuset/cpuset.cpus", "/sys/fs/cgroup/cpuset/cpuset.mems",
        "/sys/module/apparmor/parameters/enabled")
      grants.files(
        .readWrite,
        "/sys/fs/cgroup/*/docker/", "/sys/fs/cgroup/*/docker/**", "/sys/fs/cgroup/*/kubepods/",
        "/sys/fs/cgroup/*/kubepods/**", "/sys/fs/cgroup/*/systemd/{,system.slice/}")
      grants.files(.read, "/sys/fs/cgroup/*/systemd/system.slice/**")
      grants.files("w", "/sys/fs/cgroup/*/systemd/system.slice/cgroup.procs")
      grants.ptrace([.trace], peer: .own)
      grants.capabilities = Set(Capability.allCases)
      grants.files(.readWrite, "/dev/mapper/control", "/dev/mapper/docker*")
      grants.files(.read, "/dev/loop-control")
      grants.files(.readWrite, "/dev/loop[0-9]*")
      grants.files(.read, "/sys/devices/virtual/block/dm-[0-9]*/**")
      grants.mount()
      grants.unmount()
      grants.pivotRoot()
      grants.files(.readWrite, "/.pivot_root[0-9]*/", "/[0-9]*")
      grants.files(.run, "/{,usr/}sbin/apparmor_parser")
      grants.files(.read, "/etc/apparmor.d/cache/", "/etc/apparmor.d/cache/.features")
      grants.files(.readWrite, "/etc/apparmor.d/{,cache/}docker*")
      grants.files(.read, "/var/cache/apparmor/{,*/}", "/var/cache/apparmor/*/.features")
      grants.files(.readWrite, "/var/cache/apparmor/*/docker*")
      grants.files(
        .read,
        "/etc/apparmor.d/tunables/{,**}", "/etc/apparmor.d/abstractions/{,**}", "/etc/apparmor/parser.conf",
        "/etc/apparmor.d/abi/{,*}", "/etc/apparmor/subdomain.conf")
      grants.files(.readWrite, "/sys/kernel/security/apparmor/.replace")
      grants.files(.read, "/sys/kernel/security/apparmor/{,**}")
      grants.signals([.send], peer: .named("docker-default"))
      grants.ptrace([.read, .trace], peer: .named("docker-default"))
      grants.signals([.send], peer: .named("cri-containerd.apparmor.d"))
      grants.ptrace([.read, .trace], peer: .named("cri-containerd.apparmor.d"))
      grants.files("mrw", "/{dev,run}/shm/aufs.xino")
      grants.files("w", "/proc/fs/aufs/plink_maint")
      grants.files(.read, "/sys/fs/aufs/**", "/")
      grants.files(.readWrite, "/dev/pts/ptmx")
      grants.files("ix", "/")
      grants.files(.run, "/bin/runc", "/pause", "/bin/busybox")
      grants.files("rk", "/run/flannel/{,**}", "/run/secrets/kubernetes.io/{,**}")
      grants.unix([.bind], type: .dgram)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "{StartTransientUnit,KillUnit,StopUnit,ResetFailedUnit,SetUnitProperties}",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "JobRemoved", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.syscalls(
        "keyctl", "pivot_root", "lsm_set_self_attr", "ptrace", "accept", "accept4", "access", "acct", "adjtimex",
        "alarm", "arch_prctl", "bind", "bpf", "breakpoint", "brk", "cacheflush", "capget", "capset", "chdir",
        "chmod", "chown", "chown32", "chroot", "clock_getres", "clock_getres_time64", "clock_gettime",
        "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64", "clone", "close", "connect",
        "copy_file_range", "creat", "dup", "dup2", "dup3", "epoll_create", "epoll_create1", "epoll_ctl",
        "epoll_ctl_old", "epoll_pwait", "epoll_wait", "epoll_wait_old", "eventfd", "eventfd2", "execve",
        "execveat", "exit", "exit_group", "faccessat", "fadvise64", "fadvise64_64", "fallocate", "fanotify_init",
        "fanotify_mark", "fchdir", "fchmod", "fchmodat", "fchown", "fchown32", "fchownat", "fcntl", "fcntl64",
        "fdatasync", "fgetxattr", "flistxattr", "flock", "fork", "fremovexattr", "fsetxattr", "fstat", "fstat64",
        "fstatat64", "fstatfs", "fstatfs64", "fsync", "ftruncate", "ftruncate64", "futex", "futex_time64",
        "futimesat", "getcpu", "getcwd", "getdents", "getdents64", "getegid", "getegid32", "geteuid", "geteuid32",
        "getgid", "getgid32", "getgroups", "getgroups32", "getitimer", "getpeername", "getpgid", "getpgrp",
        "getpid", "getppid", "getpriority", "getrandom", "getresgid", "getresgid32", "getresuid", "getresuid32",
        "getrlimit", "get_robust_list", "getrusage", "getsid", "getsockname", "getsockopt", "get_thread_area",
        "get_tls", "gettid", "gettimeofday", "getuid", "getuid32", "getxattr", "inotify_add_watch", "inotify_init",
        "inotify_init1", "inotify_rm_watch", "io_cancel", "ioctl", "io_destroy", "io_getevents", "ioperm", "iopl",
        "ioprio_get", "ioprio_set", "io_setup", "io_submit", "ipc", "kcmp", "kill", "lchown", "lchown32",
        "lgetxattr", "link", "linkat", "listen", "listxattr", "llistxattr", "_llseek", "lookup_dcookie",
        "lremovexattr", "lseek", "lsetxattr", "lstat", "lstat64", "madvise", "memfd_create", "mincore", "mkdir",
        "mkdirat", "mknod", "mknodat", "mlock", "mlock2", "mlockall", "mmap", "mmap2", "modify_ldt", "mount",
        "mprotect", "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedreceive_time64",
        "mq_timedsend", "mq_timedsend_time64", "mq_unlink", "mremap", "msgctl", "msgget", "msgrcv", "msgsnd",
        "msync", "munlock", "munlockall", "munmap", "nanosleep", "newfstatat", "_newselect", "open", "openat",
        "pause", "perf_event_open", "personality", "pipe", "pipe2", "poll", "ppoll", "ppoll_time64", "prctl",
        "pread64", "preadv", "prlimit64", "process_vm_readv", "process_vm_writev", "pselect6", "pselect6_time64",
        "pwrite64", "pwritev", "read", "readahead", "readlink", "readlinkat", "readv", "reboot", "recv",
        "recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg", "remap_file_pages", "removexattr", "rename",
        "renameat", "renameat2", "restart_syscall", "rmdir", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
        "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64",
        "rt_tgsigqueueinfo", "s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr",
        "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_get_priority_max", "sched_get_priority_min",
        "sched_getscheduler", "sched_rr_get_interval", "sched_rr_get_interval_time64", "sched_setaffinity",
        "sched_setattr", "sched_setparam", "sched_setscheduler", "sched_yield", "seccomp", "select", "semctl",
        "semget", "semop", "semtimedop", "semtimedop_time64", "send", "sendfile", "sendfile64", "sendmmsg",
        "sendmsg", "sendto", "setdomainname", "setfsgid", "setfsgid32", "setfsuid", "setfsuid32", "setgid",
        "setgid32", "setgroups", "setgroups32", "sethostname", "setitimer", "setns", "setpgid", "setpriority",
        "setregid", "setregid32", "setresgid", "setresgid32", "setresuid", "setresuid32", "setreuid", "setreuid32",
        "setrlimit", "set_robust_list", "setsid", "setsockopt", "set_thread_area", "set_tid_address",
        "settimeofday", "set_tls", "setuid", "setuid32", "setxattr", "shmat", "shmctl", "shmdt", "shmget",
        "shutdown", "sigaltstack", "signalfd", "signalfd4", "sigreturn", "socket", "socketcall", "socketpair",
        "splice", "stat", "stat64", "statfs", "statfs64", "stime", "symlink", "symlinkat", "sync",
        "sync_file_range", "syncfs", "sysinfo", "syslog", "tee", "tgkill", "time", "timer_create", "timer_delete",
        "timerfd_create", "timerfd_gettime", "timerfd_gettime64", "timerfd_settime", "timerfd_settime64",
        "timer_getoverrun", "timer_gettime", "timer_gettime64", "timer_settime", "timer_settime64", "times",
        "tkill", "truncate", "truncate64", "ugetrlimit", "umask", "umount", "umount2", "uname", "unlink",
        "unlinkat", "unshare", "utime", "utimensat", "utimensat_time64", "utimes", "vfork", "vhangup", "vmsplice",
        "wait4", "waitid", "waitpid", "write", "writev")
      grants.changeProfile(program: "/**", to: "docker-default", unsafe: true)
      grants.changeProfile(program: "/**", to: "cri-containerd.apparmor.d", unsafe: true)
      grants.modules("overlay")
      grants.trait([.managesDeviceGroup, .writesPythonCaches])
      guard connection.plug.read.flag("privileged-containers") == true else { return }
      // Containers without any confinement: whoever has this has the machine.
      grants.changeProfile(program: "/**", to: "**", unsafe: true)
      grants.signals([.send], peer: .unconfined)
      grants.ptrace([.read, .trace], peer: .unconfined)
      grants.files("mrwkl", "/dev/**", "/proc/**")
      grants.trait(.unrestrictedSyscalls)
    }
    $0.plug = { grants, _ in grants.trait(.delegatesGroups) }
  }
}
