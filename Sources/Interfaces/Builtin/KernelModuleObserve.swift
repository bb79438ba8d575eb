internal import Permissions

extension Interface {
  /// The list of modules and their parameters, nothing more.
  static let kernelModuleObserve = Interface(
    "kernel-module-observe", "allows seeing which kernel modules are loaded", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/{,usr/}bin/kmod")
      grants.files(.read, "/proc/modules")
      grants.capabilities(.syslog)
      grants.files(.read, "/sys/module/{,**}", "/etc/modprobe.d/{,**}", "/{,usr/}lib/modprobe.d/{,**}")
    }
  }
}
