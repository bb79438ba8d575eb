internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Builds what an app sees, in a mount namespace made for it.
///
/// Everything is done by descriptor: sources are opened on the host's tree, cloned as mounts that are nowhere
/// (`open_tree`), given their flags there (`mount_setattr`) and only then put on a target that was walked to
/// from the view's own root (`move_mount`).
struct View: ~Copyable {
  /// The host's tree, as this namespace has it.
  let host: Descriptor
  /// The view's own root: a tmpfs.
  let root: Descriptor
  let places: Places
  private let clones: Clones
  private let last = LastDirectory()
  /// Whether it is built in a user namespace, where some things are done in another way (see `UnkeptView`).
  let isUnkept: Bool

  /// Makes the whole tree slave (the host must not see what happens here) and puts a tmpfs on `scratch`.
  ///
  /// - Parameters:
  ///   - scratch: a directory of root's on the host; what it holds is not touched.
  ///   - unkeptFor: the instance name of the snap, when the view is built in a user namespace.
  init(
    scratch: borrowing Descriptor, places: Places, clones: consuming Clones, unkeptFor: String? = nil
  ) throws(LaunchError) {
    let host = try Descriptor(cl_launch_open(atWorkingDirectory, "/", pathOfDirectory, 0), "open /")
    guard cl_mount("none", "/", nil, CL_MS_REC | CL_MS_SLAVE, nil) == 0 else {
      throw .call("cut the mount namespace off from the host")
    }
    let source = unkeptFor.map { UnkeptView.mark(places, $0) } ?? "none"
    let root = try Self.fileSystem(
      "tmpfs", ["source": source, "mode": "0755"], CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV)
    guard cl_move_mount(root.raw, scratch.raw) == 0 else { throw .call("mount the view's root") }
    isUnkept = unkeptFor != nil
    self.places = places
    self.clones = clones
    self.host = host
    self.root = root
  }

  /// Makes the view the root, and lets go of everything else.
  func enter() throws(LaunchError) {
    guard cl_launch_fchdir(root.raw) == 0, cl_launch_pivot_root() == 0 else { throw .call("enter the view") }
    guard cl_umount(".", CL_MNT_DETACH) == 0 else { throw .call("leave the host's root") }
    guard cl_launch_chdir("/") == 0 else { throw .call("enter the view") }
  }

  /// - Parameter sealing: whether to make read-only what the plan seals; else that is left for when grants are shown.
  func apply(_ plan: LaunchPlan, user: borrowing UserPlaces, sealing: Bool = true) throws(LaunchError) {
    for (index, step) in plan.view.enumerated() {
      switch step {
      case .tmpfs(let target, let mode, let options):
        let mount = try Self.fileSystem(
          "tmpfs", ["mode": octal(mode)], Self.attributes(options) | CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV)
        try attach(mount, to: target, isDirectory: true)
      case .directory(let target, let mode): try makeDirectory(target, mode: mode)
      case .baseTree(let source, let target, let excluding, let options):
        try replicate(source, at: target, excluding: excluding, options, before: plan.view[(index + 1)...])
      case .bind(_, let target, let options) where options.contains(.shared):
        try attach(clones[index], to: target, options)
      case .bind(let source, let target, let options): try bind(source, target, options)
      case .symlink(let target, let content):
        let parent = try self.parent(of: target)
        guard cl_launch_symlink(content, parent, lastName(of: target)) == 0 else {
          throw .call("make link \(target) in the view")
        }
      case .file(let target, let content, let mode): try makeFile(target, content, mode: mode)
      case .proc(let target, let hidePID):
        if isUnkept {
          // A new instance takes a right over the process namespace: the one that is there, with what hides parts of it.
          try bind("/proc", target, [.recursive, .noSetUID, .noDevices, .noExecute])
          continue
        }
        let flags = CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV | CL_MOUNT_ATTR_NOEXEC
        let mount = try Self.proc(hidePID: hidePID, flags)
        try attach(mount, to: target, isDirectory: true)
      case .devpts(let target):
        let flags = CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NOEXEC
        // The group `tty` is not in a user namespace of one user.
        let mount =
          isUnkept
          ? try Self.fileSystem("devpts", ["ptmxmode": "0666", "mode": "0600"], flags)
          : try Self.fileSystem("devpts", ["ptmxmode": "0666", "mode": "0620", "gid": "5"], flags)
        try attach(mount, to: target, isDirectory: true)
        let parent = try self.parent(of: target)
        guard
          cl_launch_symlink("\(lastName(of: target))/ptmx", parent, "ptmx") == 0 || cl_errno() == CL_LAUNCH_EEXIST
        else {
          throw .call("make ptmx in the view")
        }
      case .userData:
        guard let home = user.home else { continue }
        try attach(clones[index], to: "\(home)/snap/\(plan.instanceName)", Clones.ofUser)
      case .userRuntime(_, let target):
        try attach(clones[index], to: "\(target)/\(user.uid)/snap.\(plan.instanceName)", Clones.ofUser)
      case .privateTmp(let source, let target):
        guard isUnkept else {
          try privateTmp(source, target)
          continue
        }
        try unkeptTmp(plan, user.uid, source, target)
      case .seal(let target):
        guard sealing else { continue }
        try Self.seal(try self.target(target, isDirectory: true), target)
      case .hostRoot(let target, let options):
        try attach(clones[index], to: target, options.union(.recursive))
      }
    }
  }

