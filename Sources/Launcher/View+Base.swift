internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

// Stand-ins for directories of the base (``MountStep/baseTree``): the view's own, with the base's entries in them.
extension View {
  /// - Parameter later: the steps that follow. What they stand in for is not shown first, to be hidden then.
  func replicate(
    _ source: String, at target: String, excluding: [String], _ options: BindOptions,
    before later: ArraySlice<MountStep>
  ) throws(LaunchError) {
    let raw = openRaw(host.raw, source, flags: Int32(CL_LAUNCH_O_DIRECTORY), walk: .plain)
    if raw < 0, options.contains(.optional), cl_errno() == CL_LAUNCH_ENOENT { return }
    let directory = try Descriptor(raw, "open \(source)")
    var left = excluding
    for case .baseTree(let inner, let place, _, _) in later where isBelow(place, target) {
      let name = lastName(of: place)
      if isSame(directoryPath(of: place), target), isSame(inner, source + "/" + name) { left.append(name) }
    }
    if target == "/" { return try replicate(directory, source, in: root.raw, at: "/", excluding: left, options) }
    let mode = try directory.status(source).mode & 0o7777
    if let own = try ownDirectory(target, mode: mode) {
      return try replicate(directory, source, in: own.raw, at: target + "/", excluding: left, options)
    }
    let mount = try Self.fileSystem("tmpfs", ["mode": octal(mode)], CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV)
    try attach(mount, to: target, isDirectory: true)
    try replicate(directory, source, in: mount.raw, at: target + "/", excluding: left, options)
  }

  /// A new directory in the view's root, as far as that is one file system; nil where something is there already, or
  /// another file system.
  private func ownDirectory(_ path: String, mode: UInt32) throws(LaunchError) -> Descriptor? {
    let parent = try self.parent(of: path)
    var around = cl_launch_status()
    guard cl_launch_fstatus(parent, &around) == 0, try around.device == root.status("/").device else { return nil }
    let name = lastName(of: path)
    guard cl_launch_mkdir(parent, name, mode) == 0 else {
      guard cl_errno() == CL_LAUNCH_EEXIST else { throw .call("make \(path) in the view") }
      return nil
    }
    return try Descriptor(
      cl_launch_open(parent, name, pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0), "open \(path) in the view")
  }

  /// Puts what is in one directory into another, which is the view's own and empty: names need not be looked for.
  private func replicate(
    _ directory: borrowing Descriptor, _ source: String, in own: Int32, at prefix: String,
    excluding: [String], _ options: BindOptions
  ) throws(LaunchError) {
    var clones = Descriptors()
    for entry in try entries(of: directory, source) where !excluding.contains(entry.name) {
      let name = entry.name
      let path = prefix + name
      let (isDirectory, isLink) = try Self.kind(of: entry, in: directory, path)
      if isLink {
        let content = try linkContent(directory.raw, name)
        guard cl_launch_symlink(content, own, name) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
          throw .call("make link \(path) in the view")
        }
      } else if isDirectory, !options.contains(.recursive) {
        let opened = try Descriptor(
          cl_launch_open(directory.raw, name, pathOnly | Int32(CL_LAUNCH_O_NOFOLLOW), 0), "open \(source)/\(name)")
        try show(opened, named: "\(source)/\(name)", at: path, options)
      } else {
        let recursive: Int32 = options.contains(.recursive) ? 1 : 0
        let clone = cl_launch_clone(
          directory.raw, name, recursive, UInt64(Self.attributes(options)), UInt64(Self.propagation(options)))
        guard clone >= 0 else { throw .call("clone \(source)/\(name)") }
        clones.add(clone)
        try put(clone, in: own, at: path, isDirectory: isDirectory)
        if clones.count == GrantedView.batch { clones = Descriptors() }
      }
    }
  }

  private static func kind(
    of entry: DirectoryEntry, in directory: borrowing Descriptor, _ path: String
  ) throws(LaunchError) -> (isDirectory: Bool, isLink: Bool) {
    if entry.type != 0 { return (entry.type == typeOfDirectory, entry.type == typeOfLink) }
    var status = cl_launch_status()
    guard cl_launch_entry_status(directory.raw, entry.name, &status) == 0 else { throw .call("examine \(path)") }
    return (status.isDirectory, status.isSymlink)
  }
}
