internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Brings the granted part of a kept namespace up to date, whoever is in it.
///
/// The process starts and ends in the host's mount namespace. Sources are opened there and cloned as mounts that are
/// nowhere (`open_tree`), then put on their targets in the other namespace (`move_mount`). Targets are walked to
/// without following links; names are made only in the view's own tmpfs, in the snap's own data and in its `/tmp`.
struct GrantedView: ~Copyable {
  private let plan: LaunchPlan
  let privileges: Privileges
  let user: UserAnchors
  /// The host's mount namespace, and the kept one.
  private let host: Int32
  private let namespace: Int32
  /// Whether these two are roots in one mount namespace: what is built in a user namespace is entered for good.
  private let areRoots: Bool
  /// Whether nothing of the view is read-only yet. What the plan seals is sealed at the end of the update then: before
  /// anybody is in the view, and before anything says that it may be entered.
  private let isOpen: Bool

  /// How many clones are carried over at once: each is a descriptor.
  static let batch = 128

  init(
    plan: LaunchPlan, privileges: Privileges, user: UserAnchors, host: Int32, namespace: Int32, isOpen: Bool = false
  ) {
    self.isOpen = isOpen
    self.plan = plan
    self.privileges = privileges
    self.user = user
    self.host = host
    self.namespace = namespace
    areRoots = false
  }

  /// Of a view that is being built in the mount namespace of the process.
  ///
  /// - Parameters:
  ///   - host: the root of the host's tree.
  ///   - inside: the root of the view.
  init(plan: LaunchPlan, privileges: Privileges, user: UserAnchors, host: Int32, inside: Int32) {
    self.plan = plan
    self.privileges = privileges
    self.user = user
    self.host = host
    namespace = inside
    areRoots = true
    isOpen = false
  }

  /// Shows what grants give now and nothing that they gave before.
  ///
  /// - Parameters:
  ///   - record: what was shown when this was last done. It may name more than is there.
  ///   - isNew: whether nobody has been in the view yet, and nobody will be in it if this is cut short.
  ///   - keep: writes down what may be there from here on. Called before something new is shown, unless the view is new,
  ///     and at the end.
  /// - Throws: when something that is no longer granted can't be taken away. What can't be shown is left out.
  func update(
    from record: [Shown], isNew: Bool = false, keep: ([Shown]) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    let wanted = try Resolver.resolve(plan: plan, privileges: privileges, user: user)
    var kept: [Shown] = []
    var added = wanted
    if !record.isEmpty {
      try inside { () throws(LaunchError) in (kept, added) = try removeWhatIsGone(record, wanted) }
    }
    if !added.isEmpty {
      if !isNew { try keep(kept + added) }
      try add(&added, to: &kept)
    }
    if isOpen { try inside { () throws(LaunchError) in try seal(kept) } }
    try keep(kept)
  }

  /// - Parameters:
  ///   - added: what is to be shown.
  ///   - kept: what is shown, to which is added what could be.
  private func add(_ added: inout [Shown], to kept: inout [Shown]) throws(LaunchError) {
    var start = 0
    var own = OwnPlaces(areOpen: isOpen)
    while start < added.count {
      let end = min(start + Self.batch, added.count)
      let clones = Sources(added[start..<end], self)
      try enter(namespace, "join the mount namespace of \(plan.instanceName)")
      if start == 0 { find(kept, &own, for: added) }
      for index in start..<end {
        guard let made = place(added[index], clones[index - start], &own) else { continue }
        added[index].made = made
        kept.append(added[index])
        if added[index].kind == .mimic { own.find(openInside(added[index].target), added[index].target) }
      }
      try enter(host, "return to the host's mount namespace")
      _ = consume clones
      start = end
    }
    kept.sort { comesBefore($0.target, $1.target) }
  }

  private func inside(_ body: () throws(LaunchError) -> Void) throws(LaunchError) {
    try enter(namespace, "join the mount namespace of \(plan.instanceName)")
    do throws(LaunchError) { try body() } catch {
      try enter(host, "return to the host's mount namespace")
      throw error
    }
    try enter(host, "return to the host's mount namespace")
  }

