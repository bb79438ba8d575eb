internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Applies to the calling process what a plan enforces. Each step needs rights that a later one takes away.
struct Enforcement {
  let plan: LaunchPlan
  let privileges: Privileges
  let home: String?
  /// The channel to the keeper of mounts, when there is one.
  var keeper: Int32?

  /// Landlock's rights and scopes that a kernel's ABI knows (landlock(7)).
  struct Landlock: Equatable {
    var files: UInt64 = 0
    var network: UInt64 = 0
    var scopes: UInt64 = 0
    /// Flags of landlock_restrict_self(2): what the app is refused goes to the audit log, which without this says
    /// nothing of programs executed after the restriction.
    var flags: UInt32 = 0

    /// - Parameter abi: 0 for a kernel without Landlock.
    init(abi: Int32) {
      guard abi >= 1 else { return }
      files = (1 << 13) - 1
      if abi >= 2 { files |= PathAccess.refer.rawValue }
      if abi >= 3 { files |= PathAccess.truncate.rawValue }
      if abi >= 4 { network = 0b11 }
      if abi >= 5 { files |= PathAccess.ioctlDevice.rawValue }
      if abi >= 6 { scopes = 0b11 }
      if abi >= 7 { flags = CL_LAUNCH_LOG_NEW_EXEC }
    }
  }

  func apply() throws(LaunchError) {
    guard cl_launch_limit_capabilities(plan.capabilities) == 0 else { throw .call("limit capabilities") }
    if plan.noNewPrivileges {
      guard cl_launch_no_new_privileges() == 0 else { throw .call("give up new privileges") }
    }
    try restrictPaths()
    // With no_new_privs nothing below needs a privilege; without it the filters need cap_sys_admin.
    if plan.noNewPrivileges { try finish() }
    try load(plan.denyFilter, "deny")
    try load(plan.allowFilter, "allow")
    // The last one loaded decides which error number the newer calls get.
    if let keeper { try MountDoor.handOver(to: keeper) }
    if !plan.noNewPrivileges { try finish() }
  }

  /// Back to the user's own rights, for good.
  func finish() throws(LaunchError) {
    try privileges.lower()
    try privileges.drop(keeping: plan.confinement == .strict ? plan.capabilities : ~0)
  }

  private func restrictPaths() throws(LaunchError) {
    guard plan.handledAccess.rawValue != 0 || plan.deniedNetwork != 0 || plan.scopes != 0 else { return }
    let known = Landlock(abi: cl_launch_landlock_abi())
    let handled = plan.handledAccess.rawValue & known.files
    let network = plan.deniedNetwork & known.network
    let scopes = plan.scopes & known.scopes
    guard handled != 0 || network != 0 || scopes != 0 else { return }
    let ruleset = try Descriptor(cl_launch_landlock_ruleset(handled, network, scopes), "make a Landlock ruleset")
    if handled != 0 {
      for rule in plan.pathRules { try allow(rule, handled: handled, in: ruleset) }
      try allowGranted(handled: handled, in: ruleset)
    }
    // The audit log tells whose a domain is by the name of the process that made it. The app gets a name of its own.
    if known.flags != 0 { _ = cl_launch_rename_process(String(plan.securityTag.dropFirst(5))) }
    guard cl_launch_landlock_restrict(ruleset.raw, known.flags) == 0 else { throw .call("apply Landlock") }
  }

  private func allow(_ rule: PathRule, handled: UInt64, in ruleset: borrowing Descriptor) throws(LaunchError) {
    guard let (path, isUsers) = Self.expand(rule.path, home: home, uid: privileges.uid) else { return }
    // Below the home directory links could be the app's own work; elsewhere they are the base's.
    let raw = openRaw(atWorkingDirectory, path, flags: pathOnly, walk: isUsers ? .plain : .links)
    guard raw >= 0 else { return }
    let directory = try Descriptor(raw, "open \(path)")
    var access = rule.access.rawValue & handled
    guard access != 0 else { return }
    if cl_launch_landlock_allow(ruleset.raw, directory.raw, access) == 0 { return }
    // The kernel refuses rights of directories on anything else. Asking it first costs as much as the rule itself.
    if cl_errno() == CL_LAUNCH_EINVAL, access & ~PathAccess.onFiles.rawValue != 0,
      try !directory.status(path).isDirectory
    {
      access &= PathAccess.onFiles.rawValue
      if access == 0 || cl_launch_landlock_allow(ruleset.raw, directory.raw, access) == 0 { return }
    }
    throw .call("allow \(path)")
  }

  /// Fills in `$HOME`, `$UID` and `$PID` (the process itself, which becomes the app); nil when there is no home, or the result is no clean path.
  static func expand(_ path: String, home: String?, uid: UInt32) -> (path: String, isUsers: Bool)? {
    guard path.utf8.contains(UInt8(ascii: "$")) else { return isCleanAbsolute(path) ? (path, false) : nil }
    let top = "$HOME/"
    if path.utf8.starts(with: top.utf8), !path.utf8.dropFirst().contains(UInt8(ascii: "$")) {
      guard let home else { return nil }
      let result = home + String(Substring(path.utf8.dropFirst(top.utf8.count - 1)))
      return isCleanAbsolute(result) ? (result, true) : nil
    }
    var result = ""
    var isUsers = false
    let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, part) in components.enumerated() {
      let part = Substring(part)
      if index > 0 { result += "/" }
      if index == 0, part == "$HOME" {
        guard let home else { return nil }
        result += home
        isUsers = true
      } else if part == "$UID" {
        result += "\(uid)"
      } else if part == "$PID" {
        result += "\(cl_launch_pid())"
      } else {
        result += String(part)
      }
    }
    return isCleanAbsolute(result) ? (result, isUsers) : nil
  }

  private func load(_ program: [UInt8], _ name: String) throws(LaunchError) {
    guard !program.isEmpty else { return }
    let size = program.count
    let result = program.withUnsafeBytes { cl_launch_seccomp($0.baseAddress, size) }
    guard result == 0 else { throw .call("load the seccomp \(name) filter of \(plan.securityTag)") }
  }
}
