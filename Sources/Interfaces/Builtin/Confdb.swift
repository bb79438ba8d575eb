internal import Permissions

extension Interface {
  /// View access to a confdb schema. Attributes: `account`, `role`, `view`.
  static let confdb = Interface(
    "confdb", "view access to a confdb schema", implicitSlot: .always,
    plugRules: SideRules(allowAutoConnection: .when(Constraints(plugAttributes: .map(["account": .plugPublisherID])))),
    slotRules: .systemSlot)
}
