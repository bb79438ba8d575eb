internal import Permissions

extension Interface {
  /// Full snapd API. Attributes: `refresh-schedule`.
  static let snapdControl = Interface(
    "snapd-control", "full snapd API", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/run/snapd.socket")
    }
  }
}
