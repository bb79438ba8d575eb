internal import Permissions

extension Interface {
  /// Create nvidia device nodes.
  static let nvidiaDriversSupport = Interface(
    "nvidia-drivers-support", "create nvidia device nodes", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "@{SNAP_COREUTIL_DIRS}mknod")
      grants.capabilities(.mknod)
      grants.files(
        .readWrite,
        "/dev/nvidia[0-9]*", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset")
      grants.files(.read, "/proc/devices")
      grants.syscalls("mknod - |S_IFCHR -", "mknodat - - |S_IFCHR -")
    }
  }
}
