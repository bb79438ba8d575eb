internal import Permissions

extension Interface {
  /// Whatever is mounted below `/media`, `/run/media` and `/mnt`.
  static let removableMedia = Interface(
    "removable-media", "allows access to files on removable media", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/run/", "/{,run/}media/", "/{,run/}media/*/")
      grants.files("mrwklix", "/{,run/}media/*/**")
      grants.files(.read, "/mnt/")
      grants.files("mrwklix", "/mnt/**")
    }
  }
}
