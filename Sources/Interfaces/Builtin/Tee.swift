internal import Permissions

extension Interface {
  /// /dev/tee*.
  static let tee = Interface(
    "tee", "/dev/tee*", implicitSlot: .always, plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/tee[0-9]*", "/dev/teepriv[0-9]*", "/dev/qseecom")
      grants.udev(#"KERNEL=="tee[0-9]*""#, #"KERNEL=="teepriv[0-9]*""#, #"KERNEL=="qseecom""#)
    }
  }
}
