internal import Permissions

extension Interface {
  /// Services of the shell Unity 8.
  static let unity8 = Interface(
    "unity8", "allows programs of the desktop Unity 8", plugRules: SideRules(allowInstallation: .never),
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/var/cache/fontconfig/")
      grants.files("mr", "/var/cache/fontconfig/**")
      grants.files(
        .read,
        "/usr/share/glib*/schemas/{,*}", "/usr/share/gnome/glib*/schemas/{,*}",
        "/usr/share/ubuntu/glib*/schemas/{,*}")
      grants.dbus(
        .session, [.send], path: "/com/canonical/URLDispatcher", interface: "com.canonical.URLDispatcher",
        member: "DispatchURL", peerName: "com.canonical.URLDispatcher", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "com.ubuntu.content.dbus.Service",
        member:
          "{CreatePaste,GetAllPasteIds,GetLatestPasteData,GetPasteData,GetPasteSource,PasteFormats,RequestPasteByAppId,SelectPasteForAppId,SelectPasteForAppIdCancelled}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/", interface: "com.ubuntu.content.dbus.Service",
        member: "{PasteboardChanged,PasteFormatsChanged,PasteSelected,PasteSelectionCancelled}",
        peer: connection.slot.peer)
    }
  }
}
