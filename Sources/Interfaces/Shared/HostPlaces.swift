internal import Permissions

/// Places of the host that stand in front of the base's own.
extension PermissionSet {
  /// Shows directories of the host, read-only, where they are on the host.
  mutating func showHost(_ directories: StaticString...) {
    for directory in directories {
      let path = directory.description
      contentMounts.append(ContentMount(source: path, target: path, optional: true))
    }
  }

  /// What finding and drawing with fonts needs (fontconfig(5)).
  mutating func fontFiles() {
    files(
      .read, "/usr/{,local/}share/fonts/{,**}", "/etc/fonts/{,**}", "/usr/share/fontconfig/{,**}",
      "/usr/share/{poppler,ghostscript}/{,**}", "/usr/share/texmf/{,*/}fonts/{,**}")
    files(
      .read, owner: true, "$HOME/.fonts.conf", "$HOME/.fonts/{,**}", "$HOME/.fonts.conf.d/{,**}",
      "$HOME/.config/fontconfig/{,**}")
    files("mr", owner: true, "$HOME/.{,cache/}fontconfig/{,**}", "$HOME/.fonts.cache-*")
    files(.read, owner: true, "$HOME/.local/share/fonts/{,**}")
    files(.read, "/var/cache/fontconfig/")
    files("mr", "/var/cache/fontconfig/**")
  }

  /// What programs that print need of the host's print server.
  mutating func cupsClient() {
    files(.readWrite, "/{,var/}run/cups/cups.sock")
    files(.read, "/etc/cups/{client.conf,lpoptions}", "/etc/papersize", "/{,var/}run/cups/printcap")
    files(.read, owner: true, "$HOME/.cups/client.conf", "$HOME/.cups/lpoptions")
  }
}
