internal import Permissions

extension Interface {
  /// Lets a snap use older ways of the desktop, which isolate apps less.
  static let desktopLegacy = Interface(
    "desktop-legacy", "allows a snap to use older ways of the desktop, which isolate apps less",
    implicitSlot: .onClassic,
    slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/org/a11y/bus", interface: "org.a11y.Bus", member: "GetAddress",
        peer: connection.slot.peer)
      grants.files(
        .readWrite, owner: true,
        "/{,var/}run/user/[0-9]*/at-spi/bus*", "/{,var/}run/user/[0-9]*/speech-dispatcher/speechd.sock")
      grants.dbus(.accessibility, [.receive], peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/accessible/root", interface: "org.a11y.atspi.Socket",
        member: "Embed", peerName: "org.a11y.atspi.Registry", peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/registry", interface: "org.a11y.atspi.Registry",
        member: "GetRegisteredEvents", peerName: "org.a11y.atspi.Registry", peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/registry/deviceeventcontroller",
        interface: "org.a11y.atspi.DeviceEventController", member: "Get{DeviceEvent,Keystroke}Listeners",
        peerName: "org.a11y.atspi.Registry", peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/registry/deviceeventcontroller",
        interface: "org.a11y.atspi.DeviceEventController", member: "NotifyListenersSync",
        peerName: "org.a11y.atspi.Registry", peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/accessible/root", interface: "org.a11y.atspi.Event.Object",
        member: "ChildrenChanged", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/accessible/root", interface: "org.a11y.atspi.Accessible",
        member: "Get*", peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/accessible/[0-9]*",
        interface: "org.a11y.atspi.Event.Object",
        member: "{ChildrenChanged,PropertyChange,StateChanged,TextCaretMoved}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/accessible/[0-9]*",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .accessibility, [.send], path: "/org/a11y/atspi/cache", interface: "org.a11y.atspi.Cache",
        member: "{Add,Remove}Accessible", peerName: "org.freedesktop.DBus")
      grants.files("mr", "/usr/lib/@{multiarch}/gtk-2.0/[0-9]*/immodules/im-ibus.so")
      grants.files(.read, owner: true, "$HOME/.config/ibus/", "$HOME/.config/ibus/bus/", "$HOME/.config/ibus/bus/*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@/tmp/ibus/dbus-*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@@{HOME}/.cache/ibus/dbus-*")
      grants.files(.readWrite, owner: true, "$HOME/.cache/ibus/dbus-*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@tmp/.mozc.*")
      grants.unix([.connect, .receive, .send], type: .stream, peerAddress: "@tmp/gcin-*/socket*")
      grants.dbus(
        .fcitx, path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Hello,AddMatch,RemoveMatch,GetNameOwner,NameHasOwner,StartServiceByName}",
        peer: connection.slot.peer)
      grants.files(.read, owner: true, "$HOME/.config/fcitx/dbus/*")
      // Some versions have a bus of their own, others use the session's, where only they are meant.
      grants.dbus(.session, path: "/inputmethod", peerName: "org.fcitx.Fcitx{,-*}", peer: connection.slot.peer)
      grants.dbus(.session, path: "/inputcontext_[0-9]*", peer: connection.slot.peer)
      grants.dbus(.fcitx, peer: connection.slot.peer)
      grants.dbus(.session, interface: "org.fcitx.Fcitx.*", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gtk/vfs/mounttracker", interface: "org.gtk.vfs.MountTracker",
        member: "ListMountableInfo", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gtk/vfs/mounttracker", interface: "org.gtk.vfs.MountTracker",
        member: "LookupMount", peer: connection.slot.peer)
      grants.denyFiles(.read, "/var/lib/snapd/desktop/applications/mimeinfo.cache")
      grants.dbus(
        .session, [.send], path: "/org/gtk/GLib/PACRunner", interface: "org.gtk.GLib.PACRunner", member: "Lookup",
        peer: connection.slot.peer)
      grants.menusAndNotifications(peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/ayatana/NotificationItem/*", interface: "org.kde.StatusNotifierItem",
        member: "XAyatanaNew*", peerName: "org.freedesktop.DBus")
      grants.syscalls("listen", "accept", "accept4")
    }
  }
}
