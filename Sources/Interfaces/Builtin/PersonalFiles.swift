internal import Permissions

extension Interface {
  /// Files and directories below the user's home that the plug names in `read` and `write`.
  static let personalFiles = Interface(
    "personal-files", "allows access to named files and directories in the user's home", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try NamedFiles.personal.check(plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      try NamedFiles.personal.grant(connection.plug, to: &grants)
    }
  }
}
