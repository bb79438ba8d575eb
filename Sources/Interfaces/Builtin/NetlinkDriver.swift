internal import Permissions

extension Interface {
  /// Driver netlink family by number. Attributes: `family`, `family-name`.
  static let netlinkDriver = Interface(
    "netlink-driver", "driver netlink family by number",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.network(.netlink)
      grants.capabilities(.netAdmin)
    }
  }
}
