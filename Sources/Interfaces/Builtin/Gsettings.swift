internal import Permissions

extension Interface {
  /// Lets a snap read and change settings of the user's desktop.
  static let gsettings = Interface(
    "gsettings", "allows a snap to read and change settings of the user's desktop", implicitSlot: .onClassic,
    slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/etc/dconf/{,**}")
      grants.files(.read, owner: true, "/{,var/}run/user/*/dconf/user", "$HOME/.config/dconf/user")
      grants.files("w", owner: true, "/{,var/}run/user/*/dconf/user", "$HOME/.config/dconf/user")
      grants.dbus(.session, [.receive, .send], interface: "ca.desrt.dconf.Writer", peer: connection.slot.peer)
    }
  }
}