  /// Called inside, when all is in its place.
  private func seal(_ shown: [Shown]) throws(LaunchError) {
    var targets: [String] = []
    for item in shown where item.kind == .mimic { targets.append(item.target) }
    for case .seal(let target) in plan.view { targets.append(target) }
    for target in targets {
      try View.seal(try Descriptor(openInside(target), "open \(target) in the view"), target)
    }
  }

  private func enter(_ namespace: Int32, _ what: String) throws(LaunchError) {
    let result = areRoots ? cl_launch_chroot(namespace) : cl_launch_setns_mounts(namespace)
    guard result == 0 else { throw .call(what) }
  }

  // MARK: Taking away

  /// Called inside. What stays, and what is to be added; parents come first in both.
  private func removeWhatIsGone(
    _ record: [Shown], _ wanted: [Shown]
  ) throws(LaunchError) -> (kept: [Shown], added: [Shown]) {
    var kept: [Shown] = []
    var gone: [Shown] = []
    var added: [Shown] = []
    // Both are sorted alike, so one pass finds the pairs.
    var next = 0
    for item in record {
      while next < wanted.count, comesBefore(wanted[next].target, item.target) {
        added.append(wanted[next])
        next += 1
      }
      let isThere = isShown(item)
      if next < wanted.count, wanted[next].target == item.target {
        var same = wanted[next]
        next += 1
        if isThere, item.isSame(as: same) {
          same.made = item.made
          kept.append(same)
          continue
        }
        added.append(same)
      }
      if isThere { gone.append(item) }
    }
    added += wanted[next...]
    // Whatever lies below a place that changes goes with it, and is shown anew.
    let changed = (gone + added).filter { $0.isMount && $0.isDirectory }
    if !changed.isEmpty {
      var staying: [Shown] = []
      for item in kept {
        if changed.contains(where: { isBelow(item.target, $0.target) }) {
          gone.append(item)
          added.append(item)
        } else {
          staying.append(item)
        }
      }
      kept = staying
      added.sort { comesBefore($0.target, $1.target) }
      gone.sort { comesBefore($0.target, $1.target) }
    }
    if gone.isEmpty { return (kept, added) }
    var own = OwnPlaces()
    find(kept, &own, for: gone)
    for item in gone.reversed() { try remove(item, &own) }
    return (kept, added)
  }

  /// Whether it is what one sees at its target.
  private func isShown(_ item: Shown) -> Bool {
    let raw = openInside(item.target)
    guard raw >= 0 else { return false }
    defer { _ = cl_close(raw) }
    var status = cl_launch_status()
    guard cl_launch_fstatus(raw, &status) == 0 else { return item.isMount }
    switch item.kind {
    case .bind: return status.mount_root != 0 && status.device == item.device && status.inode == item.inode
    case .mimic, .scratch, .hiddenDirectory, .hiddenFile: return status.mount_root != 0
    case .link: return status.isSymlink
    }
  }

  private func remove(_ item: Shown, _ own: inout OwnPlaces) throws(LaunchError) {
    let name = lastName(of: item.target)
    let parent = try Descriptor(openInside(directoryPath(of: item.target)), "open the parent of \(item.target)")
    if item.isMount {
      guard cl_launch_fchdir(parent.raw) == 0 else { throw .call("enter the parent of \(item.target)") }
      let result = cl_umount(name, Int32(CL_MNT_DETACH | CL_UMOUNT_NOFOLLOW))
      let errno = cl_errno()
      _ = cl_launch_chdir("/")
      guard result == 0 || errno == CL_LAUNCH_EINVAL || errno == CL_LAUNCH_ENOENT else {
        throw LaunchError("cannot unmount \(item.target) in the view of \(plan.instanceName)", errno: errno)
      }
    }
    removeNames(item, &own)
  }

