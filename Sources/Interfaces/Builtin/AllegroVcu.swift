internal import Permissions

extension Interface {
  /// Allegro VCU codec devices.
  static let allegroVcu = Interface(
    "allegro-vcu", "Allegro VCU codec devices", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/allegroDecodeIP", "/dev/allegroIP", "/dev/dmaproxy")
      grants.udev(
        #"SUBSYSTEM=="allegro_decode_class", KERNEL=="allegroDecodeIP""#,
        #"SUBSYSTEM=="allegro_encode_class", KERNEL=="allegroIP""#, #"SUBSYSTEM=="char", KERNEL=="dmaproxy""#)
    }
  }
}
