internal import CLinux

/// A user namespace of the launcher's own, for who has no privilege (user_namespaces(7)). It gives every capability
/// over the mounts made in it and none over anything else; the only user and the only group in it are the caller's.
enum UserNamespace {
  /// Enters new user and mount namespaces, and an IPC namespace when asked for one. What is mounted is the host's as it
  /// was, and nothing that is mounted from here on is seen by it.
  ///
  /// - Returns: the rights that the process has now.
  /// - Throws: when the machine does not let users make namespaces; the message says by what.
  static func enter(
    _ tag: String, privileges: Privileges, separateObjects: Bool
  ) throws(LaunchError) -> Privileges {
    guard cl_launch_unshare_user(separateObjects ? 1 : 0) == 0 else {
      throw refusal(tag, "make a user namespace", cl_errno())
    }
    // Without this the kernel lets no ordinary user map a group. It is not there before Linux 3.19.
    try write("setgroups", "deny", optional: true, tag)
    try write("uid_map", "\(privileges.uid) \(privileges.uid) 1", tag)
    try write("gid_map", "\(privileges.gid) \(privileges.gid) 1", tag)
    let inside = try Privileges(inOwnNamespace: true)
    try inside.raise()
    // The first use of what was gained: AppArmor may let the namespace be made and then refuse all it is good for.
    guard cl_mount("none", "/", nil, CL_MS_REC | CL_MS_SLAVE, nil) == 0 else {
      throw refusal(tag, "use a user namespace", cl_errno())
    }
    return inside
  }

  /// The number under which files of users that are not in this namespace are seen; nil in the first namespace, where
  /// everyone is.
  static func strangers() -> UInt32? {
    var own = cl_launch_status()
    guard cl_launch_status_at(atWorkingDirectory, "/proc/self/ns/user", 1, &own) == 0,
      own.inode != UInt64(CL_LAUNCH_FIRST_USER_NAMESPACE)
    else { return nil }
    return setting("/proc/sys/kernel/overflowuid").flatMap { UInt32($0) } ?? 65534
  }

  private static func write(
    _ name: String, _ text: String, optional: Bool = false, _ tag: String
  ) throws(LaunchError) {
    let raw = cl_launch_open(atWorkingDirectory, "/proc/self/" + name, Int32(CL_LAUNCH_O_WRONLY), 0)
    if raw < 0, optional, cl_errno() == CL_LAUNCH_ENOENT { return }
    guard raw >= 0 else { throw refusal(tag, "set \(name) of a user namespace", cl_errno()) }
    let file = try Descriptor(raw, name)
    do throws(LaunchError) { try file.write(Array(text.utf8), name) } catch {
      // Root maps itself only with cap_setfcap (user_namespaces(7), since Linux 5.12).
      throw refusal(tag, "set \(name) of a user namespace", error.errno)
    }
  }

  // MARK: Why not

  /// Settings that keep users from making namespaces, with the value that does.
  private static let switches: [(path: String, name: String, closed: String)] = [
    ("/proc/sys/kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone", "0"),
    ("/proc/sys/user/max_user_namespaces", "user.max_user_namespaces", "0"),
    ("/proc/sys/user/max_mnt_namespaces", "user.max_mnt_namespaces", "0"),
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "kernel.apparmor_restrict_unprivileged_userns", "1"),
  ]

  /// One sentence: what could not be done, what stands against it, and what helps.
  private static func refusal(_ tag: String, _ what: String, _ errno: Int32) -> LaunchError {
    var reason = ""
    for (path, name, closed) in switches where setting(path) == closed {
      reason += (reason.isEmpty ? "" : " and ") + "\(name) is \(closed)"
    }
    if reason.isEmpty {
      switch errno {
      case CL_LAUNCH_ENOSPC, CL_LAUNCH_EUSERS: reason = "there are too many namespaces already"
      case CL_LAUNCH_EPERM, CL_LAUNCH_EACCES: reason = "a security policy, a container or a chroot forbids it"
      case CL_LAUNCH_EINVAL: reason = "the kernel has no user namespaces"
      default: reason = cl_strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
      }
    }
    let lack = "snap-confine lacks privilege (root's, or file capabilities)"
    return LaunchError("cannot launch \(tag): \(lack) and cannot \(what) instead: \(reason)", errno: errno)
  }

  /// The first line of a small file of the kernel's.
  private static func setting(_ path: String) -> String? {
    let raw = cl_launch_open(atWorkingDirectory, path, 0, 0)
    guard raw >= 0 else { return nil }
    do throws(LaunchError) {
      let text = try Descriptor(raw, path).contents(limit: 64, path)
      return String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch { return nil }
  }
}
