internal import Permissions

extension Interface {
  /// Lets a snap load programs into FPGA chips.
  static let fpga = Interface(
    "fpga", "allows a snap to load programs into FPGA chips", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/fpga[0-9]*")
      grants.files(
        .read,
        "/sys/class/fpga_manager/fpga[0-9]*/{name,state,status}", "/sys/class/fpga_region/region[0-9]*/compat_id",
        "/sys/class/fpga_bridge/bridge[0-9]*/{name,state}",
        "/sys/devices/platform/firmware:zynqmp-firmware/firmware:zynqmp-firmware:pcap/fpga_manager/fpga[0-9]*/{name,state,status}"
      )
      grants.files(
        "w",
        "/sys/devices/platform/firmware:zynqmp-firmware/firmware:zynqmp-firmware:pcap/fpga_manager/fpga[0-9]*/firmware")
      grants.files(
        .readWrite,
        "/sys/devices/platform/firmware:zynqmp-firmware/firmware:zynqmp-firmware:pcap/fpga_manager/fpga[0-9]*/{flags,key}"
      )
      grants.files(.read, "/sys/devices/platform/fpga-full/fpga_region/region[0-9]*/compat_id")
      grants.files(.readWrite, "/sys/module/zynqmp_fpga/parameters/readback_type")
      grants.udev(#"SUBSYSTEM=="misc", KERNEL=="fpga[0-9]*""#)
    }
  }
}
