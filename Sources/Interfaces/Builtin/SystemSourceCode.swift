internal import Permissions

extension Interface {
  /// /usr/src read.
  static let systemSourceCode = Interface(
    "system-source-code", "/usr/src read", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/usr/src/{,**}")
    }
  }
}
