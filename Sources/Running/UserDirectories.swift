internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The user's own directories of a snap, made by the user, before the launcher shows them.
///
/// Nothing below the home directory is reached through a symbolic link.
struct UserDirectories {
  let plan: LaunchPlan
  let user: RunUser
  /// The root prefix, `""` for none.
  let root: String

  func prepare() throws(RunError) {
    let mask = cl_launch_umask(0)
    defer { _ = cl_launch_umask(mask) }
    try prepareData()
    guard plan.confinement != .classic else { return }
    prepareRuntime()
    prepareHome()
  }

  private func prepareData() throws(RunError) {
    let path = root + user.home
    let home = cl_launch_open(Int32(CL_LAUNCH_AT_FDCWD), path, Self.directoryOnly, 0)
    guard home >= 0 else { throw Self.failure("open home directory \(path)") }
    defer { _ = cl_close(home) }
    let snap = try open("snap", in: home, mode: 0o700, path: path + "/snap")
    defer { _ = cl_close(snap) }
    try closeToOthers(snap, path: path + "/snap")
    if plan.snapName != plan.instanceName {
      _ = cl_close(try open(plan.snapName, in: snap, mode: 0o755, path: "\(path)/snap/\(plan.snapName)"))
    }
    let own = "\(path)/snap/\(plan.instanceName)"
    let data = try open(plan.instanceName, in: snap, mode: 0o755, path: own)
    defer { _ = cl_close(data) }
    _ = cl_close(try open(plan.revision, in: data, mode: 0o755, path: "\(own)/\(plan.revision)"))
    _ = cl_close(try open("common", in: data, mode: 0o755, path: own + "/common"))
    try pointCurrent(in: data, path: own)
  }

  /// `~/snap` is nobody else's business (CVE-2021-3155), whoever made it.
  private func closeToOthers(_ directory: Int32, path: String) throws(RunError) {
    var status = cl_launch_status()
    guard cl_launch_fstatus(directory, &status) == 0 else { throw Self.failure("examine \(path)") }
    guard status.mode & 0o077 != 0, status.uid == user.uid else { return }
    guard cl_launch_chmod(directory, 0o700) == 0 else { throw Self.failure("close \(path) to others") }
  }

  /// `current` names the revision; replaced at once, as launches race here.
  private func pointCurrent(in directory: Int32, path: String) throws(RunError) {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = cl_launch_readlink(directory, "current", &buffer, 255)
    if count > 0, buffer[..<Int(count)].map({ UInt8(bitPattern: $0) }).elementsEqual(plan.revision.utf8) { return }
    let temporary = ".current.\(cl_launch_pid())"
    _ = cl_launch_unlink(directory, temporary)
    guard cl_launch_symlink(plan.revision, directory, temporary) == 0,
      cl_launch_rename(directory, temporary, "current") == 0
    else { throw Self.failure("update \(path)/current") }
  }

  /// `/run/user/<uid>/snap.<inst>`; without a session there is none, and apps cope.
  private func prepareRuntime() {
    let directory = cl_launch_open(Int32(CL_LAUNCH_AT_FDCWD), "\(root)/run/user/\(user.uid)", Self.directoryOnly, 0)
    guard directory >= 0 else { return }
    _ = cl_launch_mkdir(directory, "snap.\(plan.instanceName)", 0o700)
    _ = cl_close(directory)
  }

  /// What connections ask for in the home (personal-files). No link is followed, since the app may have made it, and
  /// what stands in the way stays: the app lacks the place then, as it does where its user may not make it.
  private func prepareHome() {
    guard !plan.homeDirectories.isEmpty else { return }
    let home = cl_launch_open(Int32(CL_LAUNCH_AT_FDCWD), root + user.home, Self.directoryOnly, 0)
    guard home >= 0 else { return }
    defer { _ = cl_close(home) }
    for path in plan.homeDirectories {
      var directory = home
      for name in path.utf8.split(separator: UInt8(ascii: "/")) {
        let next: Int32
        do throws(RunError) {
          next = try open(String(Substring(name)), in: directory, mode: 0o700, path: path)
        } catch { break }
        if directory != home { _ = cl_close(directory) }
        directory = next
      }
      if directory != home { _ = cl_close(directory) }
    }
  }

  private func open(_ name: String, in parent: Int32, mode: UInt32, path: String) throws(RunError) -> Int32 {
    let flags = Self.directoryOnly | Int32(CL_LAUNCH_O_NOFOLLOW)
    var directory = cl_launch_open(parent, name, flags, 0)
    if directory < 0, cl_errno() == CL_LAUNCH_ENOENT {
      guard cl_launch_mkdir(parent, name, mode) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
        throw Self.failure("create \(path)")
      }
      directory = cl_launch_open(parent, name, flags, 0)
    }
    guard directory >= 0 else { throw Self.failure("open \(path)") }
    return directory
  }

  private static let directoryOnly = Int32(CL_LAUNCH_O_RDONLY | CL_LAUNCH_O_DIRECTORY)

  private static func failure(_ what: String) -> RunError {
    RunError("cannot \(what): \(systemMessage())")
  }
}
