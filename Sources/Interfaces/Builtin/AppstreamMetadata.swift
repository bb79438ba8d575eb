internal import Permissions

extension Interface {
  /// Lets a snap read what the system knows of software that can be installed.
  static let appstreamMetadata = Interface(
    "appstream-metadata", "allows a snap to read what the system knows of software that can be installed",
    implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/usr/share/metainfo/{,**}", "/usr/share/appdata/{,**}", "/usr/share/{app-info,swcatalog}/**",
        "/var/cache/{app-info,swcatalog}/**", "/var/lib/{app-info,swcatalog}/**", "/var/lib/apt/lists/*.yml.gz")
      // The base has places of the same names, with nothing of the host in them.
      grants.showHost(
        "/usr/share/metainfo", "/usr/share/appdata", "/usr/share/app-info", "/usr/share/swcatalog",
        "/var/cache/app-info", "/var/cache/swcatalog", "/var/lib/app-info", "/var/lib/swcatalog",
        "/var/lib/apt/lists")
    }
  }
}
