internal import Permissions

extension Interface {
  /// Shm objects shared or private. Attributes: `private`, `shared-memory`.
  static let sharedMemory = Interface(
    "shared-memory", "shm objects shared or private", implicitSlot: .always,
    plugRules: SideRules(
      allowConnection: .any([
        Constraints(
          plugAttributes: .map(["private": .matches("false")]),
          slotAttributes: .map(["shared-memory": .plugAttribute("shared-memory")])),
        Constraints(slotSnapTypes: [.core], plugAttributes: .map(["private": .matches("true")])),
      ]),
      allowAutoConnection: .any([
        Constraints(
          plugAttributes: .map(["private": .matches("false")]),
          slotAttributes: .map(["shared-memory": .plugAttribute("shared-memory")]),
          slotPublisherIDs: ["$PLUG_PUBLISHER_ID"]),
        Constraints(slotSnapTypes: [.core], plugAttributes: .map(["private": .matches("true")])),
      ])),
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .gadget, .core])),
      denyInstallation: .when(Constraints(slotSnapTypes: [.app, .gadget])), denyAutoConnection: .always)
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.connectedPlug = { grants, _ in
      grants.files("mrwklix", "/dev/shm/**")
    }
  }
}
