internal import Permissions

extension Interface {
  /// Dconf/gsettings of the user.
  static let gsettings = Interface(
    "gsettings", "dconf/gsettings of the user", implicitSlot: .onClassic, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files("w", owner: true, "/{,var/}run/user/*/dconf/user", "$HOME/.config/dconf/user")
      grants.dbus(.session, [.receive, .send], interface: "ca.desrt.dconf.Writer", peer: connection.slot.peer)
    }
  }
}
