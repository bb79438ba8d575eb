internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The files of one kept namespace in `/run/snapd/ns`: `<name>.mnt`, `<name>.info`, when grants show something
/// `snap.<name>.fstab`, and `<name>.ipc` (``SharedObjects``). The caller holds the lock.
struct KeptFiles: ~Copyable {
  private let directory: Descriptor
  private let name: String

  /// - Parameter name: `<inst>`, or `<inst>.<uid>`.
  init(_ directory: consuming Descriptor, name: String) {
    self.directory = directory
    self.name = name
  }

  private var record: String { "snap.\(name).fstab" }

  func openNamespace() -> Int32 { cl_launch_open(directory.raw, name + ".mnt", Int32(CL_LAUNCH_O_NOFOLLOW), 0) }

  func info() throws(LaunchError) -> [UInt8]? {
    try Places(prefix: "").contents(of: name + ".info", in: directory, limit: 65536)
  }

  // MARK: What the info file says

  /// The granted part of the info file: the key, and when the watched places last changed.
  static func granted(_ plan: LaunchPlan, _ user: UserAnchors) -> String {
    plan.watchedPlaces.isEmpty
      ? "granted \(plan.grantedKey)\n" : "granted \(plan.grantedKey)\n\(user.changes(of: plan.watchedPlaces))"
  }

  /// The part before it.
  static func fixed(_ info: [UInt8]) -> String {
    var text = ""
    for line in info.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: "granted ".utf8) { break }
      text += String(decoding: line, as: UTF8.self) + "\n"
    }
    return text
  }

  /// The value of a line; nil when there is no such.
  static func value(_ key: String, in info: [UInt8]) -> String? {
    for line in info.split(separator: UInt8(ascii: "\n")) where line.starts(with: (key + " ").utf8) {
      return String(decoding: line.dropFirst(key.utf8.count + 1), as: UTF8.self)
    }
    return nil
  }

  // MARK: Changing

  /// Brings the granted part up to date, keeping its record truthful at every instant: it names what may be there.
  /// The info file is written last, so that an update that was cut short is done again.
  ///
  /// - Parameter isNew: whether the namespace was made just now. Without an info file the next launch discards it.
  func update(_ view: borrowing GrantedView, info: String, isNew: Bool = false) throws(LaunchError) {
    let bytes = try Places(prefix: "").contents(of: record, in: directory, limit: Record.limit)
    let before = bytes.map { Record.decode($0) } ?? []
    try view.update(from: before, isNew: isNew) { (shown: [Shown]) throws(LaunchError) in
      if shown.isEmpty, bytes == nil { return }
      try write(record, Record.encode(shown), inPlace: isNew && bytes == nil)
    }
    try write(name + ".info", Array(info.utf8))
  }

  /// Replaces a file in one step.
  ///
  /// - Parameter inPlace: whether there is nothing to replace, and nobody who would take a part for the whole.
  private func write(_ name: String, _ bytes: [UInt8], inPlace: Bool = false) throws(LaunchError) {
    if inPlace {
      let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_EXCL)
      return try Descriptor(cl_launch_open(directory.raw, name, flags, 0o600), "make \(name)").write(bytes, name)
    }
    let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_NOFOLLOW)
    do {
      let file = try Descriptor(cl_launch_open(directory.raw, name + ".new", flags, 0o600), "make \(name)")
      try file.replaceContents(bytes, name)
    }
    guard cl_launch_rename(directory.raw, name + ".new", name) == 0 else { throw .call("replace \(name)") }
  }

  /// Lets go of the namespace. Leaves the process in the directory.
  func discard() throws(LaunchError) {
    guard cl_launch_fchdir(directory.raw) == 0,
      cl_umount(name + ".mnt", Int32(CL_MNT_DETACH | CL_UMOUNT_NOFOLLOW)) == 0 || cl_errno() == CL_LAUNCH_EINVAL
    else { throw .call("unmount \(name).mnt") }
    forget()
  }

  /// What was shown in a namespace that is kept no more is no matter.
  private func forget() {
    for file in [record, name + ".info"] { _ = cl_launch_unlink(directory.raw, file) }
  }

  /// Lets go of the namespace, of what its processes share, and of their files.
  func remove() throws(LaunchError) {
    try discard()
    _ = cl_umount(name + ".ipc", Int32(CL_MNT_DETACH | CL_UMOUNT_NOFOLLOW))
    _ = cl_launch_chdir("/")
    _ = cl_launch_unlink(directory.raw, name + ".ipc")
    _ = cl_launch_unlink(directory.raw, name + ".mnt")
  }

  /// Keeps the namespace for later launches. When that can't be done the app runs all the same; the next launch
  /// builds its own. The info file is written when the view is complete.
  func keep(_ namespace: borrowing Descriptor) {
    guard cl_launch_fchdir(directory.raw) == 0 else { return }
    defer { _ = cl_launch_chdir("/") }
    let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_NOFOLLOW)
    forget()
    do throws(LaunchError) {
      _ = try Descriptor(cl_launch_open(directory.raw, name + ".mnt", flags, 0o600), "make \(name).mnt")
    } catch { return }
    let source = "/proc/self/fd/\(namespace.raw)"
    guard cl_mount(source, name + ".mnt", nil, clMountBind, nil) != 0 else { return }
    // Somebody (`mount --make-rshared /`) has made the directory share what is mounted in it.
    guard cl_mount_setattr(directory.raw, CL_AT_EMPTY_PATH, 0, 0, UInt64(CL_MS_UNBINDABLE)) == 0 else { return }
    _ = cl_mount(source, name + ".mnt", nil, clMountBind, nil)
  }
}

private let clMountBind: UInt = 4096
