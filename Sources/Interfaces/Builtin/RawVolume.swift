internal import Permissions

extension Interface {
  /// One partition from gadget.
  static let rawVolume = Interface(
    "raw-volume", "one partition from gadget",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyConnection: .always,
      denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysAdmin)
      grants.files(
        .read,
        "/proc/devices", "/run/udev/data/b[0-9]*:[0-9]*", "/sys/block/", "/sys/devices/**/block/**")
      grants.files(.run, "/{,usr/}sbin/mke2fs", "/{,usr/}sbin/mkfs.fat")
    }
  }
}
