internal import Permissions

extension Interface {
  /// Print via proxied CUPS socket. Attributes: `cups-socket-directory`.
  static let cups = Interface(
    "cups", "print via proxied CUPS socket",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always, denyAutoConnection: .always
    )
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, owner: true, "$HOME/.cups/lpoptions")
      grants.files(.read, "/{,var/}run/cups/printcap")
      grants.files(.readWrite, "/var/cups/cups.sock")
    }
  }
}
