internal import Permissions

extension Interface {
  /// All modules: their list, loading and unloading them, and the memory device that old tools read.
  static let kernelModuleControl = Interface(
    "kernel-module-control", "allows inserting and removing any kernel module", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysModule)
      grants.files(.read, "/proc/modules")
      grants.files(.run, "/{,usr/}bin/kmod")
      grants.files(.read, "/dev/mem")
      grants.capabilities(.syslog)
      grants.files(.read, "/sys/module/{,**}", "/etc/modprobe.d/{,**}", "/{,usr/}lib/modprobe.d/{,**}")
      grants.syscalls("init_module", "finit_module", "delete_module")
      grants.udev(#"KERNEL=="mem""#)
      grants.trait(.loadsModules)
    }
  }
}
