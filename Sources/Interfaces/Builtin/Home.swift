internal import Permissions

extension Interface {
  /// Non-hidden files in $HOME. Attributes: `read`.
  static let home = Interface(
    "home", "non-hidden files in $HOME", implicitSlot: .always,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core])),
      denyConnection: .when(Constraints(plugAttributes: .map(["read": .matches("all")]))),
      denyAutoConnection: .any([
        Constraints(onClassic: .no, onCoreDesktop: false), Constraints(plugAttributes: .map(["read": .matches("all")])),
      ]))
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.denyFiles("wl", audited: true, "$HOME/bin/{,**}", "$HOME/bin")
      grants.capabilities(.dacReadSearch)
      grants.files(
        .read,
        "$HOME/", "$HOME/[^s.]**", "$HOME/s[^n]**", "$HOME/sn[^a]**", "$HOME/sna[^p]**", "$HOME/snap[^/]**",
        "$HOME/{s,sn,sna}{,/}")
    }
  }
}
