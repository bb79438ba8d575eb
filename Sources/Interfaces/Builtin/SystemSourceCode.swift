internal import Permissions

extension Interface {
  /// Headers and sources of the host's kernel.
  static let systemSourceCode = Interface(
    "system-source-code", "allows reading sources below /usr/src", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/usr/src/{,**}")
    }
  }
}