  // MARK: Mounts

  /// A new file system that is mounted nowhere yet.
  static func fileSystem(
    _ type: String, _ options: KeyValuePairs<String, String>, _ attributes: UInt32
  ) throws(LaunchError) -> Descriptor {
    let context = try Descriptor(cl_fsopen(type), "make a \(type)")
    for (key, value) in options {
      guard cl_fsconfig_string(context.raw, key, value) == 0 else { throw .call("set \(key) of a \(type)") }
    }
    guard cl_fsconfig_create(context.raw) == 0 else { throw .call("make a \(type)") }
    return try Descriptor(cl_fsmount(context.raw, attributes), "make a \(type)")
  }

  /// Kernels before 5.8 know no `hidepid=ptraceable`: then everything is shown, as the reference does.
  private static func proc(hidePID: Bool, _ attributes: UInt32) throws(LaunchError) -> Descriptor {
    guard hidePID else { return try fileSystem("proc", [:], attributes) }
    do throws(LaunchError) { return try fileSystem("proc", ["hidepid": "ptraceable"], attributes) } catch {
      guard error.errno == CL_LAUNCH_EINVAL else { throw error }
      return try fileSystem("proc", [:], attributes)
    }
  }

  static func attributes(_ options: BindOptions) -> UInt32 {
    var flags: UInt32 = 0
    if options.contains(.readOnly) { flags |= CL_MOUNT_ATTR_RDONLY }
    if options.contains(.noSetUID) { flags |= CL_MOUNT_ATTR_NOSUID }
    if options.contains(.noDevices) { flags |= CL_MOUNT_ATTR_NODEV }
    if options.contains(.noExecute) { flags |= CL_MOUNT_ATTR_NOEXEC }
    return flags
  }

  static func cloneFlags(_ options: BindOptions) -> UInt32 {
    CL_OPEN_TREE_CLONE | CL_OPEN_TREE_CLOEXEC | CL_AT_EMPTY_PATH
      | (options.contains(.recursive) ? CL_AT_RECURSIVE : 0)
  }

  private func configure(_ mount: Int32, _ options: BindOptions, _ source: String) throws(LaunchError) {
    let flags = CL_AT_EMPTY_PATH | (options.contains(.recursive) ? CL_AT_RECURSIVE : 0)
    let propagation = UInt64(Self.propagation(options))
    guard cl_mount_setattr(mount, flags, UInt64(Self.attributes(options)), 0, propagation) == 0 else {
      throw .call("set mount flags of \(source)")
    }
  }

