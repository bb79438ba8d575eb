internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Works out, in the host's mount namespace, what the granted part of a view has to show now.
///
/// Nothing is mounted here. Each result says which file it is, so that whoever mounts it notices when the path has
/// become another's meanwhile.
struct Resolver: ~Copyable {
  private let plan: LaunchPlan
  private let privileges: Privileges
  private let user: UserAnchors
  private var expansion = Expansion()
  /// Read when the first place asks for it.
  private var deviceTree: DeviceTreeMatches?
  /// Where the last place began: those of a plan are sorted, so the next mostly begins there too. Nil where nothing is.
  private var source: Descriptor?
  private var sourceKey = (path: "", isUsers: false)
  /// Where the last place is, as the plan says it and what that stands for: the next is mostly there too.
  private var expanded = (source: "", onHost: nil as (path: String, isUsers: Bool)?, target: "", inside: nil as String?)
  /// The user's home on the host, once a place is in it; nil when it can't be opened.
  private var home: Descriptor?
  private var hasHome = false
  /// Sources that are not there; what is below them isn't either.
  private var missing: [(path: String, isUsers: Bool)] = []
  private var shown: [Shown] = []
  /// Directories that may stand for what matched in them, with whether something in them may be written.
  private var directories: [(path: String, target: String, isUsers: Bool, isWritten: Bool)] = []
  private var refusals: [Shown] = []

  /// - Parameter user: whose home and runtime directory are meant.
  init(plan: LaunchPlan, privileges: Privileges, user: UserAnchors) {
    self.plan = plan
    self.privileges = privileges
    self.user = user
  }

  /// What is to be shown, parents first. What can't be opened or is not there is left out: an app that lacks a granted
  /// place says so itself.
  static func resolve(
    plan: LaunchPlan, privileges: Privileges, user: UserAnchors
  ) throws(LaunchError) -> [Shown] {
    var resolver = Resolver(plan: plan, privileges: privileges, user: user)
    let places = Places(prefix: user.prefix)
    if plan.grantedPlaces.count >= 16 { resolver.expansion.memory = DirectoryMatches.load(places) }
    for step in plan.grantedSteps { try resolver.add(step) }
    for place in plan.grantedPlaces { try resolver.add(place) }
    try resolver.addMimics()
    resolver.deviceTree?.save(places)
    resolver.expansion.memory?.save(places)
    resolver.widen()
    let arranged = Self.withoutHomeless(
      Self.arranged(resolver.shown, refusals: resolver.refusals, plan), plan)
    // The snap's own part of the home is not a matter of grants, and `~/snap` as a whole is other snaps' too.
    guard let snaps = user.home.map({ $0 + "/snap" }) else { return arranged }
    let own = snaps + "/" + plan.instanceName
    return arranged.filter { $0.target != snaps && $0.target != own && !isBelow($0.target, own) }
  }

  // MARK: Steps

  private mutating func add(_ step: MountStep) throws(LaunchError) {
    switch step {
    case .bind(let source, let target, let options):
      let raw = openRaw(atWorkingDirectory, source, flags: pathOnly, walk: .plain)
      guard raw >= 0 else { return }
      let opened = try Descriptor(raw, source)
      var status = cl_launch_status()
      guard cl_launch_fstatus(opened.raw, &status) == 0, !status.isSymlink else { return }
      // In a directory where anyone can make names, only root's own can be meant.
      if source.utf8.starts(with: "/tmp/".utf8), status.uid != 0 { return }
      add(.bind, target, source, status, View.attributes(options) | CL_MOUNT_ATTR_NOSUID)
      shown[shown.count - 1].isAgain = true
    case .tmpfs(let target, let mode, let options):
      var item = Shown(kind: .scratch, target: target, source: "tmpfs")
      item.attributes = View.attributes(options) | CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV
      item.mode = mode
      item.isDirectory = true
      shown.append(item)
    case .symlink(let target, let content): shown.append(Shown(kind: .link, target: target, source: content))
    default: return
    }
  }

  /// Stand-ins are made where something needs them: what is to be shown may not be on this machine.
  private mutating func addMimics() throws(LaunchError) {
    var needed: [String] = []
    for case .baseTree(let source, let target, let excluding, let options) in plan.grantedSteps {
      guard shown.contains(where: { isBelow($0.target, target) && !Self.isFixed($0.target, plan) }) else { continue }
      needed.append(target)
      try addMimic(source, target, excluding, View.attributes(options) | CL_MOUNT_ATTR_NOSUID)
    }
    // What the fixed view has is shown again where a stand-in hides it, and only there.
    let kept = needed
    let fixed = plan
    shown.removeAll { item in
      item.isAgain && Self.isFixed(item.target, fixed) && !kept.contains { isBelow(item.target, $0) }
    }
  }

  /// Whether the fixed view binds something right there.
  private static func isFixed(_ target: String, _ plan: LaunchPlan) -> Bool {
    for case .bind(_, let place, _) in plan.view where isSame(place, target) { return true }
    return false
  }

