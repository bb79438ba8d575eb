internal import Permissions

extension Interface {
  /// Ftrace/perf/bpf tracing.
  static let systemTrace = Interface(
    "system-trace", "ftrace/perf/bpf tracing", implicitSlot: .always, slotRules: .manualSystemSlot
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