  static func propagation(_ options: BindOptions) -> UInt {
    options.contains(.private) ? CL_MS_PRIVATE : options.contains(.shared) ? 0 : CL_MS_SLAVE
  }

  /// Makes a place of the view's own read-only. What is no file system of its own is part of one that is sealed too.
  static func seal(_ place: borrowing Descriptor, _ path: String) throws(LaunchError) {
    guard try place.status(path).mount_root != 0 || path == "/" else { return }
    guard cl_mount_setattr(place.raw, CL_AT_EMPTY_PATH, UInt64(CL_MOUNT_ATTR_RDONLY), 0, 0) == 0 else {
      throw .call("make \(path) read-only in the view")
    }
  }

  func attach(_ mount: borrowing Descriptor, to path: String, isDirectory: Bool) throws(LaunchError) {
    try attach(mount.raw, to: path, isDirectory: isDirectory)
  }

  private func attach(_ mount: Int32, to path: String, isDirectory: Bool) throws(LaunchError) {
    guard path == "/" else {
      return try put(mount, in: try parent(of: path), at: path, isDirectory: isDirectory)
    }
    let target = try self.target(path, isDirectory: true)
    guard cl_move_mount(mount, target.raw) == 0 else { throw .call("mount \(path) in the view") }
    forget(path)
  }

  /// Shows what a descriptor holds.
  func show(
    _ source: borrowing Descriptor, named name: String, at target: String, _ options: BindOptions
  ) throws(LaunchError) {
    let isDirectory = try source.status(name).isDirectory
    guard isDirectory, !options.contains(.recursive) else {
      let recursive: Int32 = options.contains(.recursive) ? 1 : 0
      let mount = try Descriptor(
        cl_launch_clone(
          source.raw, "", recursive, UInt64(Self.attributes(options)), UInt64(Self.propagation(options))),
        "clone \(name)")
      try attach(mount, to: target, isDirectory: isDirectory)
      return
    }
    var isWhole = false
    let mount = try cloneAlone(source, name, isWhole: &isWhole)
    try configure(mount.raw, isWhole ? options.union(.recursive) : options, name)
    try attach(mount, to: target, isDirectory: true)
    if isWhole { try cover(source, at: target) }
  }

  /// Shows a clone that was taken beforehand; -1 when there is nothing to show.
  private func attach(_ clone: Int32, to path: String, _ options: BindOptions) throws(LaunchError) {
    guard clone >= 0 else { return }
    var status = cl_launch_status()
    guard cl_launch_fstatus(clone, &status) == 0 else { throw .call("examine what is shown at \(path)") }
    try configure(clone, options, path)
    try attach(clone, to: path, isDirectory: status.isDirectory)
  }

  private func bind(_ source: String, _ target: String, _ options: BindOptions) throws(LaunchError) {
    let walk: Walk = options.contains(.followSymlinks) ? .links : .plain
    let raw = openRaw(host.raw, source, flags: pathOnly, walk: walk)
    if raw < 0, options.contains(.optional), cl_errno() == CL_LAUNCH_ENOENT || cl_errno() == CL_LAUNCH_ENOTDIR {
      return
    }
    let directory = try Descriptor(raw, "open \(source)")
    do throws(LaunchError) { try show(directory, named: source, at: target, options) } catch {
      // An optional target inside a read-only base can be missing, too.
      guard options.contains(.optional), error.errno == readOnlyFileSystem else { throw error }
    }
  }

  /// Mounts on a name in an open directory of the view, making the name if it is missing.
  func put(
    _ mount: Int32, in directory: Int32, at path: String, isDirectory: Bool
  ) throws(LaunchError) {
    let name = lastName(of: path)
    let made =
      isDirectory ? cl_launch_mkdir(directory, name, 0o755) : cl_launch_make_file(directory, name, 0o644)
    if made == 0 {
      guard cl_launch_move_mount(mount, directory, name) == 0 else { throw .call("mount \(path) in the view") }
      forget(path)
      return
    }
    guard cl_errno() == CL_LAUNCH_EEXIST else { throw .call("make \(path) in the view") }
    // The base may have anything there: a link is no place.
    let target = try Descriptor(openInView(path), "open \(path) in the view")
    guard cl_move_mount(mount, target.raw) == 0 else { throw .call("mount \(path) in the view") }
    forget(path)
  }

