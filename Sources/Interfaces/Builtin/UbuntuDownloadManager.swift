internal import Permissions

extension Interface {
  /// The session's service for downloads, and its clients.
  static let ubuntuDownloadManager = Interface(
    "ubuntu-download-manager", "allows operating as the download manager, or using it",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/", interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/applications/download/**",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], interface: "com.canonical.applications.Download{,er}Manager",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/applications/download/@{PROFILE_DBUS}/**",
        interface: "com.canonical.applications.Download", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/applications/download/@{PROFILE_DBUS}/**",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/applications/download/@{PROFILE_DBUS}/**",
        interface: "com.canonical.applications.GroupDownload", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "createDownload", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "createDownloadGroup", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "getAllDownloads", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "getAllDownloadsWithMetadata", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "defaultThrottle", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "isGSMDownloadAllowed", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.ownName(.session, "com.canonical.applications.Downloader")
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnix{ProcessID,User}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{RequestName,ReleaseName}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/", interface: "org.freedesktop.DBus",
        member: "GetConnectionAppArmorSecurityContext", peerName: "org.freedesktop.DBus")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "getAllDownloads", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/", interface: "com.canonical.applications.DownloadManager",
        member: "createDownload", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/applications/download/**",
        interface: "com.canonical.applications.Download", peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/applications/download/**",
        interface: "com.canonical.applications.Download", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/com/canonical/applications/download/**", interface: "org.freedesktop.DBus",
        peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/com/canonical/applications/download/**",
        interface: "org.freedesktop.DBus.Properties", peerName: "org.freedesktop.DBus")
      grants.files(.readWrite, owner: true, "$HOME/snap/\(connection.plug.instanceText)/common/Downloads/")
      grants.files("rwk", owner: true, "$HOME/snap/\(connection.plug.instanceText)/common/Downloads/**")
    }
  }
}
