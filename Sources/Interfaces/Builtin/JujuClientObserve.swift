internal import Permissions

extension Interface {
  /// Read juju client config.
  static let jujuClientObserve = Interface(
    "juju-client-observe", "read juju client config", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, owner: true, "$HOME/.local/share/juju/{,**}")
    }
  }
}
