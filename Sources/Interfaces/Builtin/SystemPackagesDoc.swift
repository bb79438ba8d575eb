internal import Permissions

extension Interface {
  /// Directories of documentation, the host's in front of the base's.
  static let systemPackagesDoc = Interface(
    "system-packages-doc", "allows reading the documentation of the system's packages", implicitSlot: .onClassic,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.connectedPlug = { grants, _ in
      grants.showHost(
        "/usr/share/doc", "/usr/local/share/doc", "/usr/share/cups/doc-root", "/usr/share/gimp/2.0/help",
        "/usr/share/gtk-doc", "/usr/share/javascript", "/usr/share/libreoffice/help", "/usr/share/sphinx_rtd_theme",
        "/usr/share/xubuntu-docs", "/usr/share/man", "/usr/share/help", "/usr/share/info")
      grants.files(
        .read,
        "/usr/{,local/}share/doc/{,**}", "/usr/share/cups/doc-root/{,**}", "/usr/share/gimp/2.0/help/{,**}",
        "/usr/share/gtk-doc/{,**}", "/usr/share/javascript/**", "/usr/share/libreoffice/help/{,**}",
        "/usr/share/sphinx_rtd_theme/{,**}", "/usr/share/xubuntu-docs/{,**}", "/usr/share/man/{,**}",
        "/usr/share/help/{,**}", "/usr/share/info/{,**}")
    }
  }
}
