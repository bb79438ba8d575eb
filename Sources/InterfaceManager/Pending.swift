public import Interfaces
internal import Snap

extension InterfaceRepository {
  func checkConnect(_ id: ConnectionID) throws {}

  func autoConnections(for instance: InstanceName, remembered: Set<String>) -> [ConnectionID] {
    plugs(of: instance).compactMap { plug in
      guard let interface = interface(named: plug.interface), interface.slotRules.denyAutoConnection == .never,
        interface.plugRules.allowInstallation == .always,
        let slot = slots(of: system).first(where: { $0.interface == plug.interface })
      else { return nil }
      let id = ConnectionID(plug: plug.reference, slot: slot.reference)
      return remembered.contains("\(id)") || isConnected(id) ? nil : id
    }
  }
}

extension Attributes: Codable {
  public init(from decoder: any Decoder) throws { self.init() }
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.singleValueContainer()
    try c.encode([String: String]())
  }
}