  /// Takes away the names that were made for it; a directory that holds something else stays.
  private func removeNames(_ item: Shown, _ own: inout OwnPlaces) {
    var path = item.target
    for level in 0..<item.made where path != "/" {
      let parent = openInside(directoryPath(of: path))
      guard parent >= 0 else { return }
      defer { _ = cl_close(parent) }
      let writable = self.writable(parent, path, &own)
      guard writable >= 0 else { return }
      let isDirectory = level > 0 || item.isDirectory
      let name = lastName(of: path)
      let result = isDirectory ? cl_launch_rmdir(writable, name) : cl_launch_unlink(writable, name)
      _ = cl_close(writable)
      guard result == 0 else { return }
      path = directoryPath(of: path)
    }
  }

  // MARK: Showing

  /// Called inside. The number of names made, nil when it could not be shown.
  private func place(_ item: Shown, _ clone: Int32, _ own: inout OwnPlaces) -> UInt32? {
    do throws(LaunchError) {
      switch item.kind {
      case .link: return try makeLink(item, &own)
      case .bind:
        guard clone >= 0 else { return nil }
        return try attach(clone, item, &own)
      case .mimic, .scratch, .hiddenDirectory:
        let mode = item.kind == .hiddenDirectory ? 0o555 : item.mode
        var attributes =
          item.kind == .hiddenDirectory
          ? CL_MOUNT_ATTR_RDONLY | CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV : item.attributes
        if isOpen, item.kind == .mimic { attributes &= ~CL_MOUNT_ATTR_RDONLY }
        let mount = try View.fileSystem("tmpfs", ["mode": octal(mode)], attributes)
        return try attach(mount.raw, item, &own)
      case .hiddenFile:
        // An end of file, whoever reads it: the kernel's own empty file.
        let null = try Descriptor(
          openRaw(atWorkingDirectory, "/dev/null", flags: pathOnly, walk: .plain), "open /dev/null")
        let mount = try Descriptor(cl_open_tree(null.raw, "", View.cloneFlags([])), "clone /dev/null")
        let attributes = CL_MOUNT_ATTR_RDONLY | CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NOEXEC
        _ = cl_mount_setattr(mount.raw, CL_AT_EMPTY_PATH, UInt64(attributes), 0, 0)
        return try attach(mount.raw, item, &own)
      }
    } catch { return nil }
  }

  private func attach(_ mount: Int32, _ item: Shown, _ own: inout OwnPlaces) throws(LaunchError) -> UInt32 {
    var made: UInt32 = 0
    let name = lastName(of: item.target)
    let parent = try directory(directoryPath(of: item.target), &own, &made)
    let writable = parent.writable
    let result =
      writable < 0
      ? -1 : item.isDirectory ? cl_launch_mkdir(writable, name, 0o755) : cl_launch_make_file(writable, name, 0)
    if result == 0 {
      made += 1
    } else {
      guard writable < 0 || cl_errno() == CL_LAUNCH_EEXIST else { throw .call("make \(item.target) in the view") }
      var status = cl_launch_status()
      guard cl_launch_entry_status(parent.inside, name, &status) == 0 else {
        throw LaunchError("cannot show \(item.target): its directory is not the view's own")
      }
      guard !status.isSymlink, status.isDirectory == item.isDirectory else {
        throw LaunchError("cannot show \(item.target): something of another kind is there")
      }
    }
    guard cl_launch_move_mount(mount, parent.inside, name) == 0 else {
      throw .call("mount \(item.target) in the view")
    }
    own.forget(item.target)
    return made
  }

  private func makeLink(_ item: Shown, _ own: inout OwnPlaces) throws(LaunchError) -> UInt32 {
    var made: UInt32 = 0
    let writable = try directory(directoryPath(of: item.target), &own, &made).writable
    guard writable >= 0 else { throw LaunchError("cannot make link \(item.target) in the view") }
    guard cl_launch_symlink(item.source, writable, lastName(of: item.target)) == 0 else {
      throw .call("make link \(item.target) in the view")
    }
    return made + 1
  }

