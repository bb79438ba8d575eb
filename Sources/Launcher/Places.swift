internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Whether a path is absolute and clean (see `LaunchPlan.isCleanAbsolute`).
func isCleanAbsolute(_ path: String) -> Bool { LaunchPlan.isCleanAbsolute(path) }

/// Opens the system's own places below a root prefix. Without a prefix, every directory on the way must belong to root
/// and be writable by nobody else; links are never followed.
struct Places {
  /// `""`, or the root prefix (only root may choose one).
  let prefix: String
  /// The number under which root's files are seen by a user namespace that doesn't have root in it; nil in others.
  ///
  /// Other users' are seen under it too. That is no way in: what is looked at starts at `/`, and in a directory that
  /// only its owner can change nobody else has put anything.
  var foreignRoot: UInt32?

  /// Opens a directory such as `/run/snapd/ns`; with `create`, missing ones are made with mode 0755.
  func directory(_ path: String, create: Bool = false) throws(LaunchError) -> Descriptor {
    var current = try Descriptor(
      cl_launch_open(atWorkingDirectory, prefix.isEmpty ? "/" : prefix, pathOfDirectory, 0),
      "open \(prefix.isEmpty ? "/" : prefix)")
    if prefix.isEmpty { try check(current, "/") }
    for name in path.utf8.split(separator: UInt8(ascii: "/")) {
      current = try step(current.raw, String(Substring(name)), create: create, mode: 0o755, of: path)
    }
    return current
  }

  /// Opens one directory in another.
  func step(
    _ parent: Int32, _ name: String, create: Bool, mode: UInt32, of path: String
  ) throws(LaunchError) -> Descriptor {
    let flags = pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW)
    var raw = cl_launch_open(parent, name, flags, 0)
    if raw < 0, create, cl_errno() == CL_LAUNCH_ENOENT {
      guard cl_launch_mkdir(parent, name, mode) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
        throw .call("make \(prefix)\(path)")
      }
      raw = cl_launch_open(parent, name, flags, 0)
    }
    let directory = try Descriptor(raw, "open \(prefix)\(path)")
    try check(directory, path)
    return directory
  }

  private func check(_ directory: borrowing Descriptor, _ path: String) throws(LaunchError) {
    let status = try directory.status(prefix + path)
    guard isRoots(status), !prefix.isEmpty || status.mode & 0o022 == 0 else {
      throw LaunchError("cannot trust \(prefix)\(path): others than root can change it")
    }
  }

  private func isRoots(_ status: cl_launch_status) -> Bool { status.uid == 0 || status.uid == foreignRoot }

  /// Reads a file of root's; nil when it doesn't exist.
  func contents(
    of name: String, in directory: borrowing Descriptor, limit: Int
  ) throws(LaunchError) -> [UInt8]? {
    let raw = openRaw(directory.raw, name, flags: 0, walk: .beneath)
    if raw < 0, cl_errno() == CL_LAUNCH_ENOENT { return nil }
    let file = try Descriptor(raw, "open \(name)")
    let status = try file.status(name)
    guard status.isRegular, isRoots(status), status.mode & 0o022 == 0 else {
      throw LaunchError("cannot trust \(name): others than root can change it")
    }
    return try file.contents(limit: limit, size: status.size, name)
  }

  /// The plan of an app.
  func plan(_ tag: String) throws(LaunchError) -> LaunchPlan {
    let plans = try directory("/var/lib/snapd/launch")
    guard let bytes = try contents(of: tag + ".plan", in: plans, limit: LaunchPlan.Limit.file) else {
      throw LaunchError("cannot launch \(tag): there is no launch plan for it")
    }
    let plan: LaunchPlan
    do throws(LaunchPlanError) { plan = try LaunchPlan(decoding: bytes) } catch {
      throw LaunchError("cannot launch \(tag): \(error.description)")
    }
    guard plan.securityTag == tag, plan.instanceName == SecurityTag.instance(of: tag) else {
      throw LaunchError("cannot launch \(tag): its launch plan is that of \(plan.securityTag)")
    }
    return plan
  }

  /// Refuses to start what is being removed or disabled, and an app whose snap began to be refreshed after `snap run`
  /// had looked. The daemon writes the hint and looks for running apps under the lock that is held here, so one of the
  /// two sees the other.
  func checkInhibition(_ plan: LaunchPlan) throws(LaunchError) {
    let instance = plan.instanceName
    let inhibit: Descriptor
    do throws(LaunchError) { inhibit = try directory("/var/lib/snapd/inhibit") } catch {
      if error.errno == CL_LAUNCH_ENOENT { return }
      throw error
    }
    guard let hint = try contents(of: instance + ".lock", in: inhibit, limit: 4096) else { return }
    let text = String(decoding: hint.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    if text == "remove" { throw LaunchError("cannot run \"\(instance)\", snap is being removed") }
    if text == "disable" { throw LaunchError("cannot run \"\(instance)\", snap is being disabled") }
    if text == "refresh", plan.kind == .app {
      throw LaunchError("cannot run \"\(instance)\", snap is being refreshed: try again")
    }
  }
}

/// A lock on a file that lasts as long as the value.
struct HeldLock: ~Copyable {
  private let file: Descriptor

  /// How long another launch, or the daemon, may hold it (spec/confinement.md §2).
  static let timeout: Int64 = 30_000

  init(_ name: String, in directory: borrowing Descriptor, exclusive: Bool) throws(LaunchError) {
    let flags = Int32(CL_LAUNCH_O_RDWR | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_NOFOLLOW)
    let file = try Descriptor(cl_launch_open(directory.raw, name, flags, 0o600), "open lock \(name)")
    var start: Int64 = 0
    while cl_launch_lock(file.raw, exclusive ? 1 : 0) != 0 {
      guard cl_errno() == CL_LAUNCH_EAGAIN || cl_errno() == CL_LAUNCH_EINTR else { throw .call("lock \(name)") }
      let now = cl_launch_clock()
      if start == 0 { start = now }
      guard now - start < Self.timeout else {
        throw LaunchError("cannot lock \(name): it is held for more than 30 seconds")
      }
      cl_launch_pause(now - start < 100 ? 2 : 20)
    }
    self.file = file
  }
}
