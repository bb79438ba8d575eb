internal import Permissions

extension Interface {
  /// Steam pressure-vessel containers.
  static let steamSupport = Interface(
    "steam-support", "Steam pressure-vessel containers",
    implicitSlot: .init(onCore: .when { $0.isCoreDesktop }, onClassic: .yes), plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.trait(.everything)
      grants.trait(.messageQueues)
      grants.namespaces = true
      grants.trait(.ioUring)
      grants.trait(.unrestrictedSyscalls)
    }
  }
}
