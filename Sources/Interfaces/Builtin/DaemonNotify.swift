internal import Permissions

extension Interface {
  /// Lets a snap tell the service manager that a service is ready or alive.
  static let daemonNotify = Interface(
    "daemon-notify", "allows a snap to tell the service manager that a service is ready or alive",
    implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("w", "/run/systemd/notify")
      grants.unix(
        [.connect, .send], type: .dgram, peer: .unconfined, peerAddress: "@/org/freedesktop/systemd1/notify{,/*}")
      grants.files(.run, "/{,usr/}bin/systemd-notify")
    }
  }
}
