internal import Permissions

extension Interface {
  /// Run kubelet/kube-proxy etc.. Attributes: `flavor`.
  static let kubernetesSupport = Interface(
    "kubernetes-support", "run kubelet/kube-proxy etc.", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysResource)
      grants.files(.read, "/sys/fs/cgroup/{,**}")
      grants.files(.readWrite, "/proc/@{pid}/oom_score_adj", "/proc/sys/vm/overcommit_memory")
      grants.files(.read, "/sys/kernel/mm/hugepages/{,**}", "/sys/kernel/mm/transparent_hugepage/{,**}")
      grants.capabilities(.dacOverride)
      grants.files("rwk", "/{,var/}run/calico/ipam.lock")
      grants.files(.read, "/etc/ssl/certs/java/{,*}")
      grants.network(.alg, .seqpacket)
      grants.files("rCx", "/{,usr/}bin/systemd-run")
      grants.files(.read, "/run/systemd/private")
      grants.files("mr", "/{,usr/}bin/systemd-run")
      grants.files(.read, owner: true, "/proc/@{pid}/stat", "/proc/@{pid}/environ")
      grants.files(.read, "/proc/cmdline")
      grants.capabilities(.netAdmin)
      grants.files(.read, "/proc/sys/kernel/osrelease", "/proc/1/sched", "/run/systemd/container")
      grants.ptrace([.read], peer: .unconfined)
      grants.files(.readWrite, "/run/systemd/private")
      grants.files(.read, "/proc/1/cmdline")
      grants.ptrace([.trace], peer: .unconfined)
      grants.files(
        .run,
        "@{SNAP_COREUTIL_DIRS}true",
        "@{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/@{SNAP_COREUTIL_DIRS}true")
      grants.files(.readWrite, "/run/dockershim.sock", "/run/flannel/{,**}")
      grants.files("k", "/run/flannel/**")
      grants.files(.readWrite, "/sys/fs/cgroup/*/kubepods/{,**}", "/sys/fs/cgroup/*/systemd/{,system.slice/}")
      grants.files(.read, "/sys/fs/cgroup/*/systemd/system.slice/**")
      grants.files("w", "/sys/fs/cgroup/*/systemd/system.slice/cgroup.procs")
      grants.capabilities(.sysPtrace)
      grants.ptrace([.trace], peer: .own)
      grants.ptrace([.trace])
      grants.ptrace([.trace], peer: .unconfined, effect: .deny)
      grants.files(
        .read,
        "/proc/[0-9]*/attr/", "/proc/[0-9]*/fdinfo/", "/proc/[0-9]*/map_files/", "/proc/[0-9]*/ns/{,*}")
      grants.capabilities(.dacReadSearch)
      grants.files("w", "/proc/sys/kernel/panic", "/proc/sys/kernel/panic_on_oops")
      grants.files(.read, "/proc/sys/kernel/keys/root_maxbytes", "/proc/sys/kernel/keys/root_maxkeys", "/dev/kmsg")
      grants.capabilities(.sysAdmin)
      grants.mount(
        from: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}")
      grants.mount(options: ["rw", "rshared"], to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}")
      grants.files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/umount")
      grants.denyFiles(.readWrite, "/run/mount/utab{,.lock}")
      grants.unmount("/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
      grants.capabilities(.fsetid)
      grants.mount(types: #""tmpfs""#, from: "tmpfs", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
      grants.mount(options: ["rw", "remount", "bind"], to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}")
      grants.mount(
        from: "/dev/nvme{[0-9],[1-9][0-9]}n{[1-9],[1-5][0-9],6[0-3]}{,p{[1-9],[1-5][0-9],6[0-3]}}",
        to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
      grants.mount(
        from: "/dev/sd{[a-z],[a-h][a-z],i[a-v]}{[1-9],1[0-5]}", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
      grants.mount(from: "/dev/vd[a-z]{[1-9],[1-5][0-9],6[0-3]}", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
      grants.ptrace([.read], peer: .own)
      grants.unix([.bind], type: .dgram)
      grants.syscalls(
        "bind", "mount", "umount", "umount2", "lsm_get_self_attr", "lsm_set_self_attr", "unshare",
        "setns - CLONE_NEWNET", "fchownat")
      grants.files(.readWrite, "/sys/fs/cgroup/*/kube-proxy/{,**}")
      grants.files(
        .read,
        "/sys/module/libcrc32c/initstate", "/sys/module/llc/initstate", "/sys/module/stp/initstate",
        "/sys/module/ip_vs/initstate", "/sys/module/ip_vs_rr/initstate", "/sys/module/ip_vs_sh/initstate",
        "/sys/module/ip_vs_wrr/initstate")
      grants.udev(#"KERNEL=="kmsg""#)
    }
  }
}
