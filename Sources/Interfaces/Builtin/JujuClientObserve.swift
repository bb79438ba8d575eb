internal import Permissions

extension Interface {
  /// The user's own Juju client configuration.
  static let jujuClientObserve = Interface(
    "juju-client-observe", "allows reading the configuration of the Juju client", implicitSlot: .onClassic,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, owner: true, "$HOME/.local/share/juju/{,**}")
    }
  }
}