  /// Opens a directory of the view, making what is missing.
  private func directory(
    _ path: String, _ own: inout OwnPlaces, _ made: inout UInt32
  ) throws(LaunchError) -> OwnPlaces.Spot {
    if let open = own.spot(path) { return open }
    var parent: OwnPlaces.Spot?
    var raw: Int32
    if path == "/" {
      raw = openInside(path)
    } else {
      let around = try directory(directoryPath(of: path), &own, &made)
      let name = lastName(of: path)
      raw = openRaw(around.inside, name, flags: pathOfDirectory, walk: .beneath)
      if raw < 0, cl_errno() == CL_LAUNCH_ENOENT {
        guard around.writable >= 0 else {
          throw LaunchError("cannot show \(path): its directory is not the view's own")
        }
        guard cl_launch_mkdir(around.writable, name, 0o755) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
          throw .call("make \(path) in the view")
        }
        made += 1
        raw = openRaw(around.inside, name, flags: pathOfDirectory, walk: .beneath)
      }
      parent = around
    }
    var status = cl_launch_status()
    guard raw >= 0, cl_launch_fstatus(raw, &status) == 0 else {
      let error = LaunchError.call("open \(path) in the view")
      if raw >= 0 { _ = cl_close(raw) }
      throw error
    }
    let writable = own.isOpen(status) ? raw : writable(raw, path, status, in: parent, &own)
    let spot = OwnPlaces.Spot(path: path, inside: raw, writable: writable, device: status.device)
    own.remember(spot)
    return spot
  }

  /// Another way to an open directory, in which names can be made; through that of its parent if there is one.
  private func writable(
    _ directory: Int32, _ path: String, _ status: cl_launch_status, in parent: OwnPlaces.Spot?,
    _ own: inout OwnPlaces
  ) -> Int32 {
    guard let parent, parent.writable >= 0, parent.device == status.device, status.mount_root == 0 else {
      return writable(directory, path == "/" ? "/." : path + "/.", &own)
    }
    let raw = openRaw(parent.writable, lastName(of: path), flags: pathOfDirectory, walk: .beneath)
    guard raw >= 0 else { return -1 }
    var found = cl_launch_status()
    if cl_launch_fstatus(raw, &found) == 0, found.device == status.device, found.inode == status.inode { return raw }
    _ = cl_close(raw)
    return -1
  }

  // MARK: Names in the view

  /// The last name may be a link that a grant made: it is opened, not followed.
  private func openInside(_ path: String) -> Int32 {
    openRaw(atWorkingDirectory, path, flags: pathOnly | Int32(CL_LAUNCH_O_NOFOLLOW), walk: .plain)
  }

  /// The directory of a path as one in which names can be made, though what everyone sees is read-only: through another
  /// mount of the same place that is nowhere. -1 when it is not one in which the launcher may make names.
  private func writable(_ directory: Int32, _ path: String, _ own: inout OwnPlaces) -> Int32 {
    var status = cl_launch_status()
    guard cl_launch_fstatus(directory, &status) == 0 else { return -1 }
    if own.has(status.device), cl_launch_filesystem(directory) == CL_LAUNCH_TMPFS {
      let opened = own.open(directoryPath(of: path), status)
      return opened >= 0 ? opened : OwnPlaces.writableClone(of: directory)
    }
    return isSnaps(path, status.device) ? OwnPlaces.writableClone(of: directory) : -1
  }

  /// Whether a place is in the snap's data or its `/tmp`, and not in something that is mounted there.
  private func isSnaps(_ path: String, _ device: UInt64) -> Bool {
    for place in ["/var/snap/" + plan.snapName, "/tmp"] where isBelow(path, place) {
      var status = cl_launch_status()
      let raw = openInside(place)
      guard raw >= 0 else { return false }
      defer { _ = cl_close(raw) }
      return cl_launch_fstatus(raw, &status) == 0 && status.device == device
    }
    return false
  }

  /// The tmpfs that the view itself consists of, as far as names are made or taken away in them. Nothing of the host is
  /// among them.
  private func find(_ shown: [Shown], _ own: inout OwnPlaces, for items: [Shown]) {
    var targets = ["/"]
    for step in plan.view {
      switch step {
      case .tmpfs(let target, _, _), .baseTree(_, let target, _, _): targets.append(target)
      default: continue
      }
    }
    for item in shown where item.kind == .mimic { targets.append(item.target) }
    for target in targets where items.contains(where: { isBelow($0.target, target) }) {
      own.find(openInside(target), target)
    }
  }
}
