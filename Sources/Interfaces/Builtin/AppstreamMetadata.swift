internal import Permissions

extension Interface {
  /// Read AppStream catalogue.
  static let appstreamMetadata = Interface(
    "appstream-metadata", "read AppStream catalogue", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/usr/share/metainfo/{,**}", "/usr/share/appdata/{,**}", "/usr/share/{app-info,swcatalog}/**",
        "/var/cache/{app-info,swcatalog}/**", "/var/lib/{app-info,swcatalog}/**", "/var/lib/apt/lists/*.yml.gz")
    }
  }
}
