internal import Permissions

extension Interface {
  /// Xilinx cards with direct memory access.
  static let xilinxDma = Interface(
    "xilinx-dma", "allows access to Xilinx accelerator cards", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .readWrite,
        "/dev/xdma[0-9]*_{c2h,h2c,events}_[0-9]*", "/dev/xdma[0-9]*_{control,user,xvc}", "/dev/xdma/card[0-9]*/**",
        "/dev/qdma{,vf}[0-9]*-{MM,ST}-[0-9]*")
      grants.files(.read, "/sys/module/xdma/parameters/*", "/sys/module/qdma/parameters/*")
      grants.files(.readWrite, "/sys/devices/pci*/**/qdma/*")
      grants.udev(#"SUBSYSTEM=="xdma""#, #"SUBSYSTEM=="qdma-pf""#, #"SUBSYSTEM=="qdma-vf""#)
    }
  }
}
