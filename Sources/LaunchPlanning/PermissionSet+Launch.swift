internal import Permissions

extension PermissionSet {
  /// Whether the process mounts, unmounts or changes its root by itself. Landlock refuses that to whoever it keeps from
  /// any file, so such a process is left to the view, seccomp and capabilities.
  var mountsByItself: Bool {
    traits.contains(.everything) || mounts.contains { $0.effect == .allow } || !unmounts.isEmpty || !pivotRoots.isEmpty
  }

  /// Whether set-user-id programs or file capabilities have to have an effect: where programs leave the confinement,
  /// or are started in another profile.
  var needsNewPrivileges: Bool {
    traits.contains(.everything) || !profileChanges.isEmpty
      || files.contains { rule in
        rule.effect == .allow && !rule.access.isDisjoint(with: [.executeUnconfined, .executeUnconfinedRaw])
      }
  }
}
