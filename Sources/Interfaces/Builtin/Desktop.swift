internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// Lets a snap do what every graphical app does on a desktop.
  /// Attributes: `desktop-file-ids`, `mount-host-font-cache`.
  static let desktop = Interface(
    "desktop", "allows a snap to do what every graphical app does on a desktop", implicitSlot: .onClassic,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugAttributes: .map(["desktop-file-ids": .missing]))),
      denyConnection: .when(Constraints(slotSnapTypes: [.app])),
      denyAutoConnection: .when(Constraints(slotSnapTypes: [.app]))),
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyInstallation: .when(Constraints(slotSnapTypes: [.app])))
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.checkPlug = { plug throws(InterfaceError) in
      try plug.requireFlag("mount-host-font-cache")
      try checkDesktopFiles(plug)
    }
    $0.connectedPlug = { grants, connection in
      grants.desktopAppearance()
      grants.files("m", "/usr/{,local/}share/fonts/**")
      if connection.slot.snap.isSystem {
        grants.showHost("/usr/share/fonts", "/usr/local/share/fonts")
        if connection.plug.read.flag("mount-host-font-cache") != false { grants.showHost("/var/cache/fontconfig") }
      }
      // The app's own part of the document portal, where the whole portal would be: all documents of all apps.
      grants.contentMounts.append(
        ContentMount(
          source: "$XDG_RUNTIME_DIR/doc/by-app/snap.\(connection.plug.snap.instance)", target: "$XDG_RUNTIME_DIR/doc",
          readOnly: false, optional: true))
      grants.files(.read, owner: true, "/run/user/[0-9]*/doc/{,*/}")
      grants.files(.readWrite, "/run/user/[0-9]*/doc/*/**")
      grants.files("ix", "/run/user/[0-9]*/doc/*/**")
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/portal/{desktop,documents}{,/**}",
        interface: "org.freedesktop.portal.*", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/portal/{desktop,documents}{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/portal/{desktop,documents}{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/portal/desktop{,/**}", interface: "org.freedesktop.portal.*",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/portal/desktop{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/portal/documents{,/**}", interface: "org.freedesktop.portal.*",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/portal/documents{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/Mutter/IdleMonitor/Core", interface: "org.gnome.Mutter.IdleMonitor",
        member: "GetIdletime", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/ColorManager",
        interface: "org.freedesktop.ColorManager", member: "FindDeviceByProperty", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/ColorManager", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/ColorManager/{devices,profiles}/*",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.files(.read, owner: true, "$HOME/.local/share/icc")
      grants.dbus(
        .session, [.send], interface: "com.canonical.Unity.LauncherEntry", member: "Update",
        peer: connection.slot.peer)
      grants.dbus(.session, [.send], interface: "org.kde.JobViewServer{,V2}", peer: connection.slot.peer)
      grants.dbus(.session, [.send], interface: "org.kde.JobView{,V2,V3}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/StatusNotifierWatcher", interface: "org.kde.StatusNotifierWatcher",
        member: "RegisterStatusNotifierItem", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/StatusNotifierWatcher", interface: "org.freedesktop.DBus.Properties",
        member: "Get", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/StatusNotifierItem", interface: "org.kde.StatusNotifierItem",
        member: "{ProvideXdgActivationToken,Activate}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/StatusNotifierItem", interface: "org.freedesktop.DBus.Properties",
        member: "GetAll", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/MenuBar", interface: "com.canonical.dbusmenu",
        member: "{AboutToShow,GetLayout,Event}", peer: connection.slot.peer)
      grants.files(.read, "/etc/gtk-3.0/settings.ini")
      grants.files(
        .read, owner: true,
        "$HOME/.config/gtk-3.0/settings.ini", "$HOME/.config/gtk-3.0/{*.css,**/*.css}",
        "$HOME/.config/gtk-4.0/settings.ini", "$HOME/.config/gtk-4.0/{*.css,**/*.css}",
        "$HOME/.config/gtk-3.0/bookmarks", "$HOME/.config/gtk-4.0/bookmarks", "$HOME/.config/kdeglobals",
        "$HOME/.config/lxqt/*.conf", "$HOME/.config/Kvantum/**")
      grants.files(
        .read,
        "/usr/share/pixmaps/", "/usr/share/pixmaps/**", "/usr/share/unity/icons/**",
        "/usr/share/thumbnailer/icons/**", "/usr/share/themes/**", "/usr/share/glib*/schemas/{,*}",
        "/usr/share/gnome/glib*/schemas/{,*}", "/usr/share/ubuntu/glib*/schemas/{,*}")
      grants.files(.read, owner: true, "$HOME/.local/share/mime/**", "$HOME/.config/user-dirs.*")
      grants.files(.read, "/etc/xdg/user-dirs.conf", "/etc/xdg/user-dirs.defaults")
      grants.dbus(.session, [.send], interface: "org.gtk.Actions", member: "Changed", peer: connection.slot.peer)
      grants.notifies(connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gtk/gio/DesktopAppInfo", interface: "org.gtk.gio.DesktopAppInfo",
        member: "Launched", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/SettingsDaemon/MediaKeys",
        interface: "org.gnome.SettingsDaemon.MediaKeys", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/SettingsDaemon/MediaKeys",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/keyring/Prompter", interface: "org.gnome.keyring.internal.Prompter",
        member: "{BeginPrompting,PerformPrompt,StopPrompting}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/org/gnome/keyring/Prompt/p[0-9]*",
        interface: "org.gnome.keyring.internal.Prompter.Callback", member: "{PromptReady,PromptDone}",
        peer: connection.slot.peer)
      grants.opensWithDesktop(connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/{,org/freedesktop/,org/gnome/}ScreenSaver",
        interface: "org.{freedesktop,gnome}.ScreenSaver", member: "{GetActive,GetActiveTime,Lock,SetActive}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/{,org/freedesktop/,org/gnome/}ScreenSaver",
        interface: "org.{freedesktop,gnome}.ScreenSaver", member: "ActiveChanged", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.slot.peer)
      grants.denyFiles(.read, "/var/lib/snapd/desktop/icons/{,**/}", "$HOME/.local/share/flatpak/exports/share/**")
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/IBus", interface: "org.freedesktop.IBus.Portal",
        member: "CreateInputContext", peerName: "org.freedesktop.portal.IBus", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send, .receive], path: "/org/freedesktop/IBus/InputContext_[0-9]*",
        interface: "org.freedesktop.IBus.InputContext", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/{,org/freedesktop/portal/}inputmethod",
        interface: "org.fcitx.Fcitx.InputMethod1", member: "{CreateInputContext,Version}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send, .receive], path: "/{,org/freedesktop/portal/}inputcontext/**",
        interface: "org.fcitx.Fcitx.InputContext1", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.dbus(
        .session, [.receive], path: "/org/freedesktop/Notifications", interface: "org.freedesktop.Notifications",
        member: "{GetCapabilities,GetServerInformation,Notify,CloseNotification}")
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/Notifications", interface: "org.freedesktop.Notifications",
        member: "{ActionInvoked,NotificationClosed,NotificationReplied}")
      grants.dbus(
        .session, [.receive], path: "/org/gtk/Notifications", interface: "org.gtk.Notifications",
        member: "{AddNotification,RemoveNotification}")
      grants.dbus(
        .system, [.send], path: "/org/gnome/DisplayManager/Manager", interface: "org.gnome.DisplayManager.Manager",
        member: "{RegisterSession,OpenReauthenticationChannel}")
      grants.dbus(
        .system, [.send], path: "/org/gnome/DisplayManager/Manager", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}")
      grants.files(.readWrite, "/run/gdm3/dbus/dbus-*")
      grants.ownName(.session, "org.gnome.Mutter.*")
      grants.ownName(.session, "org.gnome.Shell{,.*}")
      grants.ownName(.session, "org.gnome.SettingsDaemon{,.*}")
      grants.ownName(.session, "org.gtk.Settings")
      grants.dbus(.system, [.send, .receive], path: "/org/freedesktop/ColorManager{,/**}")
      grants.dbus(.session, [.receive, .send], path: "/org/freedesktop/portal/desktop{,/**}")
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/portal/{desktop,documents}{,/**}",
        interface: "org.freedesktop.portal.*")
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/portal/{desktop,documents}{,/**}",
        interface: "org.freedesktop.DBus.Properties")
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/portal/{desktop,documents}{,/**}",
        interface: "org.freedesktop.DBus.Introspectable")
      grants.files(
        .read,
        "/etc/fonts{,/**}", "/etc/glvnd{,/**}", "/etc/gnome/defaults.list", "/etc/gtk-3.0{,/**}", "/etc/shells",
        "/etc/xdg/autostart{,/**}", "/etc/xdg/user-dirs.conf", "/etc/xdg/user-dirs.defaults",
        "/run/udev/tags/seat{,/**}", "/proc/sys/kernel/core_pattern")
      grants.dbus(.session, [.receive, .send], path: "/KSplash", interface: "org.kde.KSplash", member: "setStage")
      grants.dbus(
        .session, [.receive, .send], path: "/KSplash", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect")
      grants.dbus(
        .session, [.receive, .send], path: "/KSMServer", interface: "org.kde.KSMServerInterface",
        member: "restoreSession")
      grants.dbus(
        .session, [.receive, .send], path: "/KSMServer", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect")
      grants.dbus(.session, [.receive, .send], path: "/kcminit", interface: "org.kde.KCMInit", member: "runPhase1")
      grants.dbus(
        .session, [.receive, .send], path: "/kcminit", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive], interface: "com.canonical.Unity.LauncherEntry", member: "Update",
        peer: connection.plug.peer)
      grants.dbus(.session, [.receive], interface: "org.kde.JobViewServer{,V2}", peer: connection.plug.peer)
      grants.dbus(.session, [.receive], interface: "org.kde.JobView{,V2,V3}", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/StatusNotifierWatcher", interface: "org.kde.StatusNotifierWatcher",
        member: "RegisterStatusNotifierItem", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/StatusNotifierWatcher", interface: "org.freedesktop.DBus.Properties",
        member: "Get", peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/StatusNotifierItem", interface: "org.kde.StatusNotifierItem",
        member: "{ProvideXdgActivationToken,Activate}", peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/StatusNotifierItem", interface: "org.freedesktop.DBus.Properties",
        member: "GetAll", peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/MenuBar", interface: "com.canonical.dbusmenu",
        member: "{AboutToShow,GetLayout,Event}", peer: connection.plug.peer)
    }
  }
  private static func checkDesktopFiles(_ plug: ConnectionSide) throws(InterfaceError) {
    guard plug["desktop-file-ids"] != nil else { return }
    guard let names = plug.read.strings("desktop-file-ids") else {
      throw InterfaceError(#""desktop-file-ids" attribute must be a list of strings"#)
    }
    for name in names where !NameForm.isBusName(name) {
      throw InterfaceError("desktop-file-ids entry \(quoted(name)) is not a valid D-Bus well-known name")
    }
  }
}
