internal import Permissions

extension Interface {
  /// /media,/run/media,/mnt.
  static let removableMedia = Interface(
    "removable-media", "/media,/run/media,/mnt", implicitSlot: .always, slotRules: .manualSystemSlot
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
