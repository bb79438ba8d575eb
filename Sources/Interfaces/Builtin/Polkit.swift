internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// Services that ask polkit(8): the plug's `action-prefix` admits the snap's own actions, `install-rules` its rules.
  static let polkit = Interface(
    "polkit", "allows asking polkit for decisions about own actions", implicitSlot: .onClassic,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in _ = try polkitFiles(plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.polkit += try polkitFiles(connection.plug)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.PolicyKit1.Authority", member: "{,Cancel}CheckAuthorization",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.PolicyKit1.Authority", member: "RegisterAuthenticationAgentWithOptions",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
    }
  }

  private static func polkitFiles(_ plug: ConnectionSide) throws(InterfaceError) -> [PolkitGrant] {
    var grants: [PolkitGrant] = []
    if let value = plug["action-prefix"] {
      guard case .string(let prefix) = value else {
        throw InterfaceError(
          #"snap "\#(plug.snap.instance)" has interface "polkit" with invalid value type for "action-prefix" attribute"#
        )
      }
      guard NameForm.isBusName(prefix) else {
        throw InterfaceError("plug has invalid action-prefix: \(quoted(prefix))")
      }
      grants.append(.actions(files: plug.name.rawValue, prefix: prefix))
    }
    if let value = plug["install-rules"] {
      guard let entries = plug.read.maps("install-rules"), !entries.isEmpty else {
        throw InterfaceError(#""install-rules" attribute must be a list of dictionaries, not \#(value.goText)"#)
      }
      for entry in entries { grants.append(try polkitRule(entry, of: plug)) }
    }
    guard !grants.isEmpty else {
      throw InterfaceError(#"polkit plug requires an "action-prefix" or an "install-rules" attribute"#)
    }
    return grants
  }

  /// A file of rules, which is installed only with the digest that the snap's declaration admitted.
  private static func polkitRule(
    _ entry: [String: AttributeValue], of plug: ConnectionSide
  ) throws(InterfaceError) -> PolkitGrant {
    guard case .string(let name)? = entry["name"], case .string(let digest)? = entry["sha3-384"] else {
      throw InterfaceError(#""install-rules" entries must have the keys "name" and "sha3-384" as strings"#)
    }
    func isWord(_ text: some StringProtocol) -> Bool {
      !text.isEmpty
        && text.unicodeScalars.allSatisfy {
          $0.isASCII && ($0.properties.isAlphabetic || (0x30...0x39).contains($0.value) || $0 == "-" || $0 == "_")
        }
    }
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    guard words.last == "rules", words.count > 1, words.allSatisfy({ isWord($0) }) else {
      throw InterfaceError(#""install-rules" has an invalid file name: \#(quoted(name))"#)
    }
    guard digest.utf8.count == 64, isWord(digest) else {
      throw InterfaceError(#""install-rules" has an invalid "sha3-384": \#(quoted(digest))"#)
    }
    return .rule(files: plug.name.rawValue, name: name, digest: digest)
  }
}
