internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

extension Enforcement {
  /// Gives what connections grant, as far as it is in the sandbox: patterns are looked up now. No link is followed, and
  /// what matches afterwards is granted to the next launch.
  func allowGranted(handled: UInt64, in ruleset: borrowing Descriptor) throws(LaunchError) {
    var expansion = Expansion()
    for rule in plan.grantedRules {
      let access = rule.access.rawValue & handled
      guard access != 0, let path = Self.expand(rule.path, home: home, uid: privileges.uid)?.path else { continue }
      let isWhole = rule.pattern.utf8.isEmpty
      // A place that the view doesn't have costs this one call.
      let flags = isWhole && !rule.subtree ? pathOnly : pathOfDirectory
      let raw = openRaw(atWorkingDirectory, path, flags: flags, walk: .plain)
      guard raw >= 0 else { continue }
      let place = try Descriptor(raw, "open \(path)")
      if isWhole {
        var granted = access
        if !rule.subtree {
          let status = try place.status(path)
          guard !status.isDirectory else { continue }
          granted &= PathAccess.onFiles.rawValue
        }
        try Self.allow(granted, place.raw, path, in: ruleset)
        continue
      }
      guard let glob = PathGlob(rule.pattern) else { continue }
      let ruleset = ruleset.raw
      let granted = rule.subtree ? access : access & PathAccess.onFiles.rawValue
      try expansion.expand(glob, in: place.raw, at: path, directories: rule.subtree) {
        (match: Int32, path: String, status: cl_launch_status) throws(LaunchError) in
        guard !status.isSymlink, granted != 0 else { return }
        guard cl_launch_landlock_allow(ruleset, match, granted) == 0 else { throw .call("allow \(path)") }
      }
    }
  }

  private static func allow(
    _ access: UInt64, _ place: Int32, _ path: String, in ruleset: borrowing Descriptor
  ) throws(LaunchError) {
    guard access != 0 else { return }
    guard cl_launch_landlock_allow(ruleset.raw, place, access) == 0 else { throw .call("allow \(path)") }
  }
}
