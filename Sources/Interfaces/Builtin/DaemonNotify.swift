internal import Permissions

extension Interface {
  /// Sd_notify socket.
  static let daemonNotify = Interface(
    "daemon-notify", "sd_notify socket", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/{,usr/}bin/systemd-notify")
    }
  }
}
