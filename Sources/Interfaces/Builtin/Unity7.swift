internal import Permissions
internal import Snap

extension Interface {
  /// Menus, notifications, input methods and accessibility of the session, without walls between programs.
  static let unity7 = Interface(
    "unity7", "allows programs of the desktop Unity 7 and its relatives", implicitSlot: .onClassic,
    slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.x11Client(server: .any)
      // Elements of object paths have no hyphens.
      let name = PatternText(
        of: String(connection.plug.snap.instance.name.rawValue.map { $0 == "-" ? "_" : $0 }))
      grants.desktopAppearance()
      grants.files(.read, "/etc/gnome/defaults.list", "/etc/gtk-*/*")
      grants.files(
        "mr",
        "/usr/lib{,32,64}/gtk-*/**", "/usr/lib{,32,64}/gdk-pixbuf-*/**", "/usr/lib/@{multiarch}/gtk-*/**",
        "/usr/lib/@{multiarch}/gdk-pixbuf-*/**")
      grants.files(.read, "/etc/pango/*")
      grants.files("mr", "/usr/lib{,32,64}/pango/**", "/usr/lib/@{multiarch}/pango/**")
      grants.files(.read, "/usr/share/pixmaps/", "/usr/share/pixmaps/**", "/usr/share/glib*/schemas/{,*}")
      grants.opensWithDesktop(connection.slot.peer)
      grants.files("mr", "/usr/lib/@{multiarch}/gtk-2.0/[0-9]*/immodules/im-ibus.so")
      grants.files(.read, owner: true, "$HOME/.config/ibus/", "$HOME/.config/ibus/bus/", "$HOME/.config/ibus/bus/*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@/tmp/ibus/dbus-*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@@{HOME}/.cache/ibus/dbus-*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@tmp/.mozc.*")
      grants.dbus(
        .fcitx, path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Hello,AddMatch,RemoveMatch,GetNameOwner,NameHasOwner,StartServiceByName}",
        peer: connection.slot.peer)
      grants.files(.read, owner: true, "$HOME/.config/fcitx/dbus/*")
      for bus in [.fcitx, .session] as [DBusRule.Bus] {
        grants.dbus(
          bus, [.send], path: "/inputmethod", interface: "org.fcitx.Fcitx.InputMethod", member: "CreateIC*",
          peer: connection.slot.peer)
        grants.dbus(
          bus, [.send], path: "/inputcontext_[0-9]*", interface: "org.fcitx.Fcitx.InputContext",
          peer: connection.slot.peer)
        grants.dbus(
          bus, [.send], path: "/inputcontext_[0-9]*", interface: "org.freedesktop.DBus.Properties", member: "GetAll",
          peer: connection.slot.peer)
      }
      grants.dbus(.fcitx, peer: connection.slot.peer)
      grants.dbus(.session, interface: "org.fcitx.Fcitx.*", peer: connection.slot.peer)
      grants.network(.netlink, .raw)
      grants.files(.read, "/run/udev/data/c13:[0-9]*", "/run/udev/data/+input:*", "/usr/share/mime/**")
      grants.files(.read, owner: true, "$HOME/.local/share/mime/**", "$HOME/.config/user-dirs.*")
      grants.files(.read, "/etc/xdg/user-dirs.conf", "/etc/xdg/user-dirs.defaults")
      grants.files(
        .read, owner: true,
        "$HOME/.config/gtk-2.0/gtkfilechooser.ini", "$HOME/.config/gtk-3.0/settings.ini",
        "$HOME/.config/gtk-3.0/bookmarks")
      grants.dbus(
        .session, [.send], path: "/org/a11y/bus", interface: "org.a11y.Bus", member: "GetAddress",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/a11y/bus", interface: "org.freedesktop.DBus.Properties", member: "Get{,All}",
        peer: connection.slot.peer)
      grants.dbus(.accessibility, [.receive, .send], path: "/org/a11y/atspi/**", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/Accounts", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/Accounts", interface: "org.freedesktop.Accounts",
        member: "FindUserById", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/Accounts/User[0-9]*",
        interface: "org.freedesktop.DBus.Properties", member: "{Get,PropertiesChanged}", peer: connection.slot.peer)
      grants.dbus(.session, [.send], interface: "org.gtk.Actions", member: "Changed", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], interface: "org.gtk.Actions", member: "{Activate,DescribeAll,SetState}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], interface: "org.gtk.Menus", member: "{Start,End}", peer: connection.slot.peer)
      grants.dbus(.session, [.send], interface: "org.gtk.Menus", member: "Changed", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/ubuntu/MenuRegistrar", interface: "com.ubuntu.MenuRegistrar",
        member: "{Register,Unregister}{App,Surface}Menu", peer: connection.slot.peer)
      grants.dbus(.session, [.send], interface: "com.canonical.SafeLauncher.OpenURL", peer: connection.slot.peer)
      grants.dbus(.session, [.send], interface: "io.snapcraft.Launcher.OpenURL", peer: connection.slot.peer)
      grants.menusAndNotifications(peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/ayatana/NotificationItem/*", interface: "org.kde.StatusNotifierItem",
        member: "XAyatanaNew*", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/unity/launcherentry/[0-9]*",
        interface: "com.canonical.Unity.LauncherEntry", member: "Update", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/unity/launcherentry/[0-9]*", interface: "com.canonical.dbusmenu",
        member: "{LayoutUpdated,ItemsPropertiesUpdated}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/unity/launcherentry/[0-9]*",
        interface: "{com.canonical.dbusmenu,org.freedesktop.DBus.Properties}", member: "Get*",
        peer: connection.slot.peer)
      grants.denyFiles(.read, "/var/lib/snapd/desktop/applications/mimeinfo.cache")
      grants.dbus(
        .session, [.send], path: "/com/canonical/indicator/messages/service",
        interface: "org.freedesktop.DBus.Properties", member: "GetAll", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/indicator/messages/service",
        interface: "com.canonical.indicator.messages.service", member: "{Register,Unregister}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/indicator/messages/\(name)_*_desktop",
        interface: "org.freedesktop.DBus.Properties", member: "GetAll", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/indicator/messages/\(name)_*_desktop",
        interface: "com.canonical.indicator.messages.application", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/dbus", interface: "org.freedesktop.DBus", member: "NameHasOwner",
        peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus", member: "ListNames",
        peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/com/canonical/AppMenu/Registrar", interface: "com.canonical.AppMenu.Registrar",
        member: "{RegisterWindow,UnregisterWindow}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/AppMenu/Registrar", interface: "com.canonical.dbusmenu",
        member: "UnregisterWindow", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/menu/[0-9]*",
        interface: "{org.freedesktop.DBus.Properties,com.canonical.dbusmenu}", member: "{GetAll,GetLayout}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/SettingsDaemon/MediaKeys",
        interface: "org.gnome.SettingsDaemon.MediaKeys", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/SettingsDaemon/MediaKeys",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/{,org/mate/}ScreenSaver", interface: "org.mate.ScreenSaver",
        member: "{GetActive,GetActiveTime,Lock,SetActive}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/{,org/mate/}ScreenSaver", interface: "org.mate.ScreenSaver",
        member: "ActiveChanged", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/Unity/Session", interface: "com.canonical.Unity.Session",
        member: "{ActivateScreenSaver,IsLocked,Lock}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gtk/vfs/mounttracker", interface: "org.gtk.vfs.MountTracker",
        member: "ListMountableInfo", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gtk/vfs/mounttracker", interface: "org.gtk.vfs.MountTracker",
        member: "LookupMount", peer: connection.slot.peer)
      grants.syscalls("socket AF_NETLINK - NETLINK_KOBJECT_UEVENT", "bind")
    }
  }
}
