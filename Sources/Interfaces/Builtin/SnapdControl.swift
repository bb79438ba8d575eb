internal import Permissions
internal import Snap

extension Interface {
  /// The daemon's whole API. `refresh-schedule: managed` says that the snap decides when to refresh.
  static let snapdControl = Interface(
    "snapd-control", "allows controlling the whole snap system through its socket", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard let value = plug["refresh-schedule"] else { return }
      guard value == .string("managed") else {
        throw InterfaceError("unsupported refresh-schedule value: \(quoted(value.goText))")
      }
    }
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/run/snapd.socket")
    }
  }
}
