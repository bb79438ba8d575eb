internal import Permissions

extension PermissionSet {
  /// Whether set-user-id programs or file capabilities have to have an effect: where programs leave the confinement,
  /// or are started in another profile.
  var needsNewPrivileges: Bool {
    traits.contains(.everything) || !profileChanges.isEmpty
      || files.contains { rule in
        rule.effect == .allow && !rule.access.isDisjoint(with: [.executeUnconfined, .executeUnconfinedRaw])
      }
  }
}
