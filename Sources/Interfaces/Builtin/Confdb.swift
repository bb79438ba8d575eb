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
      guard isAccount(account) else {
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

  /// Account ids: 32 letters and digits, or 2 to 28 of small letters, digits and dashes.
  private static func isAccount(_ text: String) -> Bool {
    let bytes = text.utf8
    func isSmall(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
    if bytes.count == 32, bytes.allSatisfy({ isSmall($0) || (0x41...0x5a).contains($0) }) { return true }
    return (2...28).contains(bytes.count) && bytes.allSatisfy { isSmall($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isName(_ text: Substring) -> Bool {
    let words = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = text.first, first.isASCII, first.isLowercase else { return false }
    return words.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) } }
  }
}
