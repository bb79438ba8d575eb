internal import CLinux
internal import Glibc

/// Mounting, unmounting and the table of mounts of the calling process's namespace.
public enum Mounts {
  /// Mounts a file-system image read-only through a loop device that is freed with the mount.
  ///
  /// Uses `LOOP_CONFIGURE`, fsopen(2) and move_mount(2); falls back to mount(2) where a container's filter refuses
  /// those.
  ///
  /// - Parameters:
  ///   - image: the image file.
  ///   - path: an existing directory; its last element may not be a symbolic link.
  ///   - type: "squashfs" or another type the kernel reads from a block device.
  ///   - options: further options of the file system, such as `("threads", "multi")`; a nil value is a flag. Unknown
  ///     ones throw `EINVAL`.
  ///   - attributes: what may not be used in it.
  public static func mountImage(
    _ image: String, at path: String, type: String = "squashfs", options: [(key: String, value: String?)] = [],
    attributes: MountAttributes = [.readOnly, .noDevices]
  ) throws(SyscallError) {
    try rejectNUL("mount", path)
    let loop = try LoopDevice.attach(image)
    do throws(SyscallError) {
      let mount = try detached(type: type, source: loop.path, options: options, attributes: attributes, about: path)
      try place(mount, at: path)
    } catch {
      guard error.errno == ENOSYS || error.errno == EPERM else { throw error }
      let data = options.map { option in option.value.map { "\(option.key)=\($0)" } ?? option.key }
        .joined(separator: ",")
      let flags = CL_MS_RDONLY | attributes.legacyFlags
      _ = try check("mount", path) { cl_mount(loop.path, path, type, UInt(flags), data) }
    }
    // The mount holds the device now; closing our descriptor leaves the last user to it.
    loop.close()
  }

  /// Makes a mount that is not in any tree yet.
  ///
  /// - Parameter source: a device, or nil for types such as tmpfs.
  public static func detached(
    type: String, source: String?, options: [(key: String, value: String?)] = [], attributes: MountAttributes = [],
    about path: String
  ) throws(SyscallError) -> OwnedFD {
    let context = OwnedFD(owning: try check("mount", path) { cl_fsopen(type) })
    if let source { _ = try check("mount", path) { cl_fsconfig_string(context.raw, "source", source) } }
    for option in options {
      _ = try check("mount", path) {
        if let value = option.value { return cl_fsconfig_string(context.raw, option.key, value) }
        return cl_fsconfig_flag(context.raw, option.key)
      }
    }
    if attributes.contains(.readOnly) { _ = try check("mount", path) { cl_fsconfig_flag(context.raw, "ro") } }
    _ = try check("mount", path) { cl_fsconfig_create(context.raw) }
    return OwnedFD(owning: try check("mount", path) { cl_fsmount(context.raw, attributes.rawValue) })
  }

  /// Puts a detached mount on a path, whose last element may not be a symbolic link.
  public static func place(_ mount: borrowing OwnedFD, at path: String) throws(SyscallError) {
    try rejectNUL("mount", path)
    let target = OwnedFD(owning: try check("mount", path) { open(path, CL_O_PATH | O_NOFOLLOW | O_CLOEXEC) })
    _ = try check("mount", path) { cl_move_mount(mount.raw, target.raw) }
  }

  /// Makes the tree or file at one path appear at another too.
  ///
  /// - Parameter recursive: with the mounts beneath it.
  public static func bind(from source: String, at path: String, readOnly: Bool = false, recursive: Bool = false)
    throws(SyscallError)
  {
    try rejectNUL("bind", source)
    try rejectNUL("bind", path)
    let recursion = recursive ? CL_AT_RECURSIVE : 0
    let tree = cl_open_tree(AT_FDCWD, source, UInt32(CL_OPEN_TREE_CLONE | CL_OPEN_TREE_CLOEXEC | recursion))
    if tree < 0, errno != ENOSYS, errno != EPERM { throw SyscallError("bind", path: source, errno: errno) }
    guard tree >= 0 else { return try bindByPath(from: source, at: path, readOnly: readOnly, recursive: recursive) }
    let mount = OwnedFD(owning: tree)
    if readOnly {
      _ = try check("bind read-only", path) {
        cl_mount_setattr(mount.raw, UInt32(recursion), UInt64(CL_MOUNT_ATTR_RDONLY), 0, 0)
      }
    }
    try place(mount, at: path)
  }

  private static func bindByPath(from source: String, at path: String, readOnly: Bool, recursive: Bool)
    throws(SyscallError)
  {
    let flags = UInt(MS_BIND_) | (recursive ? UInt(CL_MS_REC) : 0)
    _ = try check("bind", path) { cl_mount(source, path, nil, flags, nil) }
    guard readOnly else { return }
    do throws(SyscallError) {
      _ = try check("bind read-only", path) {
        cl_mount(nil, path, nil, flags | UInt(MS_REMOUNT_) | UInt(CL_MS_RDONLY), nil)
      }
    } catch {
      cl_umount(path, CL_MNT_DETACH)
      throw error
    }
  }

  /// Takes away the topmost mount at a path. A path that is no mount point, or is missing, is fine.
  ///
  /// - Parameter lazy: detach now, free when the last user is gone.
  /// - Throws: `EBUSY` when files in it are in use and `lazy` is false.
  public static func unmount(_ path: String, lazy: Bool = false) throws(SyscallError) {
    try rejectNUL("unmount", path)
    if cl_umount(path, CL_UMOUNT_NOFOLLOW | (lazy ? CL_MNT_DETACH : 0)) == 0 { return }
    let error = errno
    if error == EINVAL || error == ENOENT { return }
    throw SyscallError("unmount", path: path, errno: error)
  }

  /// Mounts made in either place appear in both from now on; the path must be a mount point.
  public static func makeShared(_ path: String, recursive: Bool = false) throws(SyscallError) {
    try propagate(path, CL_MS_SHARED, recursive)
  }

  /// Mounts stay where they are made; the path must be a mount point.
  public static func makePrivate(_ path: String, recursive: Bool = false) throws(SyscallError) {
    try propagate(path, CL_MS_PRIVATE, recursive)
  }

  /// Mounts arrive from the original and none go back; the path must be a mount point.
  public static func makeSlave(_ path: String, recursive: Bool = false) throws(SyscallError) {
    try propagate(path, CL_MS_SLAVE, recursive)
  }

  private static func propagate(_ path: String, _ flag: UInt, _ recursive: Bool) throws(SyscallError) {
    try rejectNUL("change propagation of", path)
    _ = try check("change propagation of", path) {
      cl_mount(nil, path, nil, flag | (recursive ? UInt(CL_MS_REC) : 0), nil)
    }
  }
}

private let MS_BIND_ = 4096
private let MS_REMOUNT_ = 32

/// What may not be done with the files of a mount (mount_setattr(2)).
public struct MountAttributes: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// No writing.
  public static let readOnly = MountAttributes(rawValue: 1)
  /// Set-user-id, set-group-id and file capabilities have no effect.
  public static let noSetUserID = MountAttributes(rawValue: 2)
  /// Device files can't be opened.
  public static let noDevices = MountAttributes(rawValue: 4)
  /// Programs can't be executed.
  public static let noExecution = MountAttributes(rawValue: 8)

  /// The same bits happen to mean the same to mount(2).
  var legacyFlags: UInt { UInt(rawValue) }
}
