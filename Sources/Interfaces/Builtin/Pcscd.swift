internal import Permissions

extension Interface {
  /// The socket of the host's PC/SC service.
  static let pcscd = Interface(
    "pcscd", "allows access to smart cards", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/{var/,}run/pcscd/pcscd.comm")
      grants.files(.read, "/etc/{opensc/,}opensc.conf")
    }
  }
}
