internal import Permissions

extension Interface {
  /// Insert/remove any module.
  static let kernelModuleControl = Interface(
    "kernel-module-control", "insert/remove any module", implicitSlot: .always, plugRules: .superPrivilegedPlug,
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
      grants.udev(#"KERNEL=="mem""#, "kernel-module-control")
      grants.trait(.loadsModules)
    }
  }
}
