internal import Permissions

extension Interface {
  /// List modules.
  static let kernelModuleObserve = Interface(
    "kernel-module-observe", "list modules", implicitSlot: .always, slotRules: .manualSystemSlot
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
