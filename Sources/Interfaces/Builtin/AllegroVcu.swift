internal import Permissions

extension Interface {
  /// Lets a snap use Allegro video codecs.
  static let allegroVcu = Interface(
    "allegro-vcu", "allows a snap to use Allegro video codecs", implicitSlot: .always, slotRules: .manualSystemSlot
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
