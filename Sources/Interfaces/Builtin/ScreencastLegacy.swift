internal import Permissions

extension Interface {
  /// The shell's own services for pictures of the screen.
  static let screencastLegacy = Interface(
    "screencast-legacy", "allows recording the screen and sounds of the desktop", implicitSlot: .onClassic,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.session, [.send], path: "/org/gnome/Shell/Screen{cast,shot}", peer: connection.slot.peer)
    }
  }
}
