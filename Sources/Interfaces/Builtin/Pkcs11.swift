internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// A token's socket below `/run/p11-kit`, which the slot names in `pkcs11-socket` and serves with p11-kit(8).
  static let pkcs11 = Interface(
    "pkcs11", "allows use of PKCS#11 tokens that another snap serves",
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always)
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try tokenSocket(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.files(.readWrite, "/{,var/}run/p11-kit/\(try tokenSocket(connection.slot))")
      grants.files(.read, "/etc/pkcs11/{,**}", "/usr/share/p11-kit/modules/{,**}")
      grants.files(.run, "/usr/bin/p11tool", "/usr/bin/pkcs11-tool")
    }
    $0.slot = { grants, slot throws(InterfaceError) in
      grants.files("rwk", "/{,var/}run/p11-kit/\(try tokenSocket(slot))")
      grants.files(.readWrite, "/{,var/}run/p11-kit/")
      grants.files(.run, "/usr/bin/p11-kit", "/usr/bin/p11tool", "/usr/bin/pkcs11-tool")
      grants.files("ix", "/usr/libexec/p11-kit/p11-kit-{server,remote}", "/usr/lib/p11-kit/p11-kit-{server,remote}")
      grants.files(.read, "/etc/pkcs11/{,**}", "/usr/share/p11-kit/modules/{,**}")
      grants.syscalls("bind", "listen", "accept", "accept4")
    }
  }

  /// The socket's name in its directory.
  private static func tokenSocket(_ slot: ConnectionSide) throws(InterfaceError) -> PatternText {
    guard let value = slot["pkcs11-socket"] else {
      throw InterfaceError(#"pkcs11 slot must have a "pkcs11-socket" attribute"#)
    }
    guard case .string(let path) = value else {
      throw InterfaceError(#"pkcs11 slot "pkcs11-socket" attribute must be a string, not \#(value.goText)"#)
    }
    guard PathBytes.isClean(path) else {
      throw InterfaceError("pkcs11 unix socket path is not clean: \(quoted(path))")
    }
    try PathCheck.refuseReserved(path)
    for directory in ["/run/p11-kit/", "/var/run/p11-kit/"] {
      if let name = path.bytes(after: directory), !name.hasByte("/") { return try patternText(String(name)) }
    }
    throw InterfaceError("pkcs11 unix socket has to be in the /run/p11-kit directory: \(quoted(path))")
  }
}
