internal import Permissions

extension PermissionSet {
  /// Menus outside of windows, items among the indicators, and notifications, as desktops of before the portals have
  /// them.
  mutating func menusAndNotifications(peer: PeerLabel) {
    dbus(
      .session, [.send], path: "/{MenuBar{,/[0-9A-F]*},com/canonical/{menu/[0-9A-F]*,dbusmenu}}",
      peer: peer)
    dbus(
      .session, [.receive], path: "/{MenuBar{,/[0-9A-F]*},com/canonical/{menu/[0-9A-F]*,dbusmenu}}",
      peer: peer)
    dbus(
      .session, [.receive], path: "/com/canonical/dbusmenu", interface: "org.freedesktop.DBus.Properties",
      member: "Get*", peer: peer)
    dbus(
      .session, [.send], path: "/StatusNotifierWatcher", interface: "org.freedesktop.DBus.Introspectable",
      member: "Introspect", peerName: "org.kde.StatusNotifierWatcher", peer: peer)
    dbus(
      .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
      member: "{GetConnectionUnixProcessID,RequestName,ReleaseName}", peerName: "org.freedesktop.DBus")
    ownName(.session, "org.kde.StatusNotifierItem-[0-9]*")
    dbus(
      .session, [.send], path: "/StatusNotifierWatcher", interface: "org.freedesktop.DBus.Properties",
      member: "Get", peerName: "org.kde.StatusNotifierWatcher", peer: peer)
    dbus(
      .session, [.send], path: "/{StatusNotifierWatcher,org/ayatana/NotificationItem/*}",
      peer: peer)
    dbus(
      .session, [.send], path: "/{StatusNotifierItem,org/ayatana/NotificationItem/*}", peer: peer)
    dbus(
      .session, [.receive], path: "/{StatusNotifierItem,org/ayatana/NotificationItem/*}",
      peer: peer)
    dbus(
      .session, [.send], path: "/{StatusNotifierItem/menu,org/ayatana/NotificationItem/*/Menu}",
      peer: peer)
    dbus(
      .session, [.receive], path: "/{StatusNotifierItem,StatusNotifierItem/menu,org/ayatana/NotificationItem/**}",
      peer: peer)
    notifies(peer)
  }

  /// Notifications to the user.
  mutating func notifies(_ session: PeerLabel) {
    dbus(
      .session, [.send], path: "/org/freedesktop/Notifications", interface: "org.freedesktop.Notifications",
      member: "{GetCapabilities,GetServerInformation,Notify,CloseNotification}", peer: session)
    dbus(
      .session, [.receive], path: "/org/freedesktop/Notifications", interface: "org.freedesktop.Notifications",
      member: "{ActionInvoked,NotificationClosed,NotificationReplied}", peer: session)
    readsProperties(.session, "/org/freedesktop/Notifications", of: session)
  }
}
