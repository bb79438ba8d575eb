internal import Glibc
internal import Host
internal import Linux
internal import Snap

/// The data directories of a snap: one a revision and one common to all, for the system and for each user.
struct RevisionData {
  let directories: Directories
  let instance: InstanceName

  /// A place that holds data of the snap: `/var/snap/<instance>`, or `~/snap/<instance>` of one user.
  ///
  /// A user may put anything into the own home, links included, at any moment. So the place is opened once,
  /// without following links, and everything is done below that descriptor (`spec/threats.md`, "Privileged path
  /// operations").
  final class Place {
    /// What the place is called in records.
    let name: String
    private let directory: OwnedFD

    init(name: String, directory: consuming OwnedFD) {
      self.name = name
      self.directory = directory
    }

    private var path: String { "/proc/self/fd/\(directory.raw)" }

    func revision(_ revision: Revision) -> String { "\(path)/\(revision)" }
    /// Data of an earlier stay of the same revision, kept until the change is over.
    func trashed(_ revision: Revision) -> String { "\(path)/\(revision).old" }

    func has(_ path: String) throws(SyscallError) -> Bool {
      try Files.status(path, followSymlinks: false) != nil
    }
  }

  /// Goes through the system's place and those of the users who have one, one open at a time: there may be thousands.
  /// Users are found as the reference finds them: the directories below `/home`, and root.
  private func forEachPlace(_ body: (Place) throws(SyscallError) -> Void) throws(SyscallError) {
    let system = directories.data(of: instance)
    do throws(SyscallError) {
      let directory = try OwnedFD.open(system, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      try body(Place(name: system, directory: directory))
    } catch {
      guard error.path == system, Self.isNoPlace(error) else { throw error }
    }
    try forEachHome("snap/\(instance)") { (home, directory) throws(SyscallError) in
      try body(Place(name: "\(home)/snap/\(instance)", directory: directory))
    }
  }

  /// Opens a directory in each home that has it, without following a link: users make links as they like.
  private func forEachHome(
    _ path: String, _ body: (_ home: String, consuming OwnedFD) throws(SyscallError) -> Void
  ) throws(SyscallError) {
    for home in directories.homes {
      guard let directory = try Self.open(path, in: home) else { continue }
      try body(home, directory)
    }
  }

  /// Nil when there is no such directory, or only something that leads elsewhere.
  private static func open(_ path: String, in home: String) throws(SyscallError) -> OwnedFD? {
    do throws(SyscallError) {
      let homeDirectory = try OwnedFD.open(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      return try homeDirectory.openBeneath(path, O_RDONLY | O_DIRECTORY)
    } catch {
      guard isNoPlace(error) else { throw error }
      return nil
    }
  }

  /// Whether an error says that somebody has no data here. Anything else (no descriptors left, a broken disk) must not
  /// be taken for that: data would silently stay behind. Homes on a network may be closed to root.
  private static func isNoPlace(_ error: SyscallError) -> Bool {
    [ENOENT, ENOTDIR, ELOOP, EACCES, EPERM].contains(error.errno)
  }

  /// Makes the directories of a first install.
  func create(_ revision: Revision) throws(SyscallError) {
    try Files.makeDirectories(directories.data(of: instance, revision), mode: 0o755)
    try Files.makeDirectories(directories.commonData(of: instance), mode: 0o755)
  }

  /// Copies the data of one revision to another: aside, synced, renamed into place. What was there before (from an
  /// earlier stay of that revision) is set aside first and comes back with ``restore(_:)``.
  ///
  /// - Parameter replaced: the places in which the target existed when the task began.
  func copy(from old: Revision, to new: Revision, replaced: [String]) throws(SyscallError) {
    try forEachPlace { (place) throws(SyscallError) in
      let target = place.revision(new)
      let trash = place.trashed(new)
      if replaced.contains(place.name), try !place.has(trash) {
        try Files.rename(target, to: trash)
      }
      guard try !place.has(target), try place.has(place.revision(old)) else { return }
      try Copying.copyTreeAtomically(from: place.revision(old), to: target)
    }
    try create(new)
  }

  /// The places in which data of a revision exists already.
  func existing(_ revision: Revision) throws(SyscallError) -> [String] {
    var names: [String] = []
    try forEachPlace { (place) throws(SyscallError) in
      if try place.has(place.revision(revision)) { names.append(place.name) }
    }
    return names
  }

  /// Undoes ``copy(from:to:replaced:)``.
  func restore(_ revision: Revision, replaced: [String]) throws(SyscallError) {
    try forEachPlace { (place) throws(SyscallError) in
      let trash = place.trashed(revision)
      let isTrashed = try place.has(trash)
      // Where the target was there before and has not been set aside yet, it is still the user's own data.
      if replaced.contains(place.name) && !isTrashed { return }
      try Files.removeTree(place.revision(revision))
      try Files.removeTree(Copying.asidePath(for: place.revision(revision)))
      if isTrashed { try Files.rename(trash, to: place.revision(revision)) }
    }
  }

  /// Forgets what ``copy(from:to:replaced:)`` set aside.
  func discardTrash(_ revision: Revision) throws(SyscallError) {
    try forEachPlace { (place) throws(SyscallError) in try Files.removeTree(place.trashed(revision)) }
  }

  /// Removes one revision's data everywhere.
  func remove(_ revision: Revision) throws(SyscallError) {
    try forEachPlace { (place) throws(SyscallError) in
      try Files.removeTree(place.revision(revision))
      try Files.removeTree(place.trashed(revision))
    }
  }

  /// Removes everything, common data included: the snap is gone.
  func removeAll() throws(SyscallError) {
    try forEachHome("snap") { (_, snaps) throws(SyscallError) in
      try Files.removeTree("/proc/self/fd/\(snaps.raw)/\(instance)")
    }
    try Files.removeTree(directories.data(of: instance))
    try Files.removeTree(directories.privateTmp(of: instance))
  }
}
