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
    list(&expansion)
    // Rules are sorted: the next is mostly in the same directory.
    var last = (place: "", path: nil as String?)
    for rule in plan.grantedRules {
      let access = rule.access.rawValue & handled
      if !isSame(last.place, rule.path) {
        last = (rule.path, Self.expand(rule.path, home: home, uid: privileges.uid)?.path)
      }
      guard access != 0, let path = last.path, !expansion.isMissing(path) else { continue }
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
      try expansion.expand(glob, in: place.raw, at: path, directories: rule.subtree, links: false) {
        (match: Expansion.Match) throws(LaunchError) in
        guard granted != 0 else { return }
        let raw = cl_launch_open(match.directory, match.name, pathOnly | Int32(CL_LAUNCH_O_NOFOLLOW), 0)
        guard raw >= 0 else { return }
        let opened = try Descriptor(raw, "open \(match.path)")
        // The name may be another's meanwhile.
        let status = try opened.status(match.path)
        guard status.device == match.status.device, status.inode == match.status.inode else { return }
        guard cl_launch_landlock_allow(ruleset, opened.raw, granted) == 0 else { throw .call("allow \(match.path)") }
      }
    }
  }

  /// Most of what interfaces grant is on no machine at once. What a sandbox shows in these directories is little, and a
  /// listing tells what need not be looked for.
  private func list(_ expansion: inout Expansion) {
    guard plan.grantedRules.count >= 16 else { return }
    var listed = ["/dev", "/run"]
    // A home may be large: only where a pattern has it listed anyhow.
    if let home,
      plan.grantedRules.contains(where: { isSame($0.path, "$HOME") && $0.pattern.utf8.contains(UInt8(ascii: "*")) })
    {
      listed.append(home)
    }
    for path in listed {
      let raw = openRaw(atWorkingDirectory, path, flags: pathOfDirectory, walk: .plain)
      guard raw >= 0 else { continue }
      expansion.list(raw, at: path)
      _ = cl_close(raw)
    }
  }

  private static func allow(
    _ access: UInt64, _ place: Int32, _ path: String, in ruleset: borrowing Descriptor
  ) throws(LaunchError) {
    guard access != 0 else { return }
    guard cl_launch_landlock_allow(ruleset.raw, place, access) == 0 else { throw .call("allow \(path)") }
  }
}
