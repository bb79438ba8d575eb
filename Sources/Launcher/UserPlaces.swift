internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The launching user's own directories, opened with the user's own rights, so that the launcher lends nobody its eyes.
struct UserPlaces: ~Copyable {
  let uid: UInt32
  /// The home directory as the sandbox shows it; nil when none was given or the view shows none.
  private(set) var home: String?
  /// `<home>/snap/<instance>`.
  private(set) var data: Descriptor?
  /// `/run/user/<uid>/snap.<instance>`, when it exists.
  private(set) var runtime: Descriptor?
  /// Says which directories these are, to notice a kept view that still shows others (made anew since).
  private(set) var identity = ""

  init(
    plan: LaunchPlan, request: Request, privileges: Privileges
  ) throws(LaunchError) {
    uid = privileges.uid
    for step in plan.view {
      switch step {
      case .userData(let roots):
        guard let home = request.home else { continue }
        guard Self.isInside(home, roots) else {
          throw LaunchError(
            "cannot use home directory \(home): it is not below \(roots.isEmpty ? "any known place" : Self.list(roots))"
          )
        }
        self.home = home
        data = try privileges.asUser { () throws(LaunchError) in
          try Self.openData(home: request.root + home, instance: plan.instanceName, uid: privileges.uid)
        }
      case .userRuntime(let source, _):
        let path = "\(source)/\(privileges.uid)/snap.\(plan.instanceName)"
        runtime = try privileges.asUser { () throws(LaunchError) in
          try Self.openRuntime(path, uid: privileges.uid)
        }
      default: continue
      }
    }
    identity = "home \(home ?? "none")\n"
    if let status = try data?.status("user data") {
      identity += "data \(status.device) \(status.inode) \(status.birth)\n"
    }
    if let status = try runtime?.status("runtime directory") {
      identity += "runtime \(status.device) \(status.inode) \(status.birth)\n"
    }
  }

  /// The home itself may be reached through links, as on hosts where `/home` is one; what is the snap's may not.
  private static func openData(home: String, instance: String, uid: UInt32) throws(LaunchError) -> Descriptor {
    let path = "\(home)/snap/\(instance)"
    let directory = try Descriptor(
      openRaw(atWorkingDirectory, home, flags: pathOfDirectory, walk: .links), "open \(home)")
    let data = try Descriptor(
      openRaw(directory.raw, "snap/\(instance)", flags: pathOfDirectory, walk: .beneath), "open \(path)")
    guard try data.status(path).uid == uid else {
      throw LaunchError("cannot use \(path): it belongs to another user")
    }
    return data
  }

  private static func openRuntime(_ path: String, uid: UInt32) throws(LaunchError) -> Descriptor? {
    let raw = openRaw(atWorkingDirectory, path, flags: pathOfDirectory, walk: .plain)
    guard raw >= 0 else { return nil }
    let directory = try Descriptor(raw, "open \(path)")
    guard try directory.status(path).uid == uid else { return nil }
    return directory
  }

  private static func isInside(_ home: String, _ roots: [String]) -> Bool {
    roots.contains { home == $0 || home.utf8.starts(with: ($0 + "/").utf8) }
  }

  private static func list(_ roots: [String]) -> String {
    var text = ""
    for root in roots { text += text.isEmpty ? root : " or " + root }
    return text
  }
}
