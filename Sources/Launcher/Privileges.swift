internal import CLinux

/// Whose rights the launcher uses at a moment.
///
/// Started by a user (with file capabilities) it acts with the user's own rights, and as root for files only
/// between ``raise()`` and ``lower()``. Started by root there is nothing to lower: root owns what it asks for.
struct Privileges {
  let uid: UInt32
  let gid: UInt32
  private let permitted: UInt64

  /// What the program must be given, as file capabilities, when it is not started by root.
  static let required: [(number: Int, name: String)] = [
    (2, "cap_dac_read_search"), (6, "cap_setgid"), (7, "cap_setuid"), (8, "cap_setpcap"), (18, "cap_sys_chroot"),
    (19, "cap_sys_ptrace"), (21, "cap_sys_admin"),
  ]

  init() throws(LaunchError) {
    uid = cl_launch_uid()
    gid = cl_launch_gid()
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    guard cl_launch_get_capabilities(&effective, &permitted) == 0 else { throw .call("read capabilities") }
    self.permitted = permitted
  }

  /// Root's, who acts for a user.
  init(uid: UInt32, gid: UInt32) throws(LaunchError) {
    self.uid = uid
    self.gid = gid
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    guard cl_launch_get_capabilities(&effective, &permitted) == 0 else { throw .call("read capabilities") }
    self.permitted = permitted
  }

  var isRoot: Bool { uid == 0 }

  /// - Throws: when what the launcher needs is missing; the message names it.
  func check(_ tag: String) throws(LaunchError) {
    var missing = ""
    for capability in Self.required where permitted & (1 << UInt64(capability.number)) == 0 {
      missing += missing.isEmpty ? capability.name : ", " + capability.name
    }
    guard missing.isEmpty else {
      throw LaunchError(
        "cannot launch \(tag): snap-confine lacks \(missing); it must be started by root or have file capabilities")
    }
  }

  /// From here on: root for files, and every capability that was given.
  func raise() throws(LaunchError) {
    guard cl_launch_set_capabilities(permitted, permitted) == 0 else { throw .call("raise privileges") }
    guard !isRoot else { return }
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
