internal import CLinux

/// Brings the process into the snap's own IPC namespace: System V memory, queues and semaphores have numbers that any
/// process may guess, and no path that a view could hide.
///
/// It is kept, per snap and user, on `<name>.ipc` beside the mount namespace, so that what a snap's processes share
/// does not end with the one that made it. The caller holds the lock, and is in the host's mount namespace.
enum SharedObjects {
  /// - Parameters:
  ///   - directory: `/run/snapd/ns`.
  ///   - name: `<instance>` for root, `<instance>.<uid>` for others.
  static func separate(_ directory: borrowing Descriptor, name: String) throws(LaunchError) {
    let file = name + ".ipc"
    let raw = cl_launch_open(directory.raw, file, Int32(CL_LAUNCH_O_NOFOLLOW), 0)
    if raw >= 0 {
      let kept = try Descriptor(raw, "open \(file)")
      if cl_launch_is_namespace(kept.raw) == 1 {
        guard cl_launch_setns_ipc(kept.raw) == 0 else { throw .call("join the IPC namespace of \(name)") }
        return
      }
    }
    guard cl_launch_unshare_ipc() == 0 else { throw .call("make an IPC namespace") }
    // When it cannot be kept the app runs all the same, with objects of its own.
    let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_NOFOLLOW)
    let place = cl_launch_open(directory.raw, file, flags, 0o600)
    guard place >= 0 else { return }
    _ = cl_close(place)
    guard cl_launch_fchdir(directory.raw) == 0 else { return }
    _ = cl_mount("/proc/self/ns/ipc", file, nil, UInt(CL_MS_BIND), nil)
    _ = cl_launch_chdir("/")
  }
}
