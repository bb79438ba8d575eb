internal import Permissions

extension Interface {
  /// Share files/dirs between snaps. Attributes: `read`, `source`, `target`, `write`.
  static let content = Interface(
    "content", "share files/dirs between snaps",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .gadget, .kernel])),
      allowConnection: .when(
        Constraints(
          plugAttributes: .anyOf([
            .map(["content": .slotAttribute("content")]), .map(["compatibility": .compatibleWithSlot("compatibility")]),
          ]))),
      allowAutoConnection: .when(
        Constraints(
          plugAttributes: .anyOf([
            .map(["content": .slotAttribute("content")]), .map(["compatibility": .compatibleWithSlot("compatibility")]),
          ]), plugPublisherIDs: ["$SLOT_PUBLISHER_ID"])))
  )
  .with {
    $0.affectsPlugOnRefresh = true
  }
}
