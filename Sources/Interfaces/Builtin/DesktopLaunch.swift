internal import Permissions

extension Interface {
  /// Find and start other snaps' desktop apps.
  static let desktopLaunch = Interface(
    "desktop-launch", "find and start other snaps' desktop apps", implicitSlot: .onClassic,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(
        .read,
        "/var/lib/snapd/desktop/applications/{,*}", "/var/lib/snapd/desktop/icons/{,**}", "/snap/*/*/**")
      grants.dbus(
        .session, [.send], path: "/io/snapcraft/PrivilegedDesktopLauncher",
        interface: "io.snapcraft.PrivilegedDesktopLauncher", member: "OpenDesktopEntry", peer: connection.slot.peer)
    }
  }
}
