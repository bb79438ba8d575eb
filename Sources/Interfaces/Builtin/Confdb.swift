internal import ByteText
internal import Permissions

extension Interface {
  /// A view of a shared configuration database. Attributes: `account`, `view` (`<schema>/<view>`), `role`.
  ///
  /// Grants nothing to processes: the daemon looks at the connection when `snapctl` asks.
  static let confdb = Interface(
    "confdb", "allows a snap to read and write one view of a shared configuration", implicitSlot: .always,
    plugRules: SideRules(allowAutoConnection: .when(Constraints(plugAttributes: .map(["account": .plugPublisherID])))),
    slotRules: .systemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      let account = try plug.required("account")
      let path = try plug.required("view")
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw InterfaceError(#""view" must conform to <confdb>/<view>: \#(path)"#)
      }
      guard NameForm.isAccountID(account) else {
        throw InterfaceError(#"confdb plug must have an "account" attribute: format mismatch"#)
      }
      for (kind, name) in zip(["confdb", "view"], parts) where !isName(name) {
        throw InterfaceError("invalid \(kind) name: \(name) does not match '^[a-z](?:-?[a-z0-9])*$'")
      }
      guard plug["role"] == nil || plug.read.string("role") == "custodian" else {
        throw InterfaceError(#"optional confdb plug "role" attribute must be "custodian""#)
      }
    }
  }

  private static func isName(_ text: Substring) -> Bool {
    NameForm.areDashedWords(text, first: \.isASCIILower) { $0.isASCIILower || $0.isASCIIDigit }
  }
}
