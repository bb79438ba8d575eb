internal import Permissions

extension Interface {
  /// Device nodes that Nvidia's driver doesn't make by itself.
  static let nvidiaDriversSupport = Interface(
    "nvidia-drivers-support", "allows making the devices of Nvidia's driver", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
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
