internal import Permissions

extension Interface {
  /// Tracing, performance counters and BPF.
  static let systemTrace = Interface(
    "system-trace", "allows tracing the kernel and all processes", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysAdmin, .sysResource)
      grants.files(
        .read,
        "/sys/kernel/debug/kprobes/", "/sys/kernel/debug/kprobes/**", "/sys/kernel/debug/tracing/")
      grants.files(.readWrite, "/sys/kernel/debug/tracing/**")
      grants.files(.read, "/sys/kernel/tracing/")
      grants.files(.readWrite, "/sys/kernel/tracing/**")
      grants.files(.read, "/usr/src/", "/usr/src/**")
      grants.syscalls("bpf", "perf_event_open")
    }
  }
}
