internal import Permissions

extension Interface {
  /// Files and directories of the system that the plug names in `read` and `write`.
  static let systemFiles = Interface(
    "system-files", "allows access to named files and directories of the system", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try NamedFiles.system.check(plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      try NamedFiles.system.grant(connection.plug, to: &grants)
    }
  }
}