  func privateTmp(_ source: String, _ target: String) throws(LaunchError) {
    // `source` is below a directory of root's, as Places checks; both levels are root's own.
    guard let slash = source.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    let parentPath = String(source[..<slash])
    let own = places.prefix + "/var/lib/snapd/"
    let parent =
      source.utf8.starts(with: own.utf8)
      ? try places.directory(String(Substring(parentPath.utf8.dropFirst(places.prefix.utf8.count))), create: true)
      : try Descriptor(openRaw(host.raw, parentPath, flags: pathOfDirectory, walk: .plain), "open \(parentPath)")
    let outer = try places.step(parent.raw, lastName(of: source), create: true, mode: 0o700, of: source)
    var raw = openRaw(outer.raw, "tmp", flags: pathOfDirectory, walk: .beneath)
    if raw < 0, cl_errno() == CL_LAUNCH_ENOENT {
      guard cl_launch_mkdir(outer.raw, "tmp", 0o1777) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
        throw .call("make \(source)/tmp")
      }
      raw = openRaw(outer.raw, "tmp", flags: pathOfDirectory, walk: .beneath)
    }
    let inner = try Descriptor(raw, "open \(source)/tmp")
    guard try inner.status(source).uid == 0 else { throw LaunchError("cannot trust \(source)/tmp: it is not root's") }
    try show(inner, named: source, at: target, [.private, .noSetUID, .noDevices])
  }

  // MARK: Targets

  /// Opens a place in the view, making what is missing.
  private func target(_ path: String, isDirectory: Bool) throws(LaunchError) -> Descriptor {
    let raw = openInView(path)
    if raw >= 0 { return try Descriptor(raw, "open \(path) in the view") }
    guard cl_errno() == CL_LAUNCH_ENOENT else { throw .call("open \(path) in the view") }
    if isDirectory {
      try makeDirectory(path, mode: 0o755)
    } else {
      try makeFile(path, "", mode: 0o644)
    }
    return try Descriptor(openInView(path), "open \(path) in the view")
  }

  func openInView(_ path: String) -> Int32 {
    openRaw(root.raw, path == "/" ? "." : String(Substring(path.utf8.dropFirst())), flags: pathOnly, walk: .beneath)
  }

  private func makeDirectory(_ path: String, mode: UInt32) throws(LaunchError) {
    if path == "/" { return }
    let parent = try self.parent(of: path)
    guard cl_launch_mkdir(parent, lastName(of: path), mode) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
      throw .call("make \(path) in the view")
    }
  }

  private func makeFile(_ path: String, _ content: String, mode: UInt32) throws(LaunchError) {
    let parent = try self.parent(of: path)
    let flags = Int32(CL_LAUNCH_O_WRONLY | CL_LAUNCH_O_CREAT | CL_LAUNCH_O_EXCL)
    let file = try Descriptor(cl_launch_open(parent, lastName(of: path), flags, mode), "make \(path) in the view")
    if !content.isEmpty { try file.write(Array(content.utf8), path) }
  }

  /// The directory that holds a path, open until another is asked for: most steps go into that of the one before.
  func parent(of path: String) throws(LaunchError) -> Int32 {
    let path = directoryPath(of: path)
    if path == "/" { return root.raw }
    if !isSame(last.path, path) {
      let opened = try target(path, isDirectory: true)
      last.path = path
      last.directory = consume opened
    }
    return descriptorNumber(last.directory)
  }

  /// To be called when something is mounted: what is at a path, or below it, is another now.
  private func forget(_ path: String) {
    if isSame(last.path, path) || isBelow(last.path, path) { last.path = "" }
  }

  /// Where the last step went.
  private final class LastDirectory {
    var path = ""
    var directory: Descriptor?
  }
}
