internal import Permissions

extension Interface {
  /// Lets a snap find and start the apps of other snaps.
  static let desktopLaunch = Interface(
    "desktop-launch", "allows a snap to find and start the apps of other snaps", implicitSlot: .onClassic,
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
