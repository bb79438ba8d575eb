internal import Permissions

extension Interface {
  /// Devices of the trusted part of the processor.
  static let tee = Interface(
    "tee", "allows access to trusted execution environments", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/tee[0-9]*", "/dev/teepriv[0-9]*", "/dev/qseecom")
      grants.udev(#"KERNEL=="tee[0-9]*""#, #"KERNEL=="teepriv[0-9]*""#, #"KERNEL=="qseecom""#)
    }
  }
}
