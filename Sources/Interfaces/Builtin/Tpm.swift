internal import Permissions

extension Interface {
  /// The TPM, with and without its resource manager.
  static let tpm = Interface(
    "tpm", "allows access to the trusted platform module", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/tpm[0-9]*", "/dev/tpmrm[0-9]*")
      grants.udev(#"KERNEL=="tpm[0-9]*""#, #"KERNEL=="tpmrm[0-9]*""#)
    }
  }
}
