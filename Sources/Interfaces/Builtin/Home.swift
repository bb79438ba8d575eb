internal import Permissions
internal import Snap

extension Interface {
  /// The user's own files, but for hidden ones and other snaps' data. Attributes of the plug: `read: all` lets root's
  /// processes read what belongs to other users too.
  static let home = Interface(
    "home", "allows a snap to read and write the user's files, but for hidden ones", implicitSlot: .always,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core])),
      denyConnection: .when(Constraints(plugAttributes: .map(["read": .matches("all")]))),
      denyAutoConnection: .any([
        Constraints(onClassic: .no, onCoreDesktop: false), Constraints(plugAttributes: .map(["read": .matches("all")])),
      ]))
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard plug["read"] == nil || plug["read"] == .string("all") else {
        throw InterfaceError(#"home plug requires "read" be 'all'"#)
      }
    }
    $0.connectedPlug = { grants, connection in
      grants.files(.read, owner: true, "$HOME/")
      // Every name but hidden ones and `snap` itself.
      grants.files(
        "rwklix", owner: true,
        "$HOME/[^s.]**", "$HOME/s[^n]**", "$HOME/sn[^a]**", "$HOME/sna[^p]**", "$HOME/snap[^/]**")
      grants.files("rwkl", owner: true, "$HOME/{s,sn,sna}{,/}")
      grants.files(.read, owner: true, "$HOME/snap/", "/run/user/[0-9]*/gvfs/{,**}")
      grants.files("w", owner: true, "/run/user/[0-9]*/gvfs/*/**")
      // In the PATH of several distributions.
      grants.denyFiles("wl", audited: true, "$HOME/bin/{,**}", "$HOME/bin")
      guard connection.plug.read.string("read") == "all" else { return }
      grants.capabilities(.dacReadSearch)
      grants.files(
        .read,
        "$HOME/", "$HOME/[^s.]**", "$HOME/s[^n]**", "$HOME/sn[^a]**", "$HOME/sna[^p]**", "$HOME/snap[^/]**",
        "$HOME/{s,sn,sna}{,/}")
    }
  }
}
