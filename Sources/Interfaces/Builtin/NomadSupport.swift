internal import Permissions

extension Interface {
  /// Control groups and devices for what Nomad runs.
  static let nomadSupport = Interface(
    "nomad-support", "allows operating as the Nomad service", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.plug = { grants, _ in grants.trait(.delegatesGroups) }
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/sys/fs/cgroup/cgroup.controllers")
      grants.files(.readWrite, "/sys/fs/cgroup/cgroup.subtree_control", "/sys/fs/cgroup/nomad.slice/")
      grants.files(
        .read,
        "/sys/fs/cgroup/nomad.slice/cpuset.cpus.effective", "/sys/fs/cgroup/nomad.slice/cgroup.type")
      grants.capabilities(.dacOverride, .chown)
      grants.files(
        .readWrite,
        "/sys/fs/cgroup/nomad.slice/*", "/sys/fs/cgroup/nomad.slice/*.slice/{,**}",
        "/sys/fs/cgroup/nomad.slice/*.scope/{,**}", "/sys/fs/cgroup/system.slice/docker-*.scope/cpuset.cpus")
      grants.files(
        .read,
        "/proc/driver/nvidia/capabilities/mig/config", "/proc/driver/nvidia/capabilities/mig/monitor")
      grants.syscalls("chown", "chown32", "fchown", "fchown32", "fchownat", "lchown", "lchownat")
      grants.trait(.managesDeviceGroup)
    }
  }
}
