internal import Permissions

extension Interface {
  /// Gives nothing; a connection for tests. Attributes: `before-connect`, `producer-num-1`.
  static let empty = Interface(
    "empty", "gives nothing; a connection for tests",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyAutoConnection: .always))
}
