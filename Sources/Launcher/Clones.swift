internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// What a view shows of the host that must be cloned in the host's own mount namespace, by step: the user's
/// directories (opened there), mounts that stay shared with the host, and the whole root.
struct Clones: ~Copyable {
  /// How the user's own directories are shown.
  static let ofUser: BindOptions = [.recursive, .noSetUID, .noDevices]

  private var clones: [Int32]

  init(_ steps: [MountStep], user: borrowing UserPlaces) throws(LaunchError) {
    clones = []
    clones.reserveCapacity(steps.count)
    for step in steps {
      switch step {
      case .userData: try add(descriptorNumber(user.data), Self.ofUser, "user data")
      case .userRuntime: try add(descriptorNumber(user.runtime), Self.ofUser, "runtime directory")
      case .hostRoot(_, let options): try add("/", options.union(.recursive))
      case .bind(let source, _, let options) where options.contains(.shared): try add(source, options)
      default: clones.append(-1)
      }
    }
  }

  deinit { for raw in clones where raw >= 0 { _ = cl_close(raw) } }

  /// The clone for a step, -1 when it has none.
  subscript(step: Int) -> Int32 { step < clones.count ? clones[step] : -1 }

  private mutating func add(_ path: String, _ options: BindOptions) throws(LaunchError) {
    let walk: Walk = options.contains(.followSymlinks) ? .links : .plain
    let raw = openRaw(atWorkingDirectory, path, flags: pathOnly, walk: walk)
    if raw < 0, options.contains(.optional), cl_errno() == CL_LAUNCH_ENOENT {
      clones.append(-1)
      return
    }
    let source = try Descriptor(raw, "open \(path)")
    try add(source.raw, options, path)
  }

  private mutating func add(_ source: Int32, _ options: BindOptions, _ name: String) throws(LaunchError) {
    guard source >= 0 else {
      clones.append(-1)
      return
    }
    let clone = cl_open_tree(source, "", View.cloneFlags(options))
    guard clone >= 0 else { throw .call("clone \(name)") }
    clones.append(clone)
  }
}
