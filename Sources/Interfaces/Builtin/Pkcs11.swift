internal import Permissions

extension Interface {
  /// P11-kit sockets. Attributes: `pkcs11-socket`.
  static let pkcs11 = Interface(
    "pkcs11", "p11-kit sockets", slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always)
  )
  .with {
    $0.slot = { grants, _ in
      grants.syscalls("bind", "listen", "accept", "accept4")
    }
  }
}
