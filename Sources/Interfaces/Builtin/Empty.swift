internal import Permissions

extension Interface {
  /// No permission (tests). Attributes: `before-connect`, `producer-num-1`.
  static let empty = Interface(
    "empty", "no permission (tests)",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyAutoConnection: .always))
}