  private mutating func addMimic(
    _ source: String, _ target: String, _ excluding: [String], _ attributes: UInt32
  ) throws(LaunchError) {
    let raw = openRaw(atWorkingDirectory, source, flags: Int32(CL_LAUNCH_O_DIRECTORY), walk: .plain)
    guard raw >= 0 else { return }
    let directory = try Descriptor(raw, source)
    var item = Shown(kind: .mimic, target: target, source: source)
    item.attributes = CL_MOUNT_ATTR_RDONLY | CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV
    item.mode = try directory.status(source).mode & 0o7777
    item.isDirectory = true
    shown.append(item)
    for entry in try entries(of: directory, source) where !excluding.contains(entry.name) {
      let name = entry.name
      var status = cl_launch_status()
      guard cl_launch_entry_status(directory.raw, name, &status) == 0 else { continue }
      if status.isSymlink {
        shown.append(
          Shown(kind: .link, target: "\(target)/\(name)", source: try linkContent(directory.raw, name)))
      } else {
        add(.bind, "\(target)/\(name)", "\(source)/\(name)", status, attributes)
      }
      shown[shown.count - 1].isFiller = true
    }
  }

  private mutating func add(
    _ kind: Shown.Kind, _ target: String, _ source: String, _ status: cl_launch_status, _ attributes: UInt32,
    isUsers: Bool = false
  ) {
    var item = Shown(kind: kind, target: target, source: source, isUsers: isUsers, attributes: attributes)
    item.device = status.device
    item.inode = status.inode
    item.birth = status.birth
    item.isDirectory = status.isDirectory
    shown.append(item)
  }

  // MARK: Places

  private mutating func add(_ place: GrantedPlace) throws(LaunchError) {
    if !isSame(expanded.source, place.source) {
      expanded.source = place.source
      expanded.onHost = user.expandOnHost(place.source)
    }
    if !isSame(expanded.target, place.target) {
      expanded.target = place.target
      expanded.inside = user.expand(place.target)
    }
    guard let target = expanded.inside, let source = expanded.onHost else { return }
    // Root has nothing to lower, and need not raise it again for each place.
    let switches = source.isUsers && !privileges.isRoot
    if switches { try privileges.lower() }
    do throws(LaunchError) {
      try find(place, source: source.path, target: target, isUsers: source.isUsers)
    } catch {
      if switches { try privileges.raise() }
      throw error
    }
    if switches { try privileges.raise() }
  }

  private mutating func find(
    _ place: GrantedPlace, source: String, target: String, isUsers: Bool
  ) throws(LaunchError) {
    let directory = open(source, isUsers: isUsers)
    // Most of what interfaces grant is on no machine at once: a pattern is read when there is something to look in.
    guard directory >= 0, let glob = PathGlob(place.pattern) else { return }
    let options = place.options
    let uid = user.uid
    var attributes = CL_MOUNT_ATTR_NOSUID
    if !options.contains(.write) { attributes |= CL_MOUNT_ATTR_RDONLY }
    if !options.contains(.execute) { attributes |= CL_MOUNT_ATTR_NOEXEC }
    if !options.contains(.devices) { attributes |= CL_MOUNT_ATTR_NODEV }
    var matches: [Shown] = []
    expansion.asUser = isUsers && !privileges.isRoot
    try matching(place, glob, in: directory, at: source) { (match: Expansion.Match) throws(LaunchError) in
      let status = match.status
      if options.contains(.owner), status.uid != uid { return }
      let rest = match.path.utf8.dropFirst(source == "/" ? 0 : source.utf8.count)
      let inside = (target == "/" ? "" : target) + String(Substring(rest))
      var item = Shown(kind: .bind, target: inside, source: match.path, isUsers: isUsers, attributes: attributes)
      item.device = status.device
      item.inode = status.inode
      item.birth = status.birth
      item.isDirectory = status.isDirectory
      if status.isSymlink {
        guard options.contains(.links), let text = Self.text(of: match) else { return }
        item = Shown(kind: .link, target: inside, source: text)
      } else if !status.isDirectory, !status.isRegular {
        // Sockets, pipes and nodes can be used through a read-only mount; their owner and mode cannot be changed.
        item.attributes |= CL_MOUNT_ATTR_RDONLY
      }
      matches.append(item)
    }
    for item in matches {
      if options.contains(.hidden) || options.contains(.protected) {
        var refusal = item
        refusal.isRefusal = true
        refusal.attributes |= CL_MOUNT_ATTR_RDONLY
        if options.contains(.hidden) {
          refusal.kind = item.isDirectory ? .hiddenDirectory : .hiddenFile
        }
        if item.kind == .bind { refusals.append(refusal) }
        continue
      }
      shown.append(item)
      guard options.contains(.byDirectory), item.kind == .bind else { continue }
      let parent = directoryPath(of: item.source)
      let isWritten = item.attributes & CL_MOUNT_ATTR_RDONLY == 0
      if let known = directories.firstIndex(where: { $0.path == parent }) {
        directories[known].isWritten = directories[known].isWritten || isWritten
      } else {
        directories.append((parent, directoryPath(of: item.target), isUsers, isWritten))
      }
    }
  }

