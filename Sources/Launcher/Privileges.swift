internal import CLinux

/// Whose rights the launcher uses at a moment.
///
/// Started by a user (with file capabilities) it acts with the user's own rights, and as root for files only
/// between ``raise()`` and ``lower()``. Started by root there is nothing to lower: root owns what it asks for.
struct Privileges {
  let uid: UInt32
  let gid: UInt32
  private let permitted: UInt64
  /// Whether the capabilities are those over a user namespace that the launcher made for itself: good for building a
  /// view, and no right to anybody's files.
  let isInOwnNamespace: Bool

  /// What the program must be given, as file capabilities, when it is not started by root.
  static let required: [(number: Int, name: String)] = [
    (2, "cap_dac_read_search"), (6, "cap_setgid"), (7, "cap_setuid"), (8, "cap_setpcap"), (18, "cap_sys_chroot"),
    (19, "cap_sys_ptrace"), (21, "cap_sys_admin"),
  ]

  /// - Parameter inOwnNamespace: whether the process has just made a user namespace.
  init(inOwnNamespace: Bool = false) throws(LaunchError) {
    uid = cl_launch_uid()
    gid = cl_launch_gid()
    isInOwnNamespace = inOwnNamespace
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    guard cl_launch_get_capabilities(&effective, &permitted) == 0 else { throw .call("read capabilities") }
    self.permitted = permitted
  }

  /// Root's, who acts for a user.
  init(uid: UInt32, gid: UInt32) throws(LaunchError) {
    self.uid = uid
    self.gid = gid
    isInOwnNamespace = false
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    guard cl_launch_get_capabilities(&effective, &permitted) == 0 else { throw .call("read capabilities") }
    self.permitted = permitted
  }

  var isRoot: Bool { uid == 0 }

  /// Whether a user namespace has to stand in for privileges that the process lacks: an ordinary user's with a launcher
  /// without file capabilities, root's in a container that keeps them back, and those of "root" in a user namespace
  /// that holds neither the mounts around it nor root's files.
  ///
  /// A launcher with some file capabilities and not all is a mistake of its packager, and is told so by ``check(_:)``.
  var needOwnNamespace: Bool {
    if !missing.isEmpty { return cl_launch_is_secure() == 0 }
    // File capabilities count in no other user namespace than the first, or one whose root is the same.
    guard isRoot else { return false }
    var root = cl_launch_status()
    guard cl_launch_owns_mounts() != 0, cl_launch_status_at(atWorkingDirectory, "/", 1, &root) == 0 else { return true }
    return root.uid != 0
  }

  private var missing: String {
    var missing = ""
    for capability in Self.required where permitted & (1 << UInt64(capability.number)) == 0 {
      missing += missing.isEmpty ? capability.name : ", " + capability.name
    }
    return missing
  }

  /// - Throws: when what the launcher needs is missing; the message names it.
  func check(_ tag: String) throws(LaunchError) {
    let missing = self.missing
    guard missing.isEmpty else {
      throw LaunchError(
        "cannot launch \(tag): snap-confine lacks \(missing); it must be started by root or have file capabilities")
    }
  }

  /// From here on: root for files, and every capability that was given.
  func raise() throws(LaunchError) {
    guard cl_launch_set_capabilities(permitted, permitted) == 0 else { throw .call("raise privileges") }
    guard !isRoot, !isInOwnNamespace else { return }
    guard cl_launch_set_file_ids(0, 0) == 0 else { throw .call("act as root") }
  }

  /// From here on: the user's own rights and nothing more.
  func lower() throws(LaunchError) {
    guard !isRoot else { return }
    // Without cap_setuid there never was anything to give back.
    if cl_launch_set_file_ids(uid, gid) != 0 { throw .call("act as the user") }
    guard cl_launch_set_capabilities(0, permitted) == 0 else { throw .call("lower privileges") }
  }

  /// Runs the body with the user's own rights.
  func asUser<T: ~Copyable>(_ body: () throws(LaunchError) -> T) throws(LaunchError) -> T {
    try lower()
    let result: T
    do throws(LaunchError) { result = try body() } catch {
      try raise()
      throw error
    }
    try raise()
    return result
  }

  /// For good. Root keeps what the plan leaves it.
  func drop(keeping bounding: UInt64) throws(LaunchError) {
    let kept = isRoot ? permitted & bounding : 0
    guard cl_launch_set_capabilities(kept, kept) == 0 else { throw .call("drop privileges") }
  }
}
