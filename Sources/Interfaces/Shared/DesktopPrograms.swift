internal import Permissions

extension PermissionSet {
  /// Lets a program have places and files opened by the session's programs, and ask which they are; `snap userd` answers.
  mutating func opensWithDesktop(_ session: PeerLabel) {
    files(.run, "/usr/bin/xdg-open")
    files(
      .read,
      "/usr/share/applications/", "/usr/share/applications/mimeapps.list", "/usr/share/applications/xdg-open.desktop")
    denyFiles(
      .read,
      "/usr/share/applications/python*.desktop", "/usr/share/applications/vim.desktop",
      "/usr/share/applications/snap-handle-link.desktop")
    dbus(
      .session, [.send], path: "/", interface: "com.canonical.SafeLauncher", member: "OpenURL", peer: session)
    dbus(
      .session, [.send], path: "/io/snapcraft/Launcher", interface: "io.snapcraft.Launcher",
      member: "{OpenURL,OpenFile}", peer: session)
    files(.run, "/usr/bin/xdg-settings")
    dbus(
      .session, [.send], path: "/io/snapcraft/Settings", interface: "io.snapcraft.Settings",
      member: "{Check,CheckSub,Get,GetSub,Set,SetSub}", peer: session)
  }

  /// Fonts and icons, and which session it is.
  mutating func desktopAppearance() {
    dbus(
      .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus", member: "GetId",
      peerName: "org.freedesktop.DBus")
    fontFiles()
    files(.read, "/usr/share/icons/", "/usr/share/icons/**")
    files("rk", "/usr/share/icons/*/index.theme")
  }
}
