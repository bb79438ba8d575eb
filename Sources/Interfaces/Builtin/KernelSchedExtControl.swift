internal import Permissions

extension Interface {
  /// Schedulers of the class `sched_ext`.
  static let kernelSchedExtControl = Interface(
    "kernel-sched-ext-control", "allows running schedulers in the kernel as BPF programs", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.bpf, .perfmon, .sysResource)
      grants.files(
        .read,
        "/sys/kernel/btf/vmlinux", "/sys/kernel/sched_ext/", "/sys/kernel/sched_ext/hotplug_seq",
        "/sys/kernel/sched_ext/state", "/sys/fs/bpf/")
      grants.files(
        .readWrite,
        "/sys/fs/bpf/[^s]**", "/sys/fs/bpf/s[^n]**", "/sys/fs/bpf/sn[^a]**", "/sys/fs/bpf/sna[^p]**",
        "/sys/fs/bpf/snap[^/]**", "/sys/fs/bpf/{s,sn,sna}{,/}")
      grants.syscalls("bpf")
    }
  }
}
