internal import Permissions
internal import Snap

extension Interface {
  /// Kubernetes on a node. `flavor` leaves only what one program needs: `kubelet`, `kubeproxy`, or no more than a
  /// socket without a name of its own (`autobind-unix`).
  static let kubernetesSupport = Interface(
    "kubernetes-support", "allows operating as the Kubernetes service", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard plug["flavor"] != nil else { return }
      guard let flavor = plug.read.string("flavor"), ["kubelet", "kubeproxy", "autobind-unix"].contains(flavor) else {
        throw InterfaceError(#"kubernetes-support plug requires "flavor" to be either "kubelet" or "kubeproxy""#)
      }
    }
    $0.plug = { grants, plug in
      if plug.read.string("flavor") != "autobind-unix" { grants.trait(.delegatesGroups) }
    }
    $0.connectedPlug = { grants, connection in
      let flavor = connection.plug.read.string("flavor")
      grants.unix([.bind], type: .dgram)
      grants.syscalls("bind")
      guard flavor != "autobind-unix" else { return }
      grants.kubernetesNode()
      if flavor != "kubeproxy" { grants.kubelet() }
      if flavor != "kubelet" { grants.kubeProxy() }
    }
  }
}

extension PermissionSet {
  /// What every program of a node needs.
  fileprivate mutating func kubernetesNode() {
    capabilities(.sysResource)
    files(.read, "/sys/fs/cgroup/{,**}")
    files(.readWrite, "/proc/@{pid}/oom_score_adj", "/proc/sys/vm/overcommit_memory")
    files(.read, "/sys/kernel/mm/hugepages/{,**}", "/sys/kernel/mm/transparent_hugepage/{,**}")
    capabilities(.dacOverride)
    files("rwk", "/{,var/}run/calico/ipam.lock")
    files(.read, "/etc/ssl/certs/java/{,*}")
    network(.alg, .seqpacket)
    files("rCx", "/{,usr/}bin/systemd-run")
    files(.read, "/run/systemd/private")
    files("mr", "/{,usr/}bin/systemd-run")
    files(.read, owner: true, "/proc/@{pid}/stat", "/proc/@{pid}/environ")
    files(.read, "/proc/cmdline")
    capabilities(.netAdmin)
    files(.read, "/proc/sys/kernel/osrelease", "/proc/1/sched", "/run/systemd/container")
    ptrace([.read], peer: .unconfined)
    files(.readWrite, "/run/systemd/private")
    files(.read, "/proc/1/cmdline")
    ptrace([.trace], peer: .unconfined)
    files(
      .run,
      "@{SNAP_COREUTIL_DIRS}true",
      "@{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/@{SNAP_COREUTIL_DIRS}true")
  }

  /// The program that runs pods.
  fileprivate mutating func kubelet() {
    files(.readWrite, "/run/dockershim.sock", "/run/flannel/{,**}")
    files("k", "/run/flannel/**")
    files(.readWrite, "/sys/fs/cgroup/*/kubepods/{,**}", "/sys/fs/cgroup/*/systemd/{,system.slice/}")
    files(.read, "/sys/fs/cgroup/*/systemd/system.slice/**")
    files("w", "/sys/fs/cgroup/*/systemd/system.slice/cgroup.procs")
    capabilities(.sysPtrace)
    ptrace([.trace], peer: .own)
    ptrace([.trace])
    ptrace([.trace], peer: .unconfined, effect: .deny)
    files(
      .read,
      "/proc/[0-9]*/attr/", "/proc/[0-9]*/fdinfo/", "/proc/[0-9]*/map_files/", "/proc/[0-9]*/ns/{,*}")
    capabilities(.dacReadSearch)
    files("w", "/proc/sys/kernel/panic", "/proc/sys/kernel/panic_on_oops")
    files(.read, "/proc/sys/kernel/keys/root_maxbytes", "/proc/sys/kernel/keys/root_maxkeys", "/dev/kmsg")
    capabilities(.sysAdmin)
    mount(
      from: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}")
    mount(options: ["rw", "rshared"], to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}")
    files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/umount")
    denyFiles(.readWrite, "/run/mount/utab{,.lock}")
    unmount("/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
    capabilities(.fsetid)
    mount(types: "tmpfs", from: "tmpfs", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
    mount(options: ["rw", "remount", "bind"], to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/{,**}")
    mount(
      from: "/dev/nvme{[0-9],[1-9][0-9]}n{[1-9],[1-5][0-9],6[0-3]}{,p{[1-9],[1-5][0-9],6[0-3]}}",
      to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
    mount(
      from: "/dev/sd{[a-z],[a-h][a-z],i[a-v]}{[1-9],1[0-5]}", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
    mount(from: "/dev/vd[a-z]{[1-9],[1-5][0-9],6[0-3]}", to: "/var/snap/@{SNAP_INSTANCE_NAME}/common/**")
    ptrace([.read], peer: .own)
    syscalls(
      "mount", "umount", "umount2", "lsm_get_self_attr", "lsm_set_self_attr", "unshare", "setns - CLONE_NEWNET",
      "fchownat")
    udev(#"KERNEL=="kmsg""#)
  }

  /// The program that leads connections to pods.
  fileprivate mutating func kubeProxy() {
    files(.readWrite, "/sys/fs/cgroup/*/kube-proxy/{,**}")
    files(
      .read,
      "/sys/module/libcrc32c/initstate", "/sys/module/llc/initstate", "/sys/module/stp/initstate",
      "/sys/module/ip_vs/initstate", "/sys/module/ip_vs_rr/initstate", "/sys/module/ip_vs_sh/initstate",
      "/sys/module/ip_vs_wrr/initstate")
    modules("llc", "stp", "libcrc32c", "ip_vs", "ip_vs_rr", "ip_vs_sh", "ip_vs_wrr")
  }
}