  /// Opens the directory in which a place's matches are, with the rights of the moment. It stays open until another is
  /// asked for; -1 where there is none.
  private mutating func open(_ path: String, isUsers: Bool) -> Int32 {
    if sourceKey.isUsers == isUsers, isSame(sourceKey.path, path) { return descriptorNumber(source) }
    sourceKey = (path, isUsers)
    source = nil
    for known in missing where known.isUsers == isUsers && isBelow(path, known.path) { return -1 }
    expansion.asUser = isUsers && !privileges.isRoot
    if let top = user.homeOnHost, path == top || isBelow(path, top) {
      if expansion.isMissing(path, below: top) { return -1 }
      if isUsers, isBelow(path, top) {
        if !hasHome {
          home = user.open(top, isDirectory: true)
          hasHome = true
        }
        source = UserAnchors.open(path, below: top, descriptorNumber(home))
      } else {
        source = user.open(path, isDirectory: true)
      }
    } else {
      if expansion.isMissing(path) { return -1 }
      source = user.open(path, isDirectory: true)
    }
    let raw = descriptorNumber(source)
    if raw < 0 { missing.append((path, isUsers)) }
    return raw
  }

  /// Calls `body` with what matches now.
  private mutating func matching(
    _ place: GrantedPlace, _ glob: PathGlob, in directory: Int32, at source: String,
    _ body: (Expansion.Match) throws(LaunchError) -> Void
  ) throws(LaunchError) {
    let isDirectory = place.options.contains(.subtree)
    let links = place.options.contains(.links)
    guard DeviceTreeMatches.isFor(place) else {
      try expansion.expand(glob, in: directory, at: source, directories: isDirectory, links: links, body)
      return
    }
    var tree = deviceTree ?? DeviceTreeMatches.load(Places(prefix: user.prefix))
    let stamp = tree.stamp(of: place)
    if let known = tree.paths(of: place, stamp: stamp) {
      for path in known {
        let raw = openRaw(atWorkingDirectory, directoryPath(of: path), flags: pathOfDirectory, walk: .plain)
        guard raw >= 0 else { continue }
        let parent = try Descriptor(raw, path)
        let name = lastName(of: path)
        var status = cl_launch_status()
        guard cl_launch_entry_status(parent.raw, name, &status) == 0, status.isDirectory == isDirectory else {
          continue
        }
        try body(Expansion.Match(directory: parent.raw, name: name, path: path, status: status))
      }
    } else {
      // With bounds of its own: the kernel's tree is as large as it is, and what is remembered must not depend on what
      // else was looked for.
      var expansion = Expansion()
      var found: [String] = []
      try expansion.expand(glob, in: directory, at: source, directories: isDirectory, links: true) {
        (match: Expansion.Match) throws(LaunchError) in
        found.append(match.path)
        try body(match)
      }
      tree.remember(found, of: place, stamp: stamp)
    }
    deviceTree = tree
  }

  private static func text(of match: Expansion.Match) -> String? {
    do throws(LaunchError) { return try linkContent(match.directory, match.name) } catch { return nil }
  }

  /// Shows directories instead of what matched in them, where that shows nothing else that acts: a service that is
  /// started anew makes its socket anew, and one that was shown alone would be of the old one.
  private mutating func widen() {
    for candidate in directories {
      if candidate.isUsers { do throws(LaunchError) { try privileges.lower() } catch { continue } }
      let status = isPlain(candidate.path)
      if candidate.isUsers { do throws(LaunchError) { try privileges.raise() } catch { return } }
      guard let status else { continue }
      let target = candidate.target
      shown.removeAll { $0.kind == .bind && !$0.isDirectory && directoryPath(of: $0.target) == target }
      var attributes = CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NOEXEC | CL_MOUNT_ATTR_NODEV
      if !candidate.isWritten { attributes |= CL_MOUNT_ATTR_RDONLY }
      add(.bind, target, candidate.path, status, attributes, isUsers: candidate.isUsers)
    }
  }

  /// The status of a directory in which regular files and what is granted are all there is.
  private func isPlain(_ path: String) -> cl_launch_status? {
    guard let directory = user.open(path, isDirectory: true) else { return nil }
    let raw = cl_launch_open(directory.raw, ".", Int32(CL_LAUNCH_O_DIRECTORY), 0)
    guard raw >= 0 else { return nil }
    defer { _ = cl_close(raw) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let listing = Listing(raw, &buffer)
    guard listing.isComplete, listing.entries.count <= 1024 else { return nil }
    for entry in listing.entries where entry.type != 8 {
      let name = path + "/" + listing.name(of: entry)
      guard shown.contains(where: { $0.source == name && !$0.isDirectory && $0.kind == .bind }) else { return nil }
    }
    var status = cl_launch_status()
    guard cl_launch_fstatus(directory.raw, &status) == 0, status.isDirectory else { return nil }
    return status
  }
}
