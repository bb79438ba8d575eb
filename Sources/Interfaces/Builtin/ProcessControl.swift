internal import Permissions

extension Interface {
  /// Signals, scheduling and affinity of all processes.
  static let processControl = Interface(
    "process-control", "allows signals to and priorities of any process", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/{,usr/}bin/renice", "/{,usr/}bin/taskset")
      grants.capabilities(.sysResource, .sysNice, .kill)
      grants.signals([.send], peer: .any)
      grants.files(.run, "/{,usr/}bin/kill", "/{,usr/}bin/pkill")
      grants.files(.readWrite, "/proc/[0-9]*/coredump_filter")
      grants.syscalls(
        "nice", "setpriority", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler")
    }
  }
}
